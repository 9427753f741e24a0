//! `POST /queues/{name}/resume`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{OpenApi, param::Path};
use ruche_api::Queue;

use super::{
    super::{Tag, names},
    one_or_empty,
};
use crate::{
    payload::Document,
    refusal::{Common, Refusal},
    state::Shared,
};

/// Letting go on.
pub struct Resume;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Queues")]
impl Resume {
    /// Resume a queue
    ///
    /// The queue's tasks are started again, the most urgent and oldest first. Resuming a queue that is not paused does no harm.
    #[oai(path = "/queues/:name/resume", method = "post", operation_id = "resumeQueue")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn resume_queue(
        &self,
        shared: Data<&Shared>,
        /// The queue.
        name: Path<String>,
    ) -> Result<Document<Queue>, Refusal<Common>> {
        let name = names::queue_name("name", &name)?;
        if shared.store.resume(&name, shared.clock.now()).await? {
            tracing::info!(queue = %name, "resumed");
        }
        shared.publisher.gates().refresh().await?;
        Ok(Document(one_or_empty(&shared, &name).await?))
    }
}

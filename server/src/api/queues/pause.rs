//! `POST /queues/{name}/pause`

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

/// Holding back.
pub struct Pause;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Queues")]
impl Pause {
    /// Pause a queue
    ///
    /// No worker starts a task of the queue until it is resumed; what runs goes on. Tasks are accepted, and wait. The queue need
    /// not exist yet. Pausing it twice does no harm.
    #[oai(path = "/queues/:name/pause", method = "post", operation_id = "pauseQueue")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn pause_queue(
        &self,
        shared: Data<&Shared>,
        /// The queue.
        name: Path<String>,
    ) -> Result<Document<Queue>, Refusal<Common>> {
        let name = names::queue_name("name", &name)?;
        shared.store.pause(&name, shared.clock.now()).await?;
        tracing::info!(queue = %name, "paused");
        shared.publisher.gates().refresh().await?;
        Ok(Document(one_or_empty(&shared, &name).await?))
    }
}

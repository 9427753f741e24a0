//! `GET /tasks/{id}/attempts`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{OpenApi, param::Path};
use ruche_api::AttemptList;

use super::{
    super::{Tag, names},
    existing,
    get::OfTask,
};
use crate::{payload::Document, refusal::Refusal, state::Shared, views};

/// A task's attempts.
pub struct Attempts;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Tasks")]
impl Attempts {
    /// List a task's attempts
    ///
    /// Every attempt in order, the current one included, with who ran it and how it ended.
    #[oai(path = "/tasks/:id/attempts", method = "get", operation_id = "listTaskAttempts")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn list_task_attempts(
        &self,
        shared: Data<&Shared>,
        /// The task.
        id: Path<String>,
    ) -> Result<Document<AttemptList>, Refusal<OfTask>> {
        let id = names::task_id(&id)?;
        let attempts = shared.store.attempts(id).await?;
        if attempts.is_empty() {
            existing(&shared, id).await?;
        }
        Ok(Document(AttemptList { data: attempts.into_iter().map(views::attempt).collect() }))
    }
}

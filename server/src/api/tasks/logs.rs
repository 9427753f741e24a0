//! `GET /tasks/{id}/logs`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};
use ruche_api::LogPage;

use super::{
    super::{Tag, names},
    existing,
    get::OfTask,
};
use crate::{payload::Document, refusal::Refusal, state::Shared, views};

/// Lines on a page when nothing is said.
const LIMIT: u32 = 500;

/// What attempts log.
pub struct Logs;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Tasks")]
impl Logs {
    /// List a task's log lines
    ///
    /// The lines of all attempts, in order. Pass `next_after` as `after` for the lines that follow; a page that has no lines
    /// gives the same `next_after` again, so that a log can be followed while it is written.
    #[oai(path = "/tasks/:id/logs", method = "get", operation_id = "listTaskLogs")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn list_task_logs(
        &self,
        shared: Data<&Shared>,
        /// The task.
        id: Path<String>,
        /// Only lines after this one; all if left out.
        #[oai(validator(minimum(value = "0"), maximum(value = "9223372036854775806")))]
        after: Query<Option<i64>>,
        /// Lines on a page; 500 if left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "1000")))]
        limit: Query<Option<u32>>,
    ) -> Result<Document<LogPage>, Refusal<OfTask>> {
        let id = names::task_id(&id)?;
        let (after, limit) = (after.0.unwrap_or(0), limit.0.unwrap_or(LIMIT));
        // One more than is shown tells whether there are more.
        let mut lines = shared.store.logs(id, after, limit + 1).await?;
        if lines.is_empty() {
            existing(&shared, id).await?;
        }
        let has_more = lines.len() > limit as usize;
        lines.truncate(limit as usize);
        let next_after = lines.last().map_or(after, |line| line.seq);
        Ok(Document(LogPage { data: lines.into_iter().map(views::log_line).collect(), next_after, has_more }))
    }
}

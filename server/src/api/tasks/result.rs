//! `GET /tasks/{id}/result`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{
    ApiResponse, OpenApi,
    param::{Header, Path},
};
use ruche_api::TaskResult;

use super::{
    super::{Tag, names},
    accepting::await_end,
    existing,
    get::OfTask,
};
use crate::{payload::Document, prefer, refusal::Refusal, state::Shared};

/// How a task ended.
pub struct GetResult;

/// The result.
#[derive(ApiResponse)]
enum Got {
    /// How the task ended, or where it stands.
    #[oai(status = 200)]
    Ok(
        Document<TaskResult>,
        /// The preferences that were honoured.
        #[oai(header = "Preference-Applied")]
        Option<String>,
    ),
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Tasks")]
impl GetResult {
    /// Get a task's result
    ///
    /// What the task returned, or why it failed. `ready` says whether it has ended; with `Prefer: wait=N` the answer waits for
    /// that, up to N seconds (at most 60).
    #[oai(path = "/tasks/:id/result", method = "get", operation_id = "getTaskResult")]
    #[autometrics(objective = crate::metrics::API_WAITING, error_if = crate::metrics::is_ours)]
    async fn get_task_result(
        &self,
        shared: Data<&Shared>,
        /// The task.
        id: Path<String>,
        /// `wait=N`: wait up to N seconds, at most 60, for the outcome (RFC 7240).
        #[oai(name = "Prefer", validator(max_length = 200))]
        prefer: Header<Option<String>>,
    ) -> Result<Got, Refusal<OfTask>> {
        let id = names::task_id(&id)?;
        let wait = prefer::wait(prefer.0.as_deref());
        let mut view = existing(&shared, id).await?;
        if let Some(patience) = wait.filter(|_| !view.summary.state.is_terminal()) {
            await_end(&shared, id, patience).await?;
            view = existing(&shared, id).await?;
        }
        let result = TaskResult {
            id: id.as_uuid(),
            state: view.summary.state.into(),
            ready: view.summary.state.is_terminal(),
            result: view.result.map(Into::into),
            failure: view.summary.failure.map(Into::into),
        };
        Ok(Got::Ok(Document(result), wait.map(prefer::applied)))
    }
}

//! `POST /workflows/{id}/retry`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{OpenApi, param::Path};
use ruche_api::Workflow;
use ruche_store::WorkflowAnswer;

use super::{
    super::{Tag, names},
    existing, not_found,
};
use crate::{
    payload::Document,
    problem::{Code, Problem},
    refusal::{Refusal, Refuses},
    state::Shared,
    views,
};

/// Once more.
pub struct Retry;

/// The statuses only this operation has.
struct Retrying;

impl Refuses for Retrying {
    const STATUSES: &'static [u16] = &[404, 409];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Workflows")]
impl Retry {
    /// Retry a workflow
    ///
    /// Runs every node again that failed, expired or was cancelled, in the order of the graph and under the same ids; nodes that
    /// succeeded keep their results. A workflow without such nodes, or with nodes whose
    /// tasks were deleted, cannot be retried: 409.
    #[oai(path = "/workflows/:id/retry", method = "post", operation_id = "retryWorkflow")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn retry_workflow(&self, shared: Data<&Shared>, id: Path<String>) -> Result<Document<Workflow>, Refusal<Retrying>> {
        let id = names::workflow_id(&id)?;
        match shared.store.retry_workflow(id, shared.clock.now()).await? {
            WorkflowAnswer::NotFound => Err(not_found().into()),
            WorkflowAnswer::Unchanged(state) => {
                let detail = format!("the workflow is {}", views::workflow_word(state));
                Err(Problem::new(Code::NothingToRetry).detail(detail).into())
            }
            WorkflowAnswer::Incomplete => Err(Problem::new(Code::WorkflowIncomplete).into()),
            WorkflowAnswer::Changed(_) => Ok(Document(existing(&shared, id).await?)),
        }
    }
}

//! `POST /workflows/{id}/cancel`

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

/// Enough.
pub struct Cancel;

/// The statuses only this operation has.
struct Cancelling;

impl Refuses for Cancelling {
    const STATUSES: &'static [u16] = &[404, 409];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Workflows")]
impl Cancel {
    /// Cancel a workflow
    ///
    /// Cancels every node that waits, and asks those that run to stop. One that has ended cannot be cancelled: 409.
    #[oai(path = "/workflows/:id/cancel", method = "post", operation_id = "cancelWorkflow")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn cancel_workflow(&self, shared: Data<&Shared>, id: Path<String>) -> Result<Document<Workflow>, Refusal<Cancelling>> {
        let id = names::workflow_id(&id)?;
        match shared.store.cancel_workflow(id, shared.clock.now()).await? {
            WorkflowAnswer::NotFound => Err(not_found().into()),
            WorkflowAnswer::Incomplete => Err(Problem::new(Code::WorkflowIncomplete).into()),
            WorkflowAnswer::Unchanged(state) => {
                let detail = format!("the workflow is {}", views::workflow_word(state));
                Err(Problem::new(Code::WorkflowEnded).detail(detail).into())
            }
            WorkflowAnswer::Changed(_) => Ok(Document(existing(&shared, id).await?)),
        }
    }
}

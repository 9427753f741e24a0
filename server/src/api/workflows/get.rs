//! `GET /workflows/{id}`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{OpenApi, param::Path};
use ruche_api::Workflow;

use super::{
    super::{Tag, names},
    existing,
};
use crate::{
    payload::Document,
    refusal::{Refusal, Refuses},
    state::Shared,
};

/// One workflow.
pub struct Get;

/// The statuses only this operation has.
struct Getting;

impl Refuses for Getting {
    const STATUSES: &'static [u16] = &[404];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Workflows")]
impl Get {
    /// Get a workflow
    ///
    /// The workflow with its graph: each node with its state, its task and the keys of the nodes it depends on.
    #[oai(path = "/workflows/:id", method = "get", operation_id = "getWorkflow")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn get_workflow(&self, shared: Data<&Shared>, id: Path<String>) -> Result<Document<Workflow>, Refusal<Getting>> {
        let id = names::workflow_id(&id)?;
        Ok(Document(existing(&shared, id).await?))
    }
}

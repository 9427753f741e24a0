//! Workflows.

use reqwest::Method;
use ruche_api::{CreateWorkflow, Workflow, WorkflowPage};
use ruche_domain::WorkflowId;

use super::{ApiError, Client, PATIENCE};

impl Client {
    /// Creates a workflow; a repetition with the same key answers with the first one's.
    ///
    /// # Errors
    /// When it was not accepted.
    pub async fn create_workflow(&self, workflow: &CreateWorkflow, idempotency_key: Option<&str>) -> Result<Workflow, ApiError> {
        let mut request = self.request(Method::POST, "api/v1/workflows").json(workflow);
        if let Some(key) = idempotency_key {
            request = request.header("idempotency-key", key);
        }
        self.read(request.timeout(PATIENCE)).await
    }

    /// One workflow.
    ///
    /// # Errors
    /// When there is no such workflow, among others.
    pub async fn workflow(&self, id: WorkflowId) -> Result<Workflow, ApiError> {
        self.get(&format!("api/v1/workflows/{id}")).await
    }

    /// A page of workflows, newest first.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn workflows(&self, limit: u32, cursor: Option<&str>) -> Result<WorkflowPage, ApiError> {
        self.page("api/v1/workflows", limit, cursor).await
    }

    /// Cancels or retries a workflow; `verb` is the last part of the path.
    ///
    /// # Errors
    /// When there is nothing to cancel or to retry, among others.
    pub async fn change_workflow(&self, id: WorkflowId, verb: &str) -> Result<Workflow, ApiError> {
        self.read(self.request(Method::POST, &format!("api/v1/workflows/{id}/{verb}")).timeout(PATIENCE)).await
    }
}

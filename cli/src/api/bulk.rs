//! Operations and dead letters.

use reqwest::Method;
use ruche_api::{
    DeadLetter, DeadLetterPage, NewOperation, Operation, OperationList, OperationPreview, RetryTask, Task, TaskPage,
};
use ruche_domain::{Fingerprint, OperationId, TaskId};

use super::{ApiError, Client, PATIENCE};

impl Client {
    /// Begins an operation; a repetition with the same key answers with the first one's.
    ///
    /// # Errors
    /// When it was not accepted.
    pub async fn begin(&self, operation: &NewOperation, idempotency_key: Option<&str>) -> Result<Operation, ApiError> {
        let mut request = self.request(Method::POST, "api/v1/operations").json(operation);
        if let Some(key) = idempotency_key {
            request = request.header("idempotency-key", key);
        }
        self.read(request.timeout(PATIENCE)).await
    }

    /// Counts what an operation would change; its `dry_run` must be set.
    ///
    /// # Errors
    /// When it would not be accepted.
    pub async fn preview(&self, operation: &NewOperation) -> Result<OperationPreview, ApiError> {
        self.read(self.request(Method::POST, "api/v1/operations").json(operation).timeout(PATIENCE)).await
    }

    /// One operation.
    ///
    /// # Errors
    /// When there is no such operation, among others.
    pub async fn operation(&self, id: OperationId) -> Result<Operation, ApiError> {
        self.get(&format!("api/v1/operations/{id}")).await
    }

    /// A page of operations, newest first.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn operations(&self, limit: u32, cursor: Option<&str>) -> Result<OperationList, ApiError> {
        self.page("api/v1/operations", limit, cursor).await
    }

    /// Stops an operation.
    ///
    /// # Errors
    /// When it has ended already, among others.
    pub async fn stop_operation(&self, id: OperationId) -> Result<Operation, ApiError> {
        self.read(self.request(Method::POST, &format!("api/v1/operations/{id}/cancel")).timeout(PATIENCE)).await
    }

    /// A page of groups of failed tasks.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn dead_letters(&self, limit: u32, cursor: Option<&str>) -> Result<DeadLetterPage, ApiError> {
        self.page("api/v1/dead-letters", limit, cursor).await
    }

    /// One group of failed tasks.
    ///
    /// # Errors
    /// When no failed task has this fingerprint, among others.
    pub async fn dead_letter(&self, fingerprint: &Fingerprint) -> Result<DeadLetter, ApiError> {
        self.get(&format!("api/v1/dead-letters/{fingerprint}")).await
    }

    /// A group's latest tasks.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn dead_tasks(&self, fingerprint: &Fingerprint, limit: u32) -> Result<TaskPage, ApiError> {
        self.get(&format!("api/v1/tasks?fingerprint={fingerprint}&limit={limit}")).await
    }

    /// Replays or discards a group; `verb` is the last part of the path.
    ///
    /// # Errors
    /// When no failed task has this fingerprint, among others.
    pub async fn change_dead(&self, fingerprint: &Fingerprint, verb: &str) -> Result<Operation, ApiError> {
        self.read(self.request(Method::POST, &format!("api/v1/dead-letters/{fingerprint}/{verb}")).timeout(PATIENCE)).await
    }

    /// Queues an ended task again, changed.
    ///
    /// # Errors
    /// When it has not ended, or does not fit its definition, among others.
    pub async fn edit_and_retry(&self, id: TaskId, edit: &RetryTask) -> Result<Task, ApiError> {
        self.read(self.request(Method::POST, &format!("api/v1/tasks/{id}/retry")).json(edit).timeout(PATIENCE)).await
    }
}

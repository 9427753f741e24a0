//! Limits of task names.

use reqwest::Method;
use ruche_api::{Rate, TaskLimit, TaskLimitChange, TaskLimitList};
use ruche_domain::TaskName;

use super::{ApiError, Client, PATIENCE};

impl Client {
    /// The limited task names.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn task_limits(&self) -> Result<TaskLimitList, ApiError> {
        self.get("api/v1/task-limits").await
    }

    /// One.
    ///
    /// # Errors
    /// When it is not limited, among others.
    pub async fn task_limit(&self, name: &TaskName) -> Result<TaskLimit, ApiError> {
        self.get(&path(name)).await
    }

    /// Replaces a name's rate.
    ///
    /// # Errors
    /// When it is out of bounds, among others.
    pub async fn limit_task(&self, name: &TaskName, rate: Rate) -> Result<TaskLimit, ApiError> {
        self.read(self.request(Method::PUT, &path(name)).json(&TaskLimitChange { rate }).timeout(PATIENCE)).await
    }

    /// Lifts it.
    ///
    /// # Errors
    /// When it is not limited, among others.
    pub async fn lift_task_limit(&self, name: &TaskName) -> Result<(), ApiError> {
        self.send(self.request(Method::DELETE, &path(name)).timeout(PATIENCE)).await.map(drop)
    }
}

fn path(name: &TaskName) -> String {
    format!("api/v1/task-limits/{name}")
}

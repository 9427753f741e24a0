//! What operators ask of single tasks.

use async_trait::async_trait;
use ruche_domain::{NewTask, TaskId, TaskState, Timestamp};

use crate::{OutboxId, StoreError};

/// What became of a request to cancel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancelAnswer {
    /// There is no such task.
    NotFound,
    /// The task waited and is cancelled.
    Cancelled,
    /// The task runs and was asked to stop.
    Requested,
    /// The task had ended already, so.
    AlreadyEnded(TaskState),
}

/// What became of a request to retry.
#[derive(Debug, Clone)]
pub enum RetryAnswer {
    /// There is no such task.
    NotFound,
    /// The task is queued again and is to be published.
    Queued {
        /// The task, to publish.
        task: Box<NewTask>,
        /// The note to confirm after publishing.
        outbox: OutboxId,
    },
    /// The task cannot be retried from this state. One that has ended is a node of a workflow which may not run before, or
    /// without, what it depends on: its workflow can be retried.
    Refused(TaskState),
}

/// Operators' changes.
#[async_trait]
pub trait Control: Send + Sync {
    /// [`ruche_domain::Lifecycle::cancel`].
    ///
    /// # Errors
    /// Any; then nothing changed.
    async fn cancel(&self, id: TaskId, now: Timestamp) -> Result<CancelAnswer, StoreError>;

    /// [`ruche_domain::Lifecycle::retry`]; the ended attempt is kept as history, result, error and progress are cleared.
    ///
    /// # Errors
    /// Any; then nothing changed.
    async fn retry(&self, id: TaskId, now: Timestamp) -> Result<RetryAnswer, StoreError>;
}

//! The task message: Celery's task protocol 2, and protocol 1 when reading.

use ruche_domain::{NewTask, QueueName};

/// A task on its way. What Ruche publishes and what it reads from any Celery client.
#[derive(Debug, Clone)]
pub struct TaskMessage {
    /// The task; `task.queue` is the queue it is published to or came from. For a message read, `created_at` is when it was
    /// read, and `eta`, `expires_at` and `options` are what its headers say.
    pub task: NewTask,
    /// Attempts before this one (Celery's `retries` header).
    pub retries: u32,
    /// Whether a Ruche server published it: a row for the task is, or was, in the database.
    pub native: bool,
}

/// The message is no task; the text is the reason, without payload.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a task message: {0}")]
pub struct DecodeError(pub String);

impl TaskMessage {
    /// The message for a task from the database.
    #[must_use]
    pub const fn native(task: NewTask) -> Self {
        Self { task, retries: 0, native: true }
    }

    /// The queue it goes to.
    #[must_use]
    pub const fn queue(&self) -> &QueueName {
        &self.task.queue
    }
}

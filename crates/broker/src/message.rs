//! The task message: Celery's task protocol 2, and protocol 1 when reading.
//!
//! Source for the format: Celery's `docs/internals/protocol.rst` and `celery/app/amqp.py` (5.3 to 5.7), where the source wins.

mod decode;
mod encode;
pub mod reply;

use ruche_domain::{NewTask, QueueName};

pub use decode::{MAX_BODY, MAX_DEPTH, decode};
pub use encode::{Encoded, Encoder};

/// Marks messages that a Ruche server published; the value is the version of what the mark promises.
pub const NATIVE_HEADER: &str = "x-ruche";

/// A task on its way. What Ruche publishes and what it reads from any Celery client.
#[derive(Debug, Clone)]
pub struct TaskMessage {
    /// The task; `task.queue` is the queue it is published to or came from. For a message read, `created_at` is when it was
    /// read, and `eta`, `expires_at` and `options` are what its headers say.
    ///
    /// Of a native message only id, name, queue and priority are read: its row in the database has the rest, so `args` and
    /// `kwargs` are left empty and the payload is not looked at.
    pub task: NewTask,
    /// Attempts before this one (Celery's `retries` header); 0 for a native message that was read.
    pub retries: u32,
    /// Whether a Ruche server published it: a row for the task is, or was, in the database.
    pub native: bool,
}

/// The message is no task; the text is the reason, without payload.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a task message: {0}")]
pub struct DecodeError(pub String);

impl DecodeError {
    pub(crate) fn new(reason: &str) -> Self {
        Self(reason.to_owned())
    }
}

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

#[cfg(test)]
mod tests;

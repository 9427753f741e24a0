//! The task: one unit of work.

pub mod attempt;
pub mod retry;
pub mod state;
pub mod transition;

use serde::{Deserialize, Serialize};

use crate::{QueueName, RawJson, TaskId, TaskName, TaskOptions, Timestamp};

/// How urgent a task is: 0 to 9, larger first (AMQP's `priority` property), 0 by default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Priority(u8);

impl Priority {
    /// The most urgent.
    pub const MAX: Self = Self(9);

    /// A priority of 0 to 9; `None` beyond.
    #[must_use]
    pub const fn new(value: u8) -> Option<Self> {
        if value <= 9 { Some(Self(value)) } else { None }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }

    /// The nearest priority to any number: foreign messages may carry 0 to 255.
    #[must_use]
    pub const fn clamped(value: u8) -> Self {
        if value > 9 { Self::MAX } else { Self(value) }
    }
}

impl TryFrom<u8> for Priority {
    type Error = &'static str;

    fn try_from(value: u8) -> Result<Self, Self::Error> {
        Self::new(value).ok_or("a priority is a number from 0 to 9")
    }
}

impl From<Priority> for u8 {
    fn from(priority: Priority) -> Self {
        priority.0
    }
}

/// A task as it is handed to the store for the first time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTask {
    /// Its id.
    pub id: TaskId,
    /// Registered function to run.
    pub name: TaskName,
    /// Queue it waits in.
    pub queue: QueueName,
    /// How urgent it is.
    pub priority: Priority,
    /// Positional arguments: a JSON array.
    pub args: RawJson,
    /// Keyword arguments: a JSON object.
    pub kwargs: RawJson,
    /// Attempts in all, the first included; at least 1.
    pub max_attempts: u32,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// ETA: not to run before this time. In the past means at once.
    pub eta: Option<Timestamp>,
    /// Not to start after this time.
    pub expires_at: Option<Timestamp>,
    /// Everything rarer.
    pub options: TaskOptions,
}

impl NewTask {
    /// The state the task begins in: `scheduled` if its ETA is still to come, else `queued`.
    #[must_use]
    pub fn initial_state(&self) -> crate::TaskState {
        match self.eta {
            Some(eta) if eta > self.created_at => crate::TaskState::Scheduled,
            _ => crate::TaskState::Queued,
        }
    }
}

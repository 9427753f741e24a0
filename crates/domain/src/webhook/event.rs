//! What may happen, and what is told of it.

use std::{fmt, str::FromStr};

use crate::TaskState;

/// A kind of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventKind {
    /// A task succeeded.
    Succeeded,
    /// A task failed for good: a dead letter.
    Failed,
    /// A task was cancelled.
    Cancelled,
    /// A task's time was over before it ran.
    Expired,
    /// An attempt failed, and the task is tried again.
    Retrying,
    /// Somebody tries the subscription. Every subscription gets it, and none can ask for it.
    Test,
}

impl EventKind {
    /// Those that a subscription may ask for.
    pub const SUBSCRIBABLE: [Self; 5] = [Self::Succeeded, Self::Failed, Self::Cancelled, Self::Expired, Self::Retrying];

    /// The kind's word, `type` in the payload.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "task.succeeded",
            Self::Failed => "task.failed",
            Self::Cancelled => "task.cancelled",
            Self::Expired => "task.expired",
            Self::Retrying => "task.retrying",
            Self::Test => "webhook.test",
        }
    }

    /// The state that a task enters with this event.
    #[must_use]
    pub const fn state(self) -> Option<TaskState> {
        match self {
            Self::Succeeded => Some(TaskState::Succeeded),
            Self::Failed => Some(TaskState::Failed),
            Self::Cancelled => Some(TaskState::Cancelled),
            Self::Expired => Some(TaskState::Expired),
            Self::Retrying => Some(TaskState::Retrying),
            Self::Test => None,
        }
    }
}

/// The word names no kind of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a kind of event: expected task.succeeded, task.failed, task.cancelled, task.expired or task.retrying")]
pub struct UnknownEventKind;

impl FromStr for EventKind {
    type Err = UnknownEventKind;

    fn from_str(word: &str) -> Result<Self, UnknownEventKind> {
        let all = Self::SUBSCRIBABLE.into_iter().chain([Self::Test]);
        all.into_iter().find(|kind| kind.as_str() == word).ok_or(UnknownEventKind)
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A part of a task's payload that a subscription may ask to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Included {
    /// Its positional arguments.
    Args,
    /// Its keyword arguments.
    Kwargs,
    /// Its result.
    Result,
}

impl Included {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Args, Self::Kwargs, Self::Result];

    /// The part's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Args => "args",
            Self::Kwargs => "kwargs",
            Self::Result => "result",
        }
    }
}

/// The word names no part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a part of a task that can be included: expected args, kwargs or result")]
pub struct UnknownIncluded;

impl FromStr for Included {
    type Err = UnknownIncluded;

    fn from_str(word: &str) -> Result<Self, UnknownIncluded> {
        Self::ALL.into_iter().find(|part| part.as_str() == word).ok_or(UnknownIncluded)
    }
}

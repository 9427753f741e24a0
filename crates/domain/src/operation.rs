//! Changes of many tasks at once: what may be done, to tasks in which states, and how such an operation goes.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Priority, QueueName, TaskId, TaskState};

/// An operation's id: a UUIDv7, which sorts by the time of creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OperationId(Uuid);

impl OperationId {
    /// The UUID behind the id.
    #[must_use]
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl From<Uuid> for OperationId {
    fn from(uuid: Uuid) -> Self {
        Self(uuid)
    }
}

impl From<OperationId> for Uuid {
    fn from(id: OperationId) -> Self {
        id.0
    }
}

impl fmt::Display for OperationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// The text is not a UUID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an operation's id: expected a UUID such as 01890a5d-ac96-774b-bcce-b302099a8057")]
pub struct ParseOperationIdError;

impl FromStr for OperationId {
    type Err = ParseOperationIdError;

    fn from_str(text: &str) -> Result<Self, ParseOperationIdError> {
        text.parse::<TaskId>().map(|id| Self(id.as_uuid())).map_err(|_| ParseOperationIdError)
    }
}

/// What is done to each task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum OperationAction {
    /// [`crate::Lifecycle::cancel`].
    Cancel,
    /// [`crate::Lifecycle::retry`].
    Retry,
    /// Deletes a task that has ended, with its attempts and logs.
    Delete,
    /// Moves a task that waits to another queue.
    Move {
        /// Where to.
        queue: QueueName,
    },
    /// Changes the priority of a task that waits.
    SetPriority {
        /// The new one.
        priority: Priority,
    },
}

impl OperationAction {
    /// The action's word.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Cancel => "cancel",
            Self::Retry => "retry",
            Self::Delete => "delete",
            Self::Move { .. } => "move",
            Self::SetPriority { .. } => "set_priority",
        }
    }

    /// Whether the action changes a task in this state; of `cancel` and `retry`, [`crate::Lifecycle`] says the same.
    #[must_use]
    pub const fn changes(&self, state: TaskState) -> bool {
        match self {
            Self::Cancel => !state.is_terminal(),
            Self::Retry => state.is_terminal() || matches!(state, TaskState::Retrying),
            Self::Delete => state.is_terminal(),
            Self::Move { .. } | Self::SetPriority { .. } => state.is_waiting(),
        }
    }

    /// The states in which the action changes a task, in the order of life.
    #[must_use]
    pub fn states(&self) -> Vec<TaskState> {
        TaskState::ALL.into_iter().filter(|state| self.changes(*state)).collect()
    }
}

impl fmt::Display for OperationAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Where an operation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OperationState {
    /// Accepted; no task was looked at yet.
    Pending,
    /// Some tasks were looked at, others not yet.
    Running,
    /// Every task that matched was looked at.
    Succeeded,
    /// Somebody stopped it; what was changed stays changed.
    Cancelled,
    /// The database refused a part of it; what was changed stays changed.
    Failed,
}

impl OperationState {
    /// Every state, in the order of life.
    pub const ALL: [Self; 5] = [Self::Pending, Self::Running, Self::Succeeded, Self::Cancelled, Self::Failed];

    /// The state's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }

    /// Whether nothing happens any more.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Succeeded | Self::Cancelled | Self::Failed)
    }

    /// Where an open operation stands after a chunk of tasks, which may have been its last; `None` if it has ended before.
    #[must_use]
    pub const fn after_chunk(self, last: bool) -> Option<Self> {
        match self {
            Self::Pending | Self::Running if last => Some(Self::Succeeded),
            Self::Pending | Self::Running => Some(Self::Running),
            Self::Succeeded | Self::Cancelled | Self::Failed => None,
        }
    }
}

impl fmt::Display for OperationState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The word names no state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an operation's state: expected pending, running, succeeded, cancelled or failed")]
pub struct UnknownOperationState;

impl FromStr for OperationState {
    type Err = UnknownOperationState;

    fn from_str(word: &str) -> Result<Self, UnknownOperationState> {
        Self::ALL.into_iter().find(|state| state.as_str() == word).ok_or(UnknownOperationState)
    }
}

/// A task that matched an operation and was not changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkippedTask {
    /// The task.
    pub id: TaskId,
    /// Why.
    pub reason: SkipReason,
}

/// Why a task that matched was not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    /// It moved on to a state in which the action changes nothing, between being found and being changed.
    MovedOn,
    /// It is as the action would make it: in that queue, of that priority.
    AlreadySo,
    /// It was deleted between being found and being changed.
    Gone,
    /// It is a node of a workflow: one that may not run before what it depends on, or whose workflow still needs it.
    InWorkflow,
}

impl SkipReason {
    /// Most skipped tasks an operation remembers by id.
    pub const SAMPLES: usize = 20;

    /// Why a task that was found, and is now in `state` (`None`: is gone), was not changed by `action`.
    #[must_use]
    pub const fn of(action: &OperationAction, state: Option<TaskState>) -> Self {
        match state {
            None => Self::Gone,
            Some(state) if action.changes(state) => match action {
                OperationAction::Cancel | OperationAction::Retry | OperationAction::Delete => Self::InWorkflow,
                OperationAction::Move { .. } | OperationAction::SetPriority { .. } => Self::AlreadySo,
            },
            Some(_) => Self::MovedOn,
        }
    }
}

#[cfg(test)]
mod tests;

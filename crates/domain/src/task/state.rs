//! The states of a task.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Where a task stands. Spelled the same in Rust, SQL, JSON, metrics and the UI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// Waits for tasks it depends on. Entered at enqueue by a workflow; left when the last of them ends. Kept until then.
    Blocked,
    /// Waits for its ETA. Entered at enqueue; the scheduler moves it to `queued` when due. Kept until then.
    Scheduled,
    /// May run now. Entered at enqueue, from `scheduled`, `retrying` and by a rescue or hand-back; a worker's claim moves it on.
    Queued,
    /// A worker holds its lease. Entered by a claim; left by the attempt's outcome, or by the rescuer when the lease ran out.
    Running,
    /// Waits for its next attempt. Entered when an attempt failed and another is allowed; the scheduler moves it to `queued`.
    Retrying,
    /// Ended well. Kept for the retention of succeeded tasks (7 days by default), then pruned.
    Succeeded,
    /// Ended badly: attempts used up, or an error that says so. A dead letter until retried by hand or pruned (30 days).
    Failed,
    /// Ended because somebody asked. From any waiting state at once; from `running` when the attempt has stopped. Kept 7 days.
    Cancelled,
    /// Did not start before `expires_at`. Entered from any waiting state by maintenance or a worker. Kept 7 days.
    Expired,
}

impl TaskState {
    /// Every state, in the order of life.
    pub const ALL: [Self; 9] = [
        Self::Blocked,
        Self::Scheduled,
        Self::Queued,
        Self::Running,
        Self::Retrying,
        Self::Succeeded,
        Self::Failed,
        Self::Cancelled,
        Self::Expired,
    ];

    /// The state's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::Scheduled => "scheduled",
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Retrying => "retrying",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    /// Whether nothing but an operator moves a task out of this state.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled | Self::Expired)
    }

    /// Whether the task waits, for whatever reason.
    #[must_use]
    pub const fn is_waiting(self) -> bool {
        matches!(self, Self::Blocked | Self::Scheduled | Self::Queued | Self::Retrying)
    }
}

impl fmt::Display for TaskState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The word names no state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a task state: expected blocked, scheduled, queued, running, retrying, succeeded, failed, cancelled or expired")]
pub struct UnknownState;

impl FromStr for TaskState {
    type Err = UnknownState;

    fn from_str(word: &str) -> Result<Self, UnknownState> {
        Self::ALL.into_iter().find(|state| state.as_str() == word).ok_or(UnknownState)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_same_in_text_and_json() {
        for state in TaskState::ALL {
            assert_eq!(state.as_str().parse(), Ok(state));
            assert_eq!(serde_json::to_string(&state).unwrap(), format!("\"{state}\""));
        }
    }
}

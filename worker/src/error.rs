//! How an attempt fails.

use std::{fmt, time::Duration};

use ruche_domain::{RetryDecision, TaskFailure};

/// A failed attempt: why, and whether another may do better.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskError {
    /// Whether and when to try again.
    pub decision: RetryDecision,
    /// Why.
    pub failure: TaskFailure,
}

impl TaskError {
    /// Try again when the retry policy says. Of use as `map_err(TaskError::retry)`.
    pub fn retry(error: impl fmt::Display) -> Self {
        Self { decision: RetryDecision::Backoff, failure: TaskFailure::new("error", error.to_string()) }
    }

    /// Try again after `wait`.
    pub fn retry_after(error: impl fmt::Display, wait: Duration) -> Self {
        Self { decision: RetryDecision::After(wait), failure: TaskFailure::new("error", error.to_string()) }
    }

    /// Another try would fail as well.
    pub fn fail(error: impl fmt::Display) -> Self {
        Self { decision: RetryDecision::Never, failure: TaskFailure::new("error", error.to_string()) }
    }

    /// Gives the failure a kind of its own: a stable word to group and filter by, e.g. `http_status`.
    #[must_use]
    pub fn kind(mut self, kind: &'static str) -> Self {
        kind.clone_into(&mut self.failure.kind);
        self
    }
}

impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.failure.fmt(f)
    }
}

impl std::error::Error for TaskError {}

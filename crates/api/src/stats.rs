//! Numbers at a glance.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::TaskState;

/// Tasks in one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct StateCount {
    /// The state.
    pub state: TaskState,
    /// Tasks in it.
    pub count: u64,
    /// Whether counting stopped there: the count then means "at least".
    pub at_least: bool,
}

/// Tasks that are committed and whose publishing is not confirmed yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct OutboxStats {
    /// Batches of tasks.
    pub pending: u64,
    /// Since when the oldest waits.
    pub oldest_at: Option<DateTime<Utc>>,
}

/// Workers that are not lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct WorkerStats {
    /// Worker processes.
    pub workers: u32,
    /// Attempts they run at once, at most.
    pub slots: u64,
    /// Attempts they run now.
    pub busy: u64,
}

/// Numbers at a glance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct Stats {
    /// When they were taken.
    pub at: DateTime<Utc>,
    /// Tasks by state, every state once, in the order of life.
    pub tasks: Vec<StateCount>,
    /// What waits to be published.
    pub outbox: OutboxStats,
    /// The workers.
    pub workers: WorkerStats,
}

//! Numbers at a glance.

use std::collections::BTreeMap;

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

/// A step of the last hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct HistoryStep {
    /// When it begins.
    pub from: DateTime<Utc>,
    /// Tasks that entered a state, by the state's word; states that none entered are left out.
    pub entered: BTreeMap<String, u64>,
    /// Runnable tasks that waited; absent where nobody looked.
    pub waiting: Option<u64>,
    /// Tasks that ran; absent where nobody looked.
    pub running: Option<u64>,
}

/// The last hour, in steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct StatsHistory {
    /// The length of a step, in milliseconds.
    pub step_ms: u64,
    /// The steps, in order, the last one not over yet.
    pub data: Vec<HistoryStep>,
}

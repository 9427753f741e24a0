//! Queues.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{QueueLimits, QueueWaiting};

/// Tasks that have not ended, by state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct LiveCounts {
    /// Wait for other tasks.
    pub blocked: u64,
    /// Wait for their ETA.
    pub scheduled: u64,
    /// May run now.
    pub queued: u64,
    /// Run.
    pub running: u64,
    /// Wait for their next attempt.
    pub retrying: u64,
}

/// What the broker says of a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct BrokerDepth {
    /// Messages that wait.
    pub ready: u64,
    /// Consumers.
    pub consumers: u64,
}

/// A queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct Queue {
    /// Its name.
    pub name: String,
    /// Its tasks that have not ended.
    pub tasks: LiveCounts,
    /// Since when the longest waiting runnable task waits.
    pub oldest_queued_at: Option<DateTime<Utc>>,
    /// Since when the longest running task runs.
    pub oldest_started_at: Option<DateTime<Utc>>,
    /// Workers that serve it.
    pub workers: u32,
    /// What the broker says; absent where it does not answer, and in the list of queues.
    pub broker: Option<BrokerDepth>,
    /// Since when it is paused: none of its tasks is started.
    #[serde(default)]
    pub paused_at: Option<DateTime<Utc>>,
    /// What is limited.
    #[serde(default)]
    pub limits: Option<QueueLimits>,
    /// Tasks that the limits count: those that run, and those that may start; absent where nothing is limited, and in the list
    /// of queues.
    #[serde(default)]
    pub admitted: Option<u32>,
    /// What its tasks wait for; absent in the list of queues.
    #[serde(default)]
    pub waiting: Option<QueueWaiting>,
}

/// Queues, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct QueueList {
    /// The queues.
    pub data: Vec<Queue>,
}

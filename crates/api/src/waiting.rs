//! Why a task waits.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What a task waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Enum), oai(rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum WaitingReason {
    /// Other tasks it depends on.
    Dependencies,
    /// Its ETA.
    Eta,
    /// The time of its next attempt.
    Retry,
    /// Its queue is paused.
    Paused,
    /// As many tasks of its queue run as may.
    QueueLimit,
    /// As many tasks of its concurrency key run as may.
    KeyLimit,
    /// The queue's or the key's rate allows no start before `next_at`.
    RateLimit,
    /// Its turn: the limits would allow a start, and others of the queue are before it or are let in just now.
    Turn,
    /// No worker serves its queue.
    NoWorker,
    /// A place with a worker that serves its queue.
    FreeWorker,
    /// Nothing: its time to start is over, and it is about to expire.
    Expired,
}

/// Why a task waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct Waiting {
    /// What it waits for.
    pub reason: WaitingReason,
    /// When that may change, where it is known.
    pub next_at: Option<DateTime<Utc>>,
}

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
    /// The rate of its task name allows no start before `next_at`.
    TaskRateLimit,
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
    /// Its place among those that may run, from 1: in its queue or, where that is limited, among the tasks of its concurrency key,
    /// as keys take turns. 1001 means that 1,000 are before it, or more. Null where it does not stand in line.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", oai(validator(minimum(value = "1"), maximum(value = "1001"))))]
    pub position: Option<u32>,
}

/// Tasks of a queue that wait for the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct HeldTasks {
    /// What they wait for.
    pub reason: WaitingReason,
    /// How many.
    pub tasks: u64,
    /// When that may change, where it is known.
    pub next_at: Option<DateTime<Utc>>,
}

/// A concurrency key of which as many tasks run as may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct HeldKey {
    /// The key.
    pub key: String,
    /// Its tasks that run, or may begin.
    pub running: u32,
    /// Its tasks that wait, counted up to 1,000.
    pub waiting: u32,
}

/// What a queue's runnable tasks wait for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct QueueWaiting {
    /// How many for what. What full keys hold back is counted for the keys in `keys`, up to 1,000 each.
    pub held: Vec<HeldTasks>,
    /// Full keys, those with most waiting tasks first, of the 20 with most running.
    pub keys: Vec<HeldKey>,
}

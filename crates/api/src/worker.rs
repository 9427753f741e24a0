//! Workers.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How a worker is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Enum), oai(rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum WorkerStatus {
    /// Takes tasks.
    Online,
    /// Finishes what it runs and takes no more.
    Draining,
    /// Has not been heard of for a minute.
    Lost,
}

/// A worker process, as last heard of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct Worker {
    /// Node name, e.g. `ruche@host-1`.
    pub name: String,
    /// How it is.
    pub status: WorkerStatus,
    /// Queues it serves.
    pub queues: Vec<String>,
    /// Tasks it can run.
    pub tasks: Vec<String>,
    /// Attempts it runs at once, at most.
    pub slots: u32,
    /// Attempts it runs now.
    pub busy: u32,
    /// Its version.
    pub version: String,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// When it was last heard of.
    pub seen_at: DateTime<Utc>,
}

/// Workers heard of in the last quarter of an hour, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct WorkerList {
    /// The workers.
    pub data: Vec<Worker>,
}

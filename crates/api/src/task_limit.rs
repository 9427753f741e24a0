//! Limits of task names.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Rate, object::object};

/// How many tasks of a name start per time, across all queues and workers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct TaskLimit {
    /// The task name.
    pub task: String,
    /// Starts per time.
    pub rate: Rate,
    /// When the next one may start; null when one may at once.
    pub next_at: Option<DateTime<Utc>>,
}

/// Limits of task names, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct TaskLimitList {
    /// The limits.
    pub data: Vec<TaskLimit>,
}

/// What a task name is to be limited to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct TaskLimitChange {
    /// Starts per time.
    #[serde(deserialize_with = "object")]
    pub rate: Rate,
}

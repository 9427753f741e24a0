//! Attempts.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Failure, TaskState};

/// One execution of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct Attempt {
    /// Number, from 1.
    pub attempt: u32,
    /// Who ran it.
    pub worker: Option<String>,
    /// `running`, or what it led to: `succeeded`, `retrying`, `failed`, `cancelled`, or `queued` (handed back or lost).
    pub state: TaskState,
    /// When the task had become runnable.
    pub queued_at: Option<DateTime<Utc>>,
    /// When the attempt began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// Why it failed.
    pub failure: Option<Failure>,
}

/// A task's attempts, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct AttemptList {
    /// The attempts.
    pub data: Vec<Attempt>,
}

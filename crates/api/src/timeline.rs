//! A task's life as events.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Failure, Progress, TaskState};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Enum), oai(rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum TimelineKind {
    /// The task was accepted.
    Accepted,
    /// It waits for this time: its ETA, or its next attempt.
    Scheduled,
    /// It became runnable.
    Queued,
    /// An attempt began.
    Started,
    /// How far the current or last attempt has come.
    Progress,
    /// An attempt failed.
    AttemptFailed,
    /// An attempt ended without an outcome: handed back, or its worker was lost.
    AttemptReleased,
    /// The task ended.
    Ended,
}

/// Something that happened to a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct TimelineEvent {
    /// What.
    pub kind: TimelineKind,
    /// When; for `scheduled` the time it waits for.
    pub at: DateTime<Utc>,
    /// Attempt it belongs to.
    pub attempt: Option<u32>,
    /// Worker it happened on.
    pub worker: Option<String>,
    /// The state it led to.
    pub state: Option<TaskState>,
    /// How far the attempt has come.
    pub progress: Option<Progress>,
    /// Why the attempt failed.
    pub failure: Option<Failure>,
}

/// A task's life, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct Timeline {
    /// The events.
    pub data: Vec<TimelineEvent>,
}

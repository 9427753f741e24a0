//! The data of live events; the event's name says which.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::TaskState;

/// Data of `task.state`, `task.cancel_requested`, `task.progress` and `task.log`: one task changed. What changed is to be
/// fetched, except for the state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct TaskEvent {
    /// The task.
    pub id: Uuid,
    /// Its name.
    pub task: String,
    /// Its queue.
    pub queue: String,
    /// Attempt it belongs to; 0 before the first.
    pub attempt: u32,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// The state it entered, for `task.state`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<TaskState>,
}

/// Data of `summary`: so many tasks changed at once that only their numbers are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct SummaryEvent {
    /// Tasks that entered a state, by the state's word.
    pub entered: BTreeMap<String, u64>,
}

/// Data of `reset`: events were lost. Fetch afresh what you show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct ResetEvent {
    /// Why: `unknown_id` (the `Last-Event-ID` is too old or another process's), `slow_client`, or `feed_lost` (the server itself
    /// missed notices).
    pub reason: String,
}

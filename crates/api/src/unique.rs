//! Unique tasks.

use serde::{Deserialize, Serialize};

use crate::TaskState;

/// What is done with a task whose unique key is held by another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Enum), oai(rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum UniquePolicy {
    /// It is refused with 409, and `Location` leads to the task that holds the key.
    #[default]
    Reject,
    /// The answer is the task that holds the key, with 200.
    Existing,
    /// The task that holds the key takes over arguments, priority, ETA and expiry, if it waits; if not, 409.
    Replace,
    /// Like `replace`, but a scheduled task is put off to the countdown's end, for `max_wait_ms` in all.
    Debounce,
}

/// Makes a task the only one of its kind: while another one holds the key, `policy` says what becomes of it. The key is of the task
/// enqueued with it last; one that is retried by hand does not take it back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct Unique {
    /// What tasks of this name are told apart by; without one all of them are alike.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(min_length = 1, max_length = 255)))]
    pub key: Option<String>,
    /// Whether tasks with other arguments are of another kind. The order of keys and white space do not count; numbers do as they
    /// are written. The arguments may be 1 MiB long then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub args: Option<bool>,
    /// A task holds the key for no longer than this after it was accepted, in milliseconds; at most 31 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(minimum(value = "1"), maximum(value = "2678400000"))))]
    pub period_ms: Option<u64>,
    /// A task holds the key while it is in one of these states. If left out: while it waits or runs, with `period_ms` also when it
    /// has succeeded; with `replace` and `debounce` only while it waits, so that what comes while it runs makes a new task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(min_items = 1, max_items = 9)))]
    pub states: Option<Vec<TaskState>>,
    /// What is done while the key is held; `reject` if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<UniquePolicy>,
    /// With `debounce`, and only then: how long after it was accepted a task may be put off at most, in milliseconds; at least the
    /// countdown, at most 31 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(minimum(value = "1"), maximum(value = "2678400000"))))]
    pub max_wait_ms: Option<u64>,
}

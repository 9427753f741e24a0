//! Enqueuing.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{AnyJson, Unique, object::optional_object};

/// A task to run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct EnqueueTask {
    /// Name of the registered task.
    #[cfg_attr(feature = "openapi", oai(validator(min_length = 1, max_length = 200, pattern = "^[A-Za-z0-9._:/-]{1,200}$")))]
    pub task: String,
    /// Positional arguments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub args: Option<AnyJson>,
    /// Keyword arguments, checked against the task definition's schema.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kwargs: Option<AnyJson>,
    /// Queue to wait in; the task definition's if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(min_length = 1, max_length = 100, pattern = "^[A-Za-z0-9._:-]{1,100}$")))]
    pub queue: Option<String>,
    /// How urgent it is, 9 most; the task definition's if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(maximum(value = "9"))))]
    pub priority: Option<u8>,
    /// Not to run before this time; in the past means at once. Not together with `countdown_ms`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eta: Option<DateTime<Utc>>,
    /// Not to run before so many milliseconds have passed, at most ten years. Not together with `eta`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(maximum(value = "315360000000"))))]
    pub countdown_ms: Option<u64>,
    /// Not to start after this time; it then ends as `expired`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
    /// Attempts in all, the first included; the retry policy's if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(minimum(value = "1"), maximum(value = "1000"))))]
    pub max_attempts: Option<u32>,
    /// An attempt that runs longer, in milliseconds, ends as failed and is retried; at most 7 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(minimum(value = "1"), maximum(value = "604800000"))))]
    pub timeout_ms: Option<u64>,
    /// How failed attempts are retried, where it differs from the task definition.
    #[serde(default, deserialize_with = "optional_object", skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    /// What the task is counted by where its queue limits each key, e.g. a tenant: at most 255 bytes, no control characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(min_length = 1, max_length = 255)))]
    pub concurrency_key: Option<String>,
    /// Makes it the only one of its kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unique: Option<Unique>,
}

impl EnqueueTask {
    /// Longest countdown: ten years, in milliseconds.
    pub const MAX_COUNTDOWN_MS: u64 = 315_360_000_000;
    /// Longest timeout: 7 days, in milliseconds.
    pub const MAX_TIMEOUT_MS: u64 = 604_800_000;

    /// A task with nothing but its name.
    #[must_use]
    pub fn named(task: impl Into<String>) -> Self {
        Self {
            task: task.into(),
            args: None,
            kwargs: None,
            queue: None,
            priority: None,
            eta: None,
            countdown_ms: None,
            expires_at: None,
            max_attempts: None,
            timeout_ms: None,
            retry: None,
            concurrency_key: None,
            unique: None,
        }
    }
}

/// Exponential backoff with jitter: the wait after attempt n is `initial_ms * factor^(n-1)`, at most `max_ms`, of which the last
/// `jitter` share is drawn at random.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// Attempts in all, the first included; 5 if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(minimum(value = "1"), maximum(value = "1000"))))]
    pub max_attempts: Option<u32>,
    /// Wait after the first attempt, in milliseconds; 1000 if left out, at most 30 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(maximum(value = "2592000000"))))]
    pub initial_ms: Option<u64>,
    /// Longest wait, in milliseconds; 600000 if left out, at most 30 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(maximum(value = "2592000000"))))]
    pub max_ms: Option<u64>,
    /// What each wait is multiplied by; 2 if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(minimum(value = "1"), maximum(value = "10"))))]
    pub factor: Option<f64>,
    /// Share of each wait that is drawn at random; 0.5 if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(minimum(value = "0"), maximum(value = "1"))))]
    pub jitter: Option<f64>,
}

/// Many tasks, accepted together or not at all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct EnqueueBatch {
    /// The tasks, 1 to 10,000.
    #[cfg_attr(feature = "openapi", oai(validator(min_items = 1, max_items = 10_000)))]
    pub tasks: Vec<EnqueueTask>,
}

impl EnqueueBatch {
    /// Most tasks in one batch.
    pub const MAX_TASKS: usize = 10_000;
}

/// The accepted tasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct EnqueuedBatch {
    /// Their ids, in the order of the request; of unique tasks that were there before, theirs.
    pub ids: Vec<Uuid>,
    /// Which of them, counted from 0, were there before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deduplicated: Option<Vec<u32>>,
}

//! Tasks that failed for good, by what went wrong.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{AnyJson, Failure};

/// Failed tasks that probably have the same cause: of the same name, with the same kind of error and the same message but for
/// numbers, ids and quoted texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct DeadLetter {
    /// What they have in common: 16 hexadecimal digits.
    pub fingerprint: String,
    /// Name of the registered task.
    pub task: String,
    /// How many there are.
    pub count: u64,
    /// Whether counting stopped there: the count then means "at least".
    pub at_least: bool,
    /// When the one of them that failed first failed.
    pub first_seen: DateTime<Utc>,
    /// When the one of them that failed last failed.
    pub last_seen: DateTime<Utc>,
    /// The one that failed last.
    pub sample: Uuid,
    /// Its failure.
    pub failure: Failure,
}

/// A page of groups of failed tasks, in the order of their fingerprints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct DeadLetterPage {
    /// The groups.
    pub data: Vec<DeadLetter>,
    /// Pass it as `cursor` for the next page.
    pub next_cursor: Option<String>,
    /// Whether there is a next page.
    pub has_more: bool,
}

/// What is changed of a task before it is retried; what is left out stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct RetryTask {
    /// Positional arguments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub args: Option<AnyJson>,
    /// Keyword arguments, checked against the task definition's schema.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kwargs: Option<AnyJson>,
    /// Queue to wait in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(min_length = 1, max_length = 100, pattern = "^[A-Za-z0-9._:-]{1,100}$")))]
    pub queue: Option<String>,
    /// How urgent it is, 9 most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(maximum(value = "9"))))]
    pub priority: Option<u8>,
    /// Attempts in all, those made included; one more than were made if that is more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(minimum(value = "1"), maximum(value = "1000"))))]
    pub max_attempts: Option<u32>,
}

//! What queues allow.

use ruche_domain::limit;
use serde::{Deserialize, Serialize};

use crate::object::{object, optional_object};

/// Starts per time: `count` in every `per_ms`, and up to `burst` at once after a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// Starts allowed per period.
    #[cfg_attr(feature = "openapi", oai(validator(minimum(value = "1"), maximum(value = "1000000"))))]
    pub count: u32,
    /// The period, in milliseconds; at most 30 days.
    #[cfg_attr(feature = "openapi", oai(validator(minimum(value = "1"), maximum(value = "2592000000"))))]
    pub per_ms: u64,
    /// Starts allowed at once; `count` if left out.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", oai(validator(minimum(value = "1"), maximum(value = "1000000"))))]
    pub burst: Option<u32>,
}

/// What happens to a task whose concurrency key is full.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Enum), oai(rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum KeyStrategy {
    /// It waits.
    #[default]
    Queue,
    /// It is not accepted: 409. Waiting tasks of the key count as well.
    RejectNewest,
    /// The longest running task of the key is asked to stop, and it starts when that has stopped.
    CancelRunning,
}

/// What each concurrency key of a queue allows by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct KeyLimits {
    /// Tasks of one key that run at once.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", oai(validator(minimum(value = "1"), maximum(value = "100000"))))]
    pub max_running: Option<u32>,
    /// What happens beyond; `queue` if left out. Any other needs `max_running`.
    #[serde(default)]
    pub strategy: Option<KeyStrategy>,
    /// Tasks of one key that start per time.
    #[serde(default, deserialize_with = "optional_object")]
    pub rate: Option<Rate>,
}

/// What a queue allows, across all workers. What is left out, or null, is not limited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct QueueLimits {
    /// Tasks that run at once.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", oai(validator(minimum(value = "1"), maximum(value = "100000"))))]
    pub max_running: Option<u32>,
    /// Tasks that start per time.
    #[serde(default, deserialize_with = "optional_object")]
    pub rate: Option<Rate>,
    /// The same for each concurrency key by itself.
    #[serde(default, deserialize_with = "optional_object")]
    pub per_key: Option<KeyLimits>,
}

/// A change of a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct QueueChange {
    /// The limits that hold from now on, in place of all former ones; `{}` lifts them.
    #[serde(deserialize_with = "object")]
    pub limits: QueueLimits,
}

impl From<Rate> for limit::Rate {
    fn from(rate: Rate) -> Self {
        let Rate { count, per_ms, burst } = rate;
        Self { count, per_ms, burst: burst.unwrap_or(count) }
    }
}

impl From<limit::Rate> for Rate {
    fn from(rate: limit::Rate) -> Self {
        let limit::Rate { count, per_ms, burst } = rate;
        Self { count, per_ms, burst: Some(burst) }
    }
}

impl From<KeyStrategy> for limit::KeyStrategy {
    fn from(strategy: KeyStrategy) -> Self {
        match strategy {
            KeyStrategy::Queue => Self::Queue,
            KeyStrategy::RejectNewest => Self::RejectNewest,
            KeyStrategy::CancelRunning => Self::CancelRunning,
        }
    }
}

impl From<limit::KeyStrategy> for KeyStrategy {
    fn from(strategy: limit::KeyStrategy) -> Self {
        match strategy {
            limit::KeyStrategy::Queue => Self::Queue,
            limit::KeyStrategy::RejectNewest => Self::RejectNewest,
            limit::KeyStrategy::CancelRunning => Self::CancelRunning,
        }
    }
}

impl From<KeyLimits> for limit::KeyLimits {
    fn from(limits: KeyLimits) -> Self {
        let KeyLimits { max_running, strategy, rate } = limits;
        Self { max_running, strategy: strategy.unwrap_or_default().into(), rate: rate.map(Into::into) }
    }
}

impl From<limit::KeyLimits> for KeyLimits {
    fn from(limits: limit::KeyLimits) -> Self {
        let limit::KeyLimits { max_running, strategy, rate } = limits;
        Self { max_running, strategy: Some(strategy.into()), rate: rate.map(Into::into) }
    }
}

impl From<QueueLimits> for limit::QueueLimits {
    fn from(limits: QueueLimits) -> Self {
        let QueueLimits { max_running, rate, per_key } = limits;
        Self { max_running, rate: rate.map(Into::into), per_key: per_key.map(Into::into) }
    }
}

impl From<limit::QueueLimits> for QueueLimits {
    fn from(limits: limit::QueueLimits) -> Self {
        let limit::QueueLimits { max_running, rate, per_key } = limits;
        Self { max_running, rate: rate.map(Into::into), per_key: per_key.map(Into::into) }
    }
}

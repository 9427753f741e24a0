//! What a queue allows.

use serde::{Deserialize, Serialize};

/// Starts per time: `count` in every `per_ms`, and up to `burst` at once after a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// Starts allowed per period, from 1.
    pub count: u32,
    /// The period, in milliseconds, from 1.
    pub per_ms: u64,
    /// Starts allowed at once, from 1.
    pub burst: u32,
}

/// What happens to a task whose key is full.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyStrategy {
    /// It waits.
    #[default]
    Queue,
    /// It is not accepted: tasks of the key that have not ended, waiting ones included, are never more than may run.
    RejectNewest,
    /// It waits, and the longest running task of the key is asked to stop.
    CancelRunning,
}

/// What each key of a queue allows by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyLimits {
    /// Tasks of one key that run at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_running: Option<u32>,
    /// What happens beyond.
    #[serde(default)]
    pub strategy: KeyStrategy,
    /// Tasks of one key that start per time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Rate>,
}

/// What a queue allows. At least one limit is set: a queue without limits has none of this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueLimits {
    /// Tasks that run at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_running: Option<u32>,
    /// Tasks that start per time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Rate>,
    /// The same for each key by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_key: Option<KeyLimits>,
}

/// A limit is out of bounds; `field` is its JSON pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {rule}")]
pub struct InvalidLimits {
    /// Where, e.g. `/rate/count`.
    pub field: &'static str,
    /// What is allowed.
    pub rule: &'static str,
}

impl Rate {
    /// Most starts per period, and at once.
    pub const MAX_COUNT: u32 = 1_000_000;
    /// Longest period: 30 days, in milliseconds.
    pub const MAX_PER_MS: u64 = 2_592_000_000;

    /// The period in microseconds.
    #[must_use]
    pub const fn per_us(&self) -> u64 {
        self.per_ms * 1_000
    }

    /// How long an empty bucket takes to be full.
    #[must_use]
    pub fn time_to_fill(&self) -> chrono::TimeDelta {
        let us = self.per_us().saturating_mul(u64::from(self.burst)).div_ceil(u64::from(self.count.max(1)));
        // A million times 30 days is beyond what dates hold; such a bucket is kept for a hundred years.
        chrono::TimeDelta::microseconds(i64::try_from(us).unwrap_or(i64::MAX)).min(chrono::TimeDelta::days(36_500))
    }

    fn check(&self, fields: [&'static str; 3]) -> Result<(), InvalidLimits> {
        within(u64::from(self.count), 1, u64::from(Self::MAX_COUNT), fields[0], "1 to 1000000")?;
        within(self.per_ms, 1, Self::MAX_PER_MS, fields[1], "1 ms to 30 days")?;
        within(u64::from(self.burst), 1, u64::from(Self::MAX_COUNT), fields[2], "1 to 1000000")
    }
}

impl QueueLimits {
    /// Most tasks that a limit may let run at once; every running task of a limited queue is looked at in each round.
    pub const MAX_RUNNING: u32 = 100_000;

    /// Whether nothing is limited.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let keyed = self.per_key.is_some_and(|key| key.max_running.is_some() || key.rate.is_some());
        self.max_running.is_none() && self.rate.is_none() && !keyed
    }

    /// Whether a task's end may let another one start: where only rates are limited, it does not.
    #[must_use]
    pub fn has_slots(&self) -> bool {
        self.max_running.is_some() || self.per_key.is_some_and(|key| key.max_running.is_some())
    }

    /// How many tasks of a key may have not ended, where more are refused.
    #[must_use]
    pub fn refuses_beyond(&self) -> Option<u32> {
        let key = self.per_key.filter(|key| key.strategy == KeyStrategy::RejectNewest)?;
        key.max_running
    }

    /// Checks every bound.
    ///
    /// # Errors
    /// The first limit that is out of bounds; a strategy for a number that is not limited.
    pub fn check(&self) -> Result<(), InvalidLimits> {
        running(self.max_running, "/max_running")?;
        if let Some(rate) = self.rate {
            rate.check(["/rate/count", "/rate/per_ms", "/rate/burst"])?;
        }
        let Some(key) = self.per_key else { return Ok(()) };
        running(key.max_running, "/per_key/max_running")?;
        if let Some(rate) = key.rate {
            rate.check(["/per_key/rate/count", "/per_key/rate/per_ms", "/per_key/rate/burst"])?;
        }
        if key.strategy != KeyStrategy::Queue && key.max_running.is_none() {
            return Err(InvalidLimits { field: "/per_key/strategy", rule: "needs per_key.max_running" });
        }
        Ok(())
    }
}

fn running(limit: Option<u32>, field: &'static str) -> Result<(), InvalidLimits> {
    limit.map_or(Ok(()), |limit| within(u64::from(limit), 1, u64::from(QueueLimits::MAX_RUNNING), field, "1 to 100000"))
}

const fn within(value: u64, least: u64, most: u64, field: &'static str, rule: &'static str) -> Result<(), InvalidLimits> {
    if value < least || value > most {
        return Err(InvalidLimits { field, rule });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> QueueLimits {
        let rate = Some(Rate { count: 5, per_ms: 1_000, burst: 10 });
        let per_key = Some(KeyLimits { max_running: Some(1), strategy: KeyStrategy::CancelRunning, rate });
        QueueLimits { max_running: Some(3), rate, per_key }
    }

    #[test]
    fn limits_come_back_from_their_json_form() {
        let text = serde_json::to_string(&limits()).unwrap();
        assert_eq!(serde_json::from_str::<QueueLimits>(&text).unwrap(), limits());
        assert!(limits().check().is_ok());
    }

    #[test]
    fn what_is_out_of_bounds_is_named() {
        let rate = |count, per_ms, burst| Some(Rate { count, per_ms, burst });
        let key = |max_running, strategy, rate| Some(KeyLimits { max_running, strategy, rate });
        let base = QueueLimits { max_running: None, rate: None, per_key: None };
        for (limits, field) in [
            (QueueLimits { max_running: Some(0), ..base }, "/max_running"),
            (QueueLimits { max_running: Some(100_001), ..base }, "/max_running"),
            (QueueLimits { rate: rate(0, 1, 1), ..base }, "/rate/count"),
            (QueueLimits { rate: rate(1, 0, 1), ..base }, "/rate/per_ms"),
            (QueueLimits { rate: rate(1, 2_592_000_001, 1), ..base }, "/rate/per_ms"),
            (QueueLimits { rate: rate(1, 1, 0), ..base }, "/rate/burst"),
            (QueueLimits { per_key: key(Some(0), KeyStrategy::Queue, None), ..base }, "/per_key/max_running"),
            (QueueLimits { per_key: key(None, KeyStrategy::Queue, rate(1, 1, 1_000_001)), ..base }, "/per_key/rate/burst"),
            (QueueLimits { per_key: key(None, KeyStrategy::RejectNewest, None), ..base }, "/per_key/strategy"),
        ] {
            assert_eq!(limits.check().unwrap_err().field, field);
        }
        assert!(base.is_empty());
        assert!(!limits().is_empty());
    }
}

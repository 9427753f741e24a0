//! When a failed attempt is tried again.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Exponential backoff with jitter: the wait after attempt `n` is `initial * factor^(n-1)`, at most `max`, of which the
/// last `jitter` share is drawn at random.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Wire", into = "Wire")]
pub struct RetryPolicy {
    max_attempts: u32,
    initial: Duration,
    max: Duration,
    factor_percent: u32,
    jitter_percent: u32,
}

/// A retry policy's numbers are out of bounds; the message says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("invalid retry policy: {0}")]
pub struct InvalidRetryPolicy(&'static str);

impl RetryPolicy {
    /// Most attempts a task may have.
    pub const MOST_ATTEMPTS: u32 = 1_000;
    /// Longest wait between attempts.
    pub const LONGEST_WAIT: Duration = Duration::from_secs(30 * 24 * 3600);

    /// One attempt only.
    pub const NEVER: Self = Self { max_attempts: 1, ..Self::STANDARD };

    /// 5 attempts, waits of 1 s doubling up to 10 minutes, half of each drawn at random.
    pub const STANDARD: Self = Self {
        max_attempts: 5,
        initial: Duration::from_secs(1),
        max: Duration::from_secs(600),
        factor_percent: 200,
        jitter_percent: 50,
    };

    /// A policy. `factor` is at least 1, `jitter` a share of 0 to 1.
    ///
    /// # Errors
    /// When a number is out of bounds.
    pub fn new(
        max_attempts: u32,
        initial: Duration,
        max: Duration,
        factor: f64,
        jitter: f64,
    ) -> Result<Self, InvalidRetryPolicy> {
        let wire = Wire {
            max_attempts,
            initial_ms: u64::try_from(initial.as_millis()).unwrap_or(u64::MAX),
            max_ms: u64::try_from(max.as_millis()).unwrap_or(u64::MAX),
            factor,
            jitter,
        };
        Self::try_from(wire)
    }

    /// Attempts in all, the first included.
    #[must_use]
    pub const fn max_attempts(&self) -> u32 {
        self.max_attempts
    }

    /// The same waits with another number of attempts (held to 1..=[`Self::MOST_ATTEMPTS`]).
    #[must_use]
    pub fn with_max_attempts(self, max_attempts: u32) -> Self {
        Self { max_attempts: max_attempts.clamp(1, Self::MOST_ATTEMPTS), ..self }
    }

    /// Shortest and longest wait after attempt `attempt` (from 1).
    #[must_use]
    pub fn bounds(&self, attempt: u32) -> (Duration, Duration) {
        let exponent = i32::try_from(attempt.saturating_sub(1)).unwrap_or(i32::MAX);
        let grown = self.initial.as_secs_f64() * (f64::from(self.factor_percent) / 100.0).powi(exponent);
        let longest = Duration::from_secs_f64(grown.min(self.max.as_secs_f64()));
        let shortest = longest.mul_f64(1.0 - f64::from(self.jitter_percent) / 100.0);
        (shortest, longest)
    }

    /// The wait after attempt `attempt` (from 1), with `random` drawn from `0.0..1.0`.
    #[must_use]
    pub fn delay(&self, attempt: u32, random: f64) -> Duration {
        let (shortest, longest) = self.bounds(attempt);
        shortest + (longest - shortest).mul_f64(random.clamp(0.0, 1.0))
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::STANDARD
    }
}

/// The JSON form, bounded when read.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Wire {
    max_attempts: u32,
    initial_ms: u64,
    max_ms: u64,
    factor: f64,
    jitter: f64,
}

impl Default for Wire {
    fn default() -> Self {
        RetryPolicy::STANDARD.into()
    }
}

impl From<RetryPolicy> for Wire {
    fn from(policy: RetryPolicy) -> Self {
        Self {
            max_attempts: policy.max_attempts,
            initial_ms: u64::try_from(policy.initial.as_millis()).unwrap_or(u64::MAX),
            max_ms: u64::try_from(policy.max.as_millis()).unwrap_or(u64::MAX),
            factor: f64::from(policy.factor_percent) / 100.0,
            jitter: f64::from(policy.jitter_percent) / 100.0,
        }
    }
}

impl TryFrom<Wire> for RetryPolicy {
    type Error = InvalidRetryPolicy;

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "both are checked to lie in 0..=10 before")]
    fn try_from(wire: Wire) -> Result<Self, InvalidRetryPolicy> {
        if !(1..=Self::MOST_ATTEMPTS).contains(&wire.max_attempts) {
            return Err(InvalidRetryPolicy("max_attempts must be 1 to 1000"));
        }
        let (initial, max) = (Duration::from_millis(wire.initial_ms), Duration::from_millis(wire.max_ms));
        if initial > Self::LONGEST_WAIT || max > Self::LONGEST_WAIT {
            return Err(InvalidRetryPolicy("waits must be at most 30 days"));
        }
        if !(1.0..=10.0).contains(&wire.factor) {
            return Err(InvalidRetryPolicy("factor must be 1 to 10"));
        }
        if !(0.0..=1.0).contains(&wire.jitter) {
            return Err(InvalidRetryPolicy("jitter must be 0 to 1"));
        }
        Ok(Self {
            max_attempts: wire.max_attempts,
            initial,
            max,
            factor_percent: (wire.factor * 100.0).round() as u32,
            jitter_percent: (wire.jitter * 100.0).round() as u32,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn waits_stay_within_their_bounds(attempt in 1u32..5_000, random in 0.0f64..1.0, initial in 0u64..100_000, max in 0u64..10_000_000) {
            let policy = RetryPolicy::new(5, Duration::from_millis(initial), Duration::from_millis(max), 2.0, 0.5).unwrap();
            let wait = policy.delay(attempt, random);
            let (shortest, longest) = policy.bounds(attempt);
            prop_assert!(shortest <= wait && wait <= longest);
            prop_assert!(longest <= Duration::from_millis(max));
        }
    }

    #[test]
    fn waits_double_up_to_the_limit() {
        let policy = RetryPolicy::new(9, Duration::from_secs(1), Duration::from_secs(5), 2.0, 0.0).unwrap();
        let waits: Vec<_> = (1..=5).map(|n| policy.delay(n, 0.7).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 5, 5]);
    }

    #[test]
    fn hostile_policies_are_refused() {
        for bad in
            [r#"{"max_attempts":0}"#, r#"{"factor":1e300}"#, r#"{"jitter":-1}"#, r#"{"initial_ms":99999999999999}"#, r#"{"x":1}"#]
        {
            assert!(serde_json::from_str::<RetryPolicy>(bad).is_err(), "{bad}");
        }
    }
}

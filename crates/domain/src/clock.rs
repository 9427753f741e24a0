//! Time and randomness as parameters, so that tests and simulations own them.

use std::sync::Mutex;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use rand::{Rng, SeedableRng, rngs::StdRng};
use uuid::Uuid;

use crate::TaskId;

/// A point in time, UTC, with microsecond resolution (what both databases keep).
pub type Timestamp = DateTime<Utc>;

/// Where a process takes the time and its randomness from.
pub trait Clock: Send + Sync + 'static {
    /// The current time, truncated to microseconds.
    fn now(&self) -> Timestamp;

    /// A number drawn evenly from `0.0..1.0`, for jitter.
    fn random(&self) -> f64;

    /// A new task id (UUIDv7), later in order than those this clock gave before.
    fn new_task_id(&self) -> TaskId;

    /// 256 bits that nobody can guess, for keys and session tokens.
    fn secret(&self) -> [u8; 32];
}

/// The machine's clock and the operating system's randomness.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the ambient clock")]
    fn now(&self) -> Timestamp {
        truncate(Utc::now())
    }

    fn random(&self) -> f64 {
        rand::rng().random()
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that makes ambient ids")]
    fn new_task_id(&self) -> TaskId {
        TaskId::from(Uuid::now_v7())
    }

    /// From rand's generator for secrets (ChaCha12), which the operating system seeds and reseeds.
    fn secret(&self) -> [u8; 32] {
        rand::rng().random()
    }
}

/// A clock that stands still until told otherwise, with seeded randomness.
#[derive(Debug)]
pub struct ManualClock(Mutex<Manual>);

#[derive(Debug)]
struct Manual {
    now: Timestamp,
    rng: StdRng,
    issued: u64,
}

impl ManualClock {
    /// A clock that shows `start`, with randomness that follows from `seed`.
    #[must_use]
    pub fn new(start: Timestamp, seed: u64) -> Self {
        Self(Mutex::new(Manual { now: truncate(start), rng: StdRng::seed_from_u64(seed), issued: 0 }))
    }

    /// Moves the time forward.
    pub fn advance(&self, by: std::time::Duration) {
        let mut inner = self.lock();
        inner.now += TimeDelta::from_std(by).unwrap_or(TimeDelta::MAX);
    }

    /// Sets the time, backwards too: clocks jump.
    pub fn set(&self, now: Timestamp) {
        self.lock().now = truncate(now);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Manual> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.lock().now
    }

    fn random(&self) -> f64 {
        self.lock().rng.random()
    }

    fn new_task_id(&self) -> TaskId {
        let mut inner = self.lock();
        inner.issued += 1;
        let millis = u64::try_from(inner.now.timestamp_millis()).unwrap_or_default();
        // The counter goes where UUIDv7 has its monotonic bits (RFC 9562, section 6.2, method 1).
        let mut random = inner.rng.random::<[u8; 10]>();
        random[0..6].copy_from_slice(&inner.issued.to_be_bytes()[2..8]);
        TaskId::from(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }

    fn secret(&self) -> [u8; 32] {
        self.lock().rng.random()
    }
}

fn truncate(at: Timestamp) -> Timestamp {
    at.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_a_manual_clock_grow_and_repeat_with_the_seed() {
        let start = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let (a, b) = (ManualClock::new(start, 7), ManualClock::new(start, 7));
        let first: Vec<_> = (0..100).map(|_| a.new_task_id()).collect();
        let second: Vec<_> = (0..100).map(|_| b.new_task_id()).collect();
        assert_eq!(first, second);
        assert!(first.is_sorted());
    }

    #[test]
    fn the_system_clock_has_microseconds() {
        assert_eq!(SystemClock.now().timestamp_subsec_nanos() % 1_000, 0);
    }
}

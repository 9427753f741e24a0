//! The token bucket, in whole numbers.

use chrono::TimeDelta;

use super::Rate;
use crate::Timestamp;

/// A token bucket as it stood at a time.
///
/// A start costs a period's microseconds, and each microsecond brings `count`: no fraction is ever lost, and the level of the
/// fullest bucket (30 days' microseconds times a million) fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    /// What is in it.
    pub level: u64,
    /// When.
    pub at: Timestamp,
}

impl Bucket {
    /// A time so far ahead was taken by a clock that has been set back since: replicas' clocks differ by less.
    const SET_BACK: TimeDelta = TimeDelta::minutes(1);

    /// A full bucket.
    #[must_use]
    pub const fn full(rate: &Rate, now: Timestamp) -> Self {
        Self { level: Self::capacity(rate), at: now }
    }

    /// The bucket at `now`: time that passed has filled it. An earlier time than the bucket's brings nothing, so that clocks
    /// that differ a little cannot fill it twice.
    #[must_use]
    pub fn at(self, rate: &Rate, now: Timestamp) -> Self {
        let capacity = Self::capacity(rate);
        if now <= self.at {
            let at = if self.at - now > Self::SET_BACK { now } else { self.at };
            return Self { level: self.level.min(capacity), at };
        }
        let elapsed = (now - self.at).num_microseconds().and_then(|us| u64::try_from(us).ok()).unwrap_or(u64::MAX);
        let level = self.level.saturating_add(elapsed.saturating_mul(u64::from(rate.count)));
        Self { level: level.min(capacity), at: now }
    }

    /// Takes one token, if there is one.
    pub fn take(&mut self, rate: &Rate) -> bool {
        let left = self.level.checked_sub(rate.per_us());
        self.level = left.unwrap_or(self.level);
        left.is_some()
    }

    /// When the next token is there; `at` if one is there already.
    #[must_use]
    pub fn next_at(&self, rate: &Rate) -> Timestamp {
        let missing = rate.per_us().saturating_sub(self.level).div_ceil(u64::from(rate.count.max(1)));
        self.at + TimeDelta::microseconds(i64::try_from(missing).unwrap_or(i64::MAX / 2))
    }

    const fn capacity(rate: &Rate) -> u64 {
        rate.per_us().saturating_mul(rate.burst as u64)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn start() -> Timestamp {
        Timestamp::from_timestamp(1_790_000_000, 0).unwrap()
    }

    fn rates() -> impl Strategy<Value = Rate> {
        (1..=Rate::MAX_COUNT, 1..=Rate::MAX_PER_MS, 1..=Rate::MAX_COUNT).prop_map(|(count, per_ms, burst)| Rate {
            count,
            per_ms,
            burst,
        })
    }

    fn small_rates() -> impl Strategy<Value = Rate> {
        (1..50u32, 1..5_000u64, 1..20u32).prop_map(|(count, per_ms, burst)| Rate { count, per_ms, burst })
    }

    proptest! {
        #[test]
        fn never_more_than_the_burst_and_what_time_brings(rate in small_rates(), waits in prop::collection::vec(-500_000..2_000_000i64, 1..80)) {
            let (mut bucket, mut now, mut latest, mut taken) = (Bucket::full(&rate, start()), start(), start(), 0u128);
            for wait in waits {
                // Clocks of several replicas: sometimes a little earlier than before.
                now += TimeDelta::microseconds(wait);
                latest = latest.max(now);
                bucket = bucket.at(&rate, now);
                while bucket.take(&rate) {
                    taken += 1;
                }
                let passed = (latest - start()).num_microseconds().unwrap() as u128;
                prop_assert!(taken <= u128::from(rate.burst) + passed * u128::from(rate.count) / u128::from(rate.per_us()));
            }
        }

        #[test]
        fn a_token_is_there_when_it_was_promised_and_not_before(rate in rates(), drained in 0..3u8) {
            let mut bucket = Bucket::full(&rate, start());
            bucket.level = if drained == 0 { 0 } else { bucket.level / 1_000_000 };
            let next = bucket.next_at(&rate);
            prop_assert!(bucket.at(&rate, next).take(&rate));
            if next > bucket.at {
                prop_assert!(!bucket.at(&rate, next - TimeDelta::microseconds(1)).take(&rate));
            }
        }
    }

    #[test]
    fn a_clock_set_back_far_does_not_stop_the_bucket_for_ever() {
        let rate = Rate { count: 1, per_ms: 1_000, burst: 1 };
        let mut bucket = Bucket::full(&rate, start());
        assert!(bucket.take(&rate));
        let earlier = start() - TimeDelta::days(1);
        let mut later = bucket.at(&rate, earlier).at(&rate, earlier + TimeDelta::seconds(1));
        assert!(later.take(&rate));
    }
}

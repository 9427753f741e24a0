//! When a schedule ticks.

use std::time::Duration;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::{cron::CronRule, definition::millis};
use crate::Timestamp;

/// When a schedule ticks: a series of instants, each later than the one before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScheduleRule {
    /// At the wall clock's times in a time zone.
    Cron(CronRule),
    /// Each time so much time has passed.
    Every(EveryRule),
    /// Once.
    Once {
        /// When.
        at: Timestamp,
    },
}

/// Each time so much time has passed, whatever wall clocks do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Every", into = "Every")]
pub struct EveryRule {
    every: Duration,
    anchor: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct Every {
    #[serde(rename = "every_ms", with = "millis")]
    every: Duration,
    anchor: Timestamp,
}

/// The rule is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRule {
    /// The cron expression cannot be read.
    #[error("not a cron expression: {0}")]
    Cron(String),
    /// There is no such time zone.
    #[error("not a time zone: expected a name of the IANA database, e.g. Europe/Paris")]
    TimeZone,
    /// The interval is too short or too long.
    #[error("the interval must be 1 second to 366 days")]
    Interval,
}

impl ScheduleRule {
    /// The first tick after `after`; `None` when none comes within the next 50 years.
    #[must_use]
    pub fn next_after(&self, after: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Cron(rule) => rule.next_after(after),
            Self::Every(rule) => rule.next_after(after),
            Self::Once { at } => Some(*at).filter(|at| *at > after),
        }
    }

    /// The ticks after `after`, in order.
    pub fn ticks_after(&self, after: Timestamp) -> impl Iterator<Item = Timestamp> + '_ {
        std::iter::successors(self.next_after(after), |tick| self.next_after(*tick))
    }

    /// The last tick before `bound`, where `first` is a tick before it. By bisection, so that the number of ticks in between
    /// does not count.
    #[must_use]
    pub fn last_before(&self, first: Timestamp, bound: Timestamp) -> Timestamp {
        let mut last = first;
        let mut beyond = bound;
        while let Some(half) = half_way(last, beyond) {
            match self.next_after(half).filter(|tick| *tick < bound) {
                Some(tick) => last = tick,
                None => beyond = half,
            }
        }
        match self.next_after(last).filter(|tick| *tick < bound) {
            Some(tick) => tick,
            None => last,
        }
    }
}

/// Between two instants that are more than a second apart: ticks are not nearer to each other.
fn half_way(a: Timestamp, b: Timestamp) -> Option<Timestamp> {
    let apart = b - a;
    (apart > TimeDelta::seconds(1)).then(|| a + apart / 2)
}

impl EveryRule {
    /// Shortest interval.
    pub const SHORTEST: Duration = Duration::from_secs(1);
    /// Longest interval: 366 days.
    pub const LONGEST: Duration = Duration::from_secs(366 * 86_400);

    /// Ticks at `anchor` and each time `every` has passed since.
    ///
    /// # Errors
    /// When the interval is out of bounds.
    pub fn new(every: Duration, anchor: Timestamp) -> Result<Self, InvalidRule> {
        if (Self::SHORTEST..=Self::LONGEST).contains(&every) { Ok(Self { every, anchor }) } else { Err(InvalidRule::Interval) }
    }

    /// The interval.
    #[must_use]
    pub const fn every(&self) -> Duration {
        self.every
    }

    /// The first tick.
    #[must_use]
    pub const fn anchor(&self) -> Timestamp {
        self.anchor
    }

    fn next_after(&self, after: Timestamp) -> Option<Timestamp> {
        if after < self.anchor {
            return Some(self.anchor);
        }
        let every = i64::try_from(self.every.as_micros()).ok()?;
        let passed = (after - self.anchor).num_microseconds()? / every + 1;
        self.anchor.checked_add_signed(TimeDelta::microseconds(passed.checked_mul(every)?))
    }
}

impl TryFrom<Every> for EveryRule {
    type Error = InvalidRule;

    fn try_from(Every { every, anchor }: Every) -> Result<Self, InvalidRule> {
        Self::new(every, anchor)
    }
}

impl From<EveryRule> for Every {
    fn from(EveryRule { every, anchor }: EveryRule) -> Self {
        Self { every, anchor }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn every(seconds: u64) -> ScheduleRule {
        ScheduleRule::Every(EveryRule::new(Duration::from_secs(seconds), at(0)).unwrap())
    }

    #[test]
    fn an_interval_counts_from_its_anchor() {
        let rule = every(10);
        assert_eq!(rule.next_after(at(-100)), Some(at(0)));
        assert_eq!(rule.next_after(at(0)), Some(at(10)));
        assert_eq!(rule.next_after(at(9)), Some(at(10)));
        assert_eq!(rule.ticks_after(at(25)).take(3).collect::<Vec<_>>(), [at(30), at(40), at(50)]);
    }

    #[test]
    fn once_is_once() {
        let rule = ScheduleRule::Once { at: at(5) };
        assert_eq!(rule.next_after(at(0)), Some(at(5)));
        assert_eq!(rule.next_after(at(5)), None);
    }

    #[test]
    fn intervals_out_of_bounds_are_refused() {
        for seconds in [0, 367 * 86_400] {
            assert_eq!(EveryRule::new(Duration::from_secs(seconds), at(0)), Err(InvalidRule::Interval));
        }
        assert!(EveryRule::new(Duration::from_millis(999), at(0)).is_err());
        assert!(serde_json::from_str::<EveryRule>(r#"{"every_ms":0,"anchor":"2027-01-01T00:00:00Z"}"#).is_err());
    }

    proptest! {
        #[test]
        fn the_last_tick_before_a_bound_is_the_one_that_walking_finds(
            cron in prop_oneof![
                Just("*/7 * * * *"), Just("0 0 1 * *"), Just("30 2 * * *"), Just("* * * * * *"), Just("15,45 1-3 * * 7"),
            ],
            start in 0i64..400 * 86_400,
            ticks in 1usize..200,
            past in 1i64..100,
        ) {
            let rule = ScheduleRule::Cron(CronRule::new(cron, "Europe/Paris").unwrap());
            let walked: Vec<_> = rule.ticks_after(at(start)).take(ticks).collect();
            let last = *walked.last().unwrap();
            let next = rule.next_after(last).unwrap();
            let bound = (last + TimeDelta::milliseconds(past * 10)).min(next);
            prop_assert_eq!(rule.last_before(walked[0], bound), last);
        }

        #[test]
        fn ticks_only_grow(start in 0i64..400 * 86_400, seconds in 1u64..100_000) {
            for rule in [every(seconds), ScheduleRule::Cron(CronRule::new("*/20 0-4 * * *", "America/New_York").unwrap())] {
                let ticks: Vec<_> = rule.ticks_after(at(start)).take(50).collect();
                prop_assert!(ticks[0] > at(start));
                prop_assert!(ticks.is_sorted_by(|a, b| a < b));
            }
        }
    }
}

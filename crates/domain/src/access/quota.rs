//! A quota on attempts: so many at once, then one per interval (the generic cell rate algorithm of ITU-T I.371, which keeps one
//! time per caller).

use std::time::Duration;

use chrono::TimeDelta;

use crate::Timestamp;

/// How many attempts are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Attempts that may be made at once; at least 1.
    pub burst: u32,
    /// How long until one more is allowed.
    pub every: Duration,
}

/// What a caller has used of its quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Used {
    /// When all of the quota is there again.
    whole_at: Timestamp,
}

impl Quota {
    /// Takes one attempt at `now` from what `used` leaves (`None`: nothing is used).
    ///
    /// # Errors
    /// How long to wait for the next, when none is left.
    pub fn take(&self, used: Option<Used>, now: Timestamp) -> Result<Used, Duration> {
        let every = self.every();
        let whole_at = used.map_or(now, |used| used.whole_at.max(now)) + every;
        let room = every * i32::try_from(self.burst.max(1)).unwrap_or(i32::MAX);
        let wait = whole_at - now - room;
        if wait > TimeDelta::zero() {
            return Err(wait.to_std().unwrap_or_default());
        }
        Ok(Used { whole_at })
    }

    /// Gives one attempt back.
    #[must_use]
    pub fn give_back(&self, used: Used) -> Used {
        Used { whole_at: used.whole_at - self.every() }
    }

    /// Whether all of the quota is there at `now`, so that what was used may be forgotten.
    #[must_use]
    pub fn is_whole(&self, used: Used, now: Timestamp) -> bool {
        used.whole_at <= now
    }

    /// An interval beyond all time is as good as a year.
    fn every(&self) -> TimeDelta {
        TimeDelta::from_std(self.every.min(Duration::from_secs(365 * 86_400))).expect("a year is in range")
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;

    use super::*;

    fn start() -> Timestamp {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    proptest! {
        /// Over any stretch no more are let through than the burst and what the stretch allows.
        #[test]
        fn no_stretch_has_more_than_its_share(burst in 1u32..20, every in 1u64..100, pauses in prop::collection::vec(0u64..200, 1..200)) {
            let quota = Quota { burst, every: Duration::from_secs(every) };
            let (mut now, mut used, mut taken) = (start(), None, Vec::new());
            for pause in pauses {
                now += Duration::from_secs(pause);
                match quota.take(used, now) {
                    Ok(next) => {
                        used = Some(next);
                        taken.push(now);
                    }
                    Err(wait) => {
                        prop_assert!(wait <= quota.every);
                        prop_assert!(quota.take(used, now + wait).is_ok(), "after the wait there is room");
                    }
                }
            }
            for (first, from) in taken.iter().enumerate() {
                for (last, to) in taken.iter().enumerate().skip(first) {
                    let allowed = u64::from(burst) + (*to - *from).num_seconds() as u64 / every;
                    prop_assert!((last - first + 1) as u64 <= allowed);
                }
            }
        }

        #[test]
        fn what_is_given_back_was_never_used(burst in 1u32..20, times in 1u32..100) {
            let quota = Quota { burst, every: Duration::from_secs(10) };
            let mut used = None;
            for _ in 0..times {
                let taken = quota.take(used, start());
                prop_assert!(taken.is_ok());
                used = taken.ok().map(|taken| quota.give_back(taken));
            }
            prop_assert!(used.is_none_or(|used| quota.is_whole(used, start())));
        }
    }

    #[test]
    fn a_burst_is_followed_by_waiting() {
        let quota = Quota { burst: 3, every: Duration::from_secs(10) };
        let mut used = None;
        for _ in 0..3 {
            used = Some(quota.take(used, start()).unwrap());
        }
        assert_eq!(quota.take(used, start()), Err(Duration::from_secs(10)));
        assert!(quota.take(used, start() + Duration::from_secs(10)).is_ok());
        assert!(quota.is_whole(used.unwrap(), start() + Duration::from_secs(30)));
    }

    #[test]
    fn a_clock_that_jumps_back_locks_nobody_out_for_longer_than_the_jump() {
        let quota = Quota { burst: 2, every: Duration::from_secs(10) };
        let used = quota.take(None, start()).unwrap();
        let wait = quota.take(Some(used), start() - TimeDelta::seconds(60)).unwrap_err();
        assert!(wait <= Duration::from_secs(60));
    }
}

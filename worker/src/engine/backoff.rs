//! Pauses between tries while a service is away.

use std::time::Duration;

use ruche_domain::Clock;
use ruche_store::StoreError;

/// Doubling pauses with jitter, from 100 ms to 5 s: short enough that a service's return is noticed well within a lease.
#[derive(Debug)]
pub(super) struct Backoff {
    next: Duration,
    most: Duration,
}

impl Backoff {
    const FIRST: Duration = Duration::from_millis(100);
    const MOST: Duration = Duration::from_secs(5);

    pub(super) const fn new() -> Self {
        Self { next: Self::FIRST, most: Self::MOST }
    }

    /// Pauses of `most` at the longest.
    pub(super) fn up_to(most: Duration) -> Self {
        Self { next: Self::FIRST.min(most), most: most.min(Self::MOST) }
    }

    /// The next pause; half of it is drawn at random.
    pub(super) fn pause(&mut self, clock: &dyn Clock) -> Duration {
        let longest = self.next;
        self.next = (longest * 2).min(self.most);
        longest.mul_f64(0.5 + clock.random() / 2.0)
    }

    /// The pause before the same call is tried again. A conflict says nothing of the store's health: a moment suffices.
    pub(super) fn pause_after(&mut self, error: &StoreError, clock: &dyn Clock) -> Duration {
        match error {
            StoreError::Conflict(_) => Duration::from_millis(10).mul_f64(clock.random()),
            _ => self.pause(clock),
        }
    }

    /// The service answered.
    pub(super) fn reset(&mut self) {
        self.next = Self::FIRST.min(self.most);
    }
}

#[cfg(test)]
mod tests {
    use ruche_domain::{ManualClock, Timestamp};

    use super::*;

    #[test]
    fn pauses_grow_to_a_limit_and_begin_anew() {
        let clock = ManualClock::new(Timestamp::UNIX_EPOCH, 1);
        let mut backoff = Backoff::up_to(Duration::from_secs(1));
        let pauses: Vec<_> = (0..10).map(|_| backoff.pause(&clock)).collect();
        assert!(pauses[0] <= Duration::from_millis(100) && pauses[0] >= Duration::from_millis(50));
        assert!(pauses[9] >= Duration::from_millis(500) && pauses.iter().all(|pause| *pause <= Duration::from_secs(1)));
        backoff.reset();
        assert!(backoff.pause(&clock) <= Duration::from_millis(100));
    }
}

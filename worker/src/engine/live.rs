//! One attempt while it runs, as the engine's other parts see it.

use std::sync::{
    Mutex,
    atomic::{AtomicBool, AtomicU8, Ordering},
};

use ruche_store::AttemptRef;
use tokio::{sync::Notify, time::Instant};
use tokio_util::sync::CancellationToken;

use super::reports::Reported;

/// Why an attempt is to stop, the stronger reason last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Stop {
    /// It is not.
    No,
    /// The worker shuts down: stop soon, the task is handed back.
    Drain,
    /// Somebody asked: stop soon, the task is cancelled.
    Cancel,
    /// The lease is lost: stop at once, nothing is recorded.
    Lost,
}

impl Stop {
    const fn of(level: u8) -> Self {
        match level {
            0 => Self::No,
            1 => Self::Drain,
            2 => Self::Cancel,
            _ => Self::Lost,
        }
    }
}

/// One attempt while it runs.
#[derive(Debug)]
pub(super) struct Live {
    pub(super) attempt: AttemptRef,
    /// What the task's code looks at.
    pub(super) token: CancellationToken,
    pub(super) reported: Reported,
    stop: AtomicU8,
    /// Has one listener: the attempt's own tokio task.
    told: Notify,
    ended: AtomicBool,
    lease_until: Mutex<Instant>,
}

impl Live {
    pub(super) fn new(attempt: AttemptRef, lease_until: Instant) -> Self {
        Self {
            attempt,
            token: CancellationToken::new(),
            reported: Reported::default(),
            stop: AtomicU8::new(Stop::No as u8),
            told: Notify::new(),
            ended: AtomicBool::new(false),
            lease_until: Mutex::new(lease_until),
        }
    }

    /// Asks the attempt to stop; a weaker reason than one told before changes nothing.
    pub(super) fn tell(&self, stop: Stop) {
        if self.stop.fetch_max(stop as u8, Ordering::AcqRel) < stop as u8 {
            self.token.cancel();
            self.told.notify_one();
        }
    }

    /// The strongest reason told.
    pub(super) fn stop(&self) -> Stop {
        Stop::of(self.stop.load(Ordering::Acquire))
    }

    /// Waits for a stronger reason than `known`. For the attempt's own task only.
    pub(super) async fn stop_beyond(&self, known: Stop) -> Stop {
        loop {
            let stop = self.stop();
            if stop > known {
                return stop;
            }
            self.told.notified().await;
        }
    }

    /// The task's code has come to its end; the outcome is on its way.
    pub(super) fn end(&self) {
        self.ended.store(true, Ordering::Release);
    }

    pub(super) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }

    /// Until when the lease may be assumed to hold, by this machine's monotonic clock.
    pub(super) fn lease_until(&self) -> Instant {
        *self.lease()
    }

    pub(super) fn prolong(&self, until: Instant) {
        *self.lease() = until;
    }

    fn lease(&self) -> std::sync::MutexGuard<'_, Instant> {
        // An instant cannot be half written.
        self.lease_until.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use ruche_domain::TaskId;

    use super::*;

    fn live() -> Live {
        Live::new(AttemptRef { id: TaskId::from(uuid::Uuid::nil()), attempt: 1 }, Instant::now())
    }

    #[tokio::test]
    async fn a_weaker_reason_does_not_replace_a_stronger_one() {
        let live = live();
        live.tell(Stop::Cancel);
        live.tell(Stop::Drain);
        assert_eq!(live.stop_beyond(Stop::No).await, Stop::Cancel);
        assert!(live.token.is_cancelled());
        live.tell(Stop::Lost);
        assert_eq!(live.stop_beyond(Stop::Cancel).await, Stop::Lost);
    }
}

//! Keeping leases: one renewal for all attempts, three times in a lease.

use std::{sync::Arc, time::Duration};

use autometrics::autometrics;
use ruche_domain::Timestamp;
use ruche_store::{AttemptRef, Renewal, StoreError};
use tokio::time::{Instant, sleep, timeout};

use super::{
    Core,
    backoff::Backoff,
    live::{Live, Stop},
};

/// Renews until the engine ends.
pub(super) async fn keep(core: Arc<Core>) {
    loop {
        tokio::select! {
            () = sleep(core.options.lease / 3) => {}
            () = core.renew_now.notified() => {}
        }
        renew_all(&core).await;
    }
}

/// Renews every lease, trying again until the store answers. Attempts whose lease has run out meanwhile are stopped: it may no
/// longer be assumed that nobody else runs their tasks.
async fn renew_all(core: &Core) {
    let mut backoff = Backoff::up_to(core.options.lease / 10);
    loop {
        let held = core.held.all();
        if held.is_empty() {
            return;
        }
        // Before the call, as the store may take its time.
        let asked = Instant::now();
        match timeout(patience(core, asked), renew(core, &held)).await {
            Ok(Ok(answers)) => {
                return held.iter().zip(answers).for_each(|(live, answer)| heed(live, answer, asked + core.options.lease));
            }
            Ok(Err(error)) => {
                tracing::warn!(error = &error as &dyn std::error::Error, attempts = held.len(), "couldn't renew leases");
            }
            Err(_) => tracing::warn!(attempts = held.len(), "the store didn't answer a renewal of leases in time"),
        }
        let stopped = core.held.stop_overdue(Instant::now());
        if stopped > 0 {
            tracing::warn!(attempts = stopped, "attempts stopped: their leases ran out while the store was away");
        }
        sleep(backoff.pause(&*core.clock)).await;
    }
}

/// How long to wait for an answer: not beyond the end of the first lease, so that its attempt is stopped in time.
fn patience(core: &Core, now: Instant) -> Duration {
    let most = core.options.lease / 3;
    let first = core.held.first_lease_end().map_or(most, |end| end.saturating_duration_since(now));
    first.clamp(most / 10, most)
}

/// Does what a renewal's answer says.
fn heed(live: &Live, answer: Renewal, until: Instant) {
    match answer {
        Renewal::Renewed => live.prolong(until),
        Renewal::CancelRequested => {
            live.prolong(until);
            live.tell(Stop::Cancel);
        }
        // An attempt that has ended may just have been recorded; its outcome's answer tells.
        Renewal::Lost if live.has_ended() => {}
        Renewal::Lost => live.tell(Stop::Lost),
    }
}

#[autometrics]
async fn renew(core: &Core, held: &[Arc<Live>]) -> Result<Vec<Renewal>, StoreError> {
    let attempts: Vec<AttemptRef> = held.iter().map(|live| live.attempt).collect();
    core.store.renew(&core.options.name, &attempts, core.lease_until()).await
}

impl Core {
    /// Until when a lease taken now holds, as the database is told.
    pub(super) fn lease_until(&self) -> Timestamp {
        self.clock.now() + chrono::TimeDelta::from_std(self.options.lease).unwrap_or(chrono::TimeDelta::MAX)
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
    async fn a_renewal_prolongs_the_lease_and_passes_requests_on() {
        let (live, later) = (live(), Instant::now() + Duration::from_secs(30));
        heed(&live, Renewal::Renewed, later);
        assert_eq!((live.lease_until(), live.stop()), (later, Stop::No));
        heed(&live, Renewal::CancelRequested, later);
        assert_eq!(live.stop(), Stop::Cancel);
        heed(&live, Renewal::Lost, later);
        assert_eq!(live.stop(), Stop::Lost);
    }

    #[tokio::test]
    async fn an_ended_attempt_does_not_lose_its_outcome_to_a_late_renewal() {
        let live = live();
        live.end();
        heed(&live, Renewal::Lost, Instant::now());
        assert_eq!(live.stop(), Stop::No);
    }
}

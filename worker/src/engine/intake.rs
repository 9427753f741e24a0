//! From deliveries to running attempts: claim in batches, then acknowledge.

mod session;
mod sort;

use std::sync::Arc;

use autometrics::autometrics;
use ruche_broker::Consumer;
use ruche_store::{AttemptRef, ClaimRequest, Claimed, StoreError};
use tokio::time::{Instant, sleep};

use super::{
    Core,
    attempt::{self, Ready},
    backoff::Backoff,
    live::{Live, Stop},
    places::Taken,
};
use session::{End, Session};

/// Takes tasks until the engine stops. A lost connection to the broker is made anew; running attempts go on meanwhile.
///
/// A worker that has no room for long gives up its consumer, and with it what was fetched: other workers may run it now, and
/// RabbitMQ closes channels that leave something unacknowledged for half an hour. When there is room again, it fetches little
/// until its tasks prove to be short.
pub(super) async fn run(core: Arc<Core>) {
    let (mut backoff, mut was_full) = (Backoff::new(), false);
    while let Some(free) = room(&core).await {
        let prefetch = if was_full { little(free) } else { core.options.prefetch() };
        let Some(consumer) = connect(&core, prefetch, &mut backoff).await else { return };
        backoff.reset();
        let end = Session::new(&core, consumer, was_full).run().await;
        was_full = end == End::Full;
        match end {
            End::Stopping => return,
            End::Lost => tracing::warn!("the broker's connection is gone, connecting again"),
            End::Full => tracing::debug!("no room: what was fetched goes back to the queues"),
            End::Probation => {}
        }
    }
}

/// Waits for room; nothing when the engine stops first.
async fn room(core: &Core) -> Option<usize> {
    tokio::select! {
        biased;
        () = core.stopping.cancelled() => None,
        free = core.places.some_free() => Some(free),
    }
}

/// What to fetch for so many free places while it is not known how soon there will be more.
fn little(free: usize) -> u16 {
    u16::try_from(free + 1).unwrap_or(u16::MAX)
}

/// A consumer of the worker's queues, or nothing when the engine stops first.
async fn connect(core: &Core, prefetch: u16, backoff: &mut Backoff) -> Option<Box<dyn Consumer>> {
    let stopping = core.stopping.cancelled();
    let connected = async {
        let mut told = false;
        loop {
            match core.broker.consume(&core.options.queues, prefetch).await {
                Ok(consumer) => return consumer,
                Err(error) if told => tracing::debug!(error = &error as &dyn std::error::Error, "still couldn't consume"),
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "couldn't consume, trying again and again")
                }
            }
            told = true;
            sleep(backoff.pause(&*core.clock)).await;
        }
    };
    tokio::select! {
        biased;
        () = stopping => None,
        consumer = connected => Some(consumer),
    }
}

#[autometrics]
async fn claim(core: &Core, requests: Vec<ClaimRequest>) -> Result<Vec<Claimed>, StoreError> {
    core.store.claim(&core.options.name, requests, core.clock.now(), core.lease_until()).await
}

/// Starts claimed attempts, one place each; the places of deliveries that were not claimable are given back. `asked` is when
/// the claim was sent.
pub(super) fn begin(core: &Arc<Core>, claimed: Vec<Claimed>, mut places: Taken, asked: Instant) {
    let lease_until = asked + core.options.lease;
    let ready: Vec<Ready> = claimed
        .into_iter()
        .map(|claimed| {
            let attempt = AttemptRef { id: claimed.task.id, attempt: claimed.attempt };
            Ready { live: Arc::new(Live::new(attempt, lease_until)), claimed }
        })
        .collect();
    core.held.insert(ready.iter().map(|ready| Arc::clone(&ready.live)));
    let told = told_before(core, lease_until);
    for ready in ready {
        ready.live.tell(told);
        core.attempts.spawn(attempt::run(Arc::clone(core), ready, places.split_one()));
    }
}

/// Why attempts claimed just now are not to run: the claim took so long that the lease may have run out, or the worker stops.
fn told_before(core: &Core, lease_until: Instant) -> Stop {
    if lease_until <= Instant::now() {
        Stop::Lost
    } else if core.stopping.is_cancelled() {
        Stop::Drain
    } else {
        Stop::No
    }
}

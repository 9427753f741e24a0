//! From deliveries to running attempts: claim in batches, then acknowledge.

mod session;
mod sort;

use std::sync::Arc;

use autometrics::autometrics;
use ruche_broker::Consumer;
use ruche_store::{AttemptRef, ClaimRequest, Claimed, StoreError};
use tokio::{
    sync::OwnedSemaphorePermit,
    time::{Instant, sleep},
};

use super::{
    Core,
    attempt::{self, Ready},
    backoff::Backoff,
    live::{Live, Stop},
};
use session::{End, Session};

/// Takes tasks until the engine stops. A lost connection to the broker is made anew; running attempts go on meanwhile.
pub(super) async fn run(core: Arc<Core>) {
    let mut backoff = Backoff::new();
    while let Some(consumer) = connect(&core, &mut backoff).await {
        backoff.reset();
        match Session::new(&core, consumer).run().await {
            End::Stopping => return,
            End::Lost => tracing::warn!("the broker's connection is gone, connecting again"),
        }
    }
}

/// A consumer of the worker's queues, or nothing when the engine stops first.
async fn connect(core: &Core, backoff: &mut Backoff) -> Option<Box<dyn Consumer>> {
    let stopping = core.stopping.cancelled();
    let connected = async {
        loop {
            match core.broker.consume(&core.options.queues, core.options.prefetch()).await {
                Ok(consumer) => return consumer,
                Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "couldn't consume, trying again"),
            }
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

/// Starts claimed attempts, one slot each; the slots of deliveries that were not claimable are given back. `asked` is when the
/// claim was sent.
fn begin(core: &Arc<Core>, claimed: Vec<Claimed>, mut slots: OwnedSemaphorePermit, asked: Instant) {
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
        let slot = slots.split(1).expect("no more tasks are claimed than slots were taken for");
        core.attempts.spawn(attempt::run(Arc::clone(core), ready, core.metrics.slot(slot)));
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

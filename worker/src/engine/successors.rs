//! Who comes after an attempt of a limited queue.
//!
//! An end makes room in such a queue. Left to the servers, the next task would hear of it by way of a notice, a round of
//! admissions, the broker and a claim, and a limit of short tasks would stand half empty meanwhile. So the worker whose attempt
//! has ended asks for the next task itself, as soon as the outcome is recorded. Nothing rests on it: what a worker does not
//! take (it is full, it stops, it dies) the servers give to any other.

use std::{
    collections::BTreeMap,
    sync::{Arc, Weak},
};

use autometrics::autometrics;
use futures::future::join_all;
use ruche_bootstrap::{BatchLimits, Batcher};
use ruche_domain::QueueName;
use ruche_store::{Claimed, StoreError};
use tokio::time::Instant;

use super::{Core, intake};

/// Ends that are answered together. One round on its way at once: two of one queue would wait for each other, and what ends
/// meanwhile goes together into the next.
const LIMITS: BatchLimits = BatchLimits { weight: 1_000, in_flight: 1, waiting: 10_000 };

/// Where ends in limited queues are told.
pub(super) struct Successors(Batcher<QueueName, ()>);

impl Successors {
    /// Begins to listen.
    pub(super) fn start(core: Weak<Core>) -> Self {
        Self(Batcher::start(
            LIMITS,
            |_| 1,
            move |ended: Vec<QueueName>| {
                let core = core.upgrade();
                async move {
                    let answers = vec![(); ended.len()];
                    if let Some(core) = core {
                        // Tracked like an attempt, so that a worker that drains waits for what it has claimed.
                        let attempts = core.attempts.clone();
                        attempts.track_future(follow(&core, ended)).await;
                    }
                    answers
                }
            },
        ))
    }

    /// An attempt of this limited queue has ended, and that is recorded. Never waits: what does not fit the servers do.
    pub(super) fn ended(&self, queue: QueueName) {
        drop(self.0.try_send(queue));
    }
}

/// As many as have ended, and not more than there is room for: the others may have room elsewhere.
async fn follow(core: &Arc<Core>, ended: Vec<QueueName>) {
    let mut counts: BTreeMap<QueueName, usize> = BTreeMap::new();
    for queue in ended {
        *counts.entry(queue).or_default() += 1;
    }
    join_all(counts.into_iter().map(|(queue, count)| follow_one(core, queue, count))).await;
}

async fn follow_one(core: &Arc<Core>, queue: QueueName, count: usize) {
    let most = count.min(core.places.free());
    if most == 0 || core.stopping.is_cancelled() || !core.options.queues.contains(&queue) {
        return;
    }
    let (places, asked) = (core.places.take(most), Instant::now());
    match claim_next(core, &queue, u32::try_from(most).unwrap_or(u32::MAX)).await {
        Ok(claimed) => intake::begin(core, claimed, places, asked),
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::debug!(%queue, error, "couldn't follow an ended attempt; a server gives the slot to another");
        }
    }
}

#[autometrics]
async fn claim_next(core: &Core, queue: &QueueName, most: u32) -> Result<Vec<Claimed>, StoreError> {
    core.store.claim_next(queue, &core.options.name, core.clock.now(), core.lease_until(), most).await
}

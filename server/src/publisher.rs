//! From the database to the broker: publishes what is committed, and takes the note off the outbox once it is confirmed.

use std::sync::Arc;

use prometheus::{Histogram, IntCounter, Registry};
use ruche_bootstrap::{BatchLimits, Batcher};
use ruche_broker::{SharedBroker, TaskMessage};
use ruche_metrics::catalogue::{PUBLISH_CONFIRM, PUBLISH_FAILURES};
use ruche_store::{Handover, OutboxId, SharedStore};

use crate::{
    gates::Gates,
    metrics::{Enqueued, Lost, Maintained},
};

/// Few handovers wait, as each may hold thousands of tasks: the backlog belongs in the database. Beyond it, enqueuing waits.
const LIMITS: BatchLimits = BatchLimits { weight: 2_000, in_flight: 2, waiting: 2 };

/// Confirmations are small; they go out together, one statement at a time.
const CONFIRM_LIMITS: BatchLimits = BatchLimits { weight: 1_000, in_flight: 1, waiting: 10_000 };

/// Publishes tasks that are committed as `queued`.
#[derive(Debug, Clone)]
pub struct Publisher {
    batcher: Batcher<Parcel, ()>,
    gates: Arc<Gates>,
    enqueued: Enqueued,
    lost: Lost,
    maintained: Maintained,
}

/// Tasks on their way, with whether they may pass although their queue is held back.
#[derive(Debug)]
struct Parcel {
    handover: Handover,
    admitted: bool,
}

impl Publisher {
    /// Starts publishing.
    ///
    /// # Errors
    /// When its metrics are registered already.
    pub fn start(store: SharedStore, broker: SharedBroker, registry: &Registry) -> Result<Self, prometheus::Error> {
        let metrics = Metrics::register(registry)?;
        let gated = store.clone();
        let confirmations = Batcher::start(CONFIRM_LIMITS, |_| 1, move |outbox| confirm(store.clone(), outbox));
        let gates = Gates::start(gated, registry)?;
        let shared = Arc::new(Shared { broker, confirmations, metrics, gates: Arc::clone(&gates) });
        let process = move |parcels| Arc::clone(&shared).publish(parcels);
        let batcher = Batcher::start(LIMITS, |parcel: &Parcel| parcel.handover.tasks.len(), process);
        let lost = Lost::register(registry)?;
        let enqueued = Enqueued::register(registry, lost.clone())?;
        Ok(Self { batcher, gates, enqueued, lost, maintained: Maintained::register(registry)? })
    }

    /// Counts accepted tasks, for whoever hands them over.
    #[must_use]
    pub(crate) const fn enqueued(&self) -> &Enqueued {
        &self.enqueued
    }

    /// Counts tasks that ended with a lost attempt.
    #[must_use]
    pub(crate) const fn lost(&self) -> &Lost {
        &self.lost
    }

    /// Counts what the maintenance duties did.
    #[must_use]
    pub(crate) const fn maintained(&self) -> &Maintained {
        &self.maintained
    }

    /// Paused and limited queues, whose tasks are not published when they are handed over: workers would not take them.
    #[must_use]
    pub fn gates(&self) -> &Arc<Gates> {
        &self.gates
    }

    /// Takes tasks over; returns when there is room for them, not when they are published. What cannot be published keeps its
    /// note in the outbox, and the relay brings it back.
    pub async fn hand_over(&self, handover: Handover) {
        if !handover.tasks.is_empty() || !handover.outbox.is_empty() {
            // Stopped means that the process ends: the relay of another one, or of the next start, finds the note.
            drop(self.batcher.send(parcel(handover)).await);
        }
    }

    /// Like [`Self::hand_over`], and returns when the broker has confirmed or refused the tasks.
    pub async fn publish(&self, handover: Handover) {
        if !handover.tasks.is_empty() || !handover.outbox.is_empty() {
            drop(self.batcher.submit(parcel(handover)).await);
        }
    }

    /// Like [`Self::publish`], for tasks that may start now although their queue holds others back.
    pub async fn publish_admitted(&self, handover: Handover) {
        if !handover.tasks.is_empty() {
            drop(self.batcher.submit(Parcel { handover, admitted: true }).await);
        }
    }
}

const fn parcel(handover: Handover) -> Parcel {
    Parcel { handover, admitted: false }
}

struct Shared {
    broker: SharedBroker,
    confirmations: Batcher<OutboxId, ()>,
    metrics: Metrics,
    gates: Arc<Gates>,
}

impl Shared {
    async fn publish(self: Arc<Self>, parcels: Vec<Parcel>) -> Vec<()> {
        let answers = vec![(); parcels.len()];
        let mut messages = Vec::with_capacity(parcels.iter().map(|parcel| parcel.handover.tasks.len()).sum());
        let mut notes = Vec::with_capacity(parcels.len());
        for Parcel { mut handover, admitted } in parcels {
            if !admitted {
                // Their notes are taken off all the same: they are published when they are admitted.
                self.gates.hold_back(&mut handover.tasks);
            }
            let begin = messages.len();
            messages.extend(handover.tasks.into_iter().map(TaskMessage::native));
            notes.push((begin..messages.len(), handover.outbox));
        }
        let timer = self.metrics.confirm_seconds.start_timer();
        let results = self.broker.publish(&messages).await;
        timer.observe_duration();
        let failed = results.iter().filter(|result| result.is_err()).count();
        if failed > 0 {
            self.metrics.failures.inc_by(failed as u64);
            let error = results.iter().find_map(|result| result.as_ref().err());
            tracing::debug!(failed, error = error.map(tracing::field::display), "messages not published; the relay will");
        }
        for (range, outbox) in notes {
            if results.get(range).is_some_and(|results| results.iter().all(Result::is_ok)) {
                for id in outbox {
                    drop(self.confirmations.send(id).await);
                }
            }
        }
        answers
    }
}

async fn confirm(store: SharedStore, outbox: Vec<OutboxId>) -> Vec<()> {
    if let Err(error) = store.confirm_published(&outbox).await {
        tracing::debug!(%error, "couldn't confirm published tasks; the relay will publish them once more");
    }
    vec![(); outbox.len()]
}

struct Metrics {
    confirm_seconds: Histogram,
    failures: IntCounter,
}

impl Metrics {
    fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        Ok(Self { confirm_seconds: PUBLISH_CONFIRM.histogram(registry)?, failures: PUBLISH_FAILURES.counter(registry)? })
    }
}

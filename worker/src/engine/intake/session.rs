//! One consumer's life.

use std::{pin::pin, sync::Arc};

use futures::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesUnordered};
use ruche_broker::{ConsumeError, Consumer, Delivery};
use ruche_store::{Claimed, StoreError};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, sleep_until, timeout},
};

use super::{begin, claim, sort};
use crate::engine::{Core, backoff::Backoff};

/// Claims on their way at once: one is prepared while the other waits for the database.
const CLAIMS_IN_FLIGHT: usize = 2;

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The engine takes no more tasks.
    Stopping,
    /// The broker's connection is gone.
    Lost,
}

/// A claim that is back.
struct Claim {
    tags: Vec<u64>,
    slots: OwnedSemaphorePermit,
    asked: Instant,
    answer: Result<Vec<Claimed>, StoreError>,
}

/// A pause after a failed claim; its deliveries go back when it is over.
struct Pause {
    until: Instant,
    tags: Vec<u64>,
}

enum Event {
    Stopping,
    Deliveries(Result<Vec<Delivery>, ConsumeError>),
    Claim(Claim),
    PauseOver,
}

/// One consumer with the claims of its deliveries. Tags mean something to the consumer they came from only, so they never
/// leave its session.
pub(super) struct Session<'a> {
    core: &'a Arc<Core>,
    consumer: Box<dyn Consumer>,
    claims: FuturesUnordered<BoxFuture<'static, Claim>>,
    pause: Option<Pause>,
    backoff: Backoff,
}

impl<'a> Session<'a> {
    pub(super) fn new(core: &'a Arc<Core>, consumer: Box<dyn Consumer>) -> Self {
        Self { core, consumer, claims: FuturesUnordered::new(), pause: None, backoff: Backoff::new() }
    }

    /// Takes deliveries until the engine stops or the connection is gone. Claims on their way are waited for in either case, as
    /// their tasks are this worker's.
    pub(super) async fn run(mut self) -> End {
        let end = loop {
            let step = match self.next_event().await {
                Event::Stopping => break End::Stopping,
                Event::Deliveries(Ok(deliveries)) => self.take(deliveries).await,
                Event::Deliveries(Err(error)) => Err(error),
                Event::Claim(claim) => self.settle(claim).await,
                Event::PauseOver => self.give_back().await,
            };
            if let Err(error) = step {
                tracing::debug!(error = &error as &dyn std::error::Error, "consumer ended");
                break End::Lost;
            }
        };
        self.finish(end).await;
        end
    }

    async fn next_event(&mut self) -> Event {
        let Self { core, consumer, claims, pause, .. } = self;
        let may_take = claims.len() < CLAIMS_IN_FLIGHT && pause.is_none();
        let until = pause.as_ref().map(|pause| pause.until);
        tokio::select! {
            biased;
            () = core.stopping.cancelled() => Event::Stopping,
            Some(claim) = claims.next() => Event::Claim(claim),
            () = async { sleep_until(until.expect("a pause")).await }, if until.is_some() => Event::PauseOver,
            deliveries = next_batch(&core.slots, consumer.as_mut()), if may_take => Event::Deliveries(deliveries),
        }
    }

    /// Sends a claim for deliveries that just came.
    async fn take(&mut self, deliveries: Vec<Delivery>) -> Result<(), ConsumeError> {
        let sorted = sort::sort(deliveries, &self.core.registry);
        for (tag, reason) in sorted.bad {
            tracing::debug!(reason, "delivery set aside");
            self.consumer.dead_letter(tag, &reason).await?;
        }
        if sorted.tags.is_empty() {
            return Ok(());
        }
        let slots = u32::try_from(sorted.tags.len()).expect("no more deliveries are taken than there are slots");
        let slots = Arc::clone(&self.core.slots).try_acquire_many_owned(slots).expect("only the intake takes slots");
        let (core, asked) = (Arc::clone(self.core), Instant::now());
        let claim = async move { Claim { answer: claim(&core, sorted.requests).await, tags: sorted.tags, slots, asked } };
        self.claims.push(claim.boxed());
        Ok(())
    }

    /// Starts what was claimed and acknowledges every delivery of the claim; if the claim failed, keeps them for later.
    async fn settle(&mut self, claim: Claim) -> Result<(), ConsumeError> {
        match claim.answer {
            Ok(claimed) => {
                begin(self.core, claimed, claim.slots, claim.asked);
                self.backoff.reset();
                self.consumer.ack(&claim.tags).await
            }
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, deliveries = claim.tags.len(), "couldn't claim tasks");
                let until = Instant::now() + self.backoff.pause_after(&error, &*self.core.clock);
                self.pause.get_or_insert(Pause { until, tags: Vec::new() }).tags.extend(claim.tags);
                Ok(())
            }
        }
    }

    async fn give_back(&mut self) -> Result<(), ConsumeError> {
        match self.pause.take() {
            Some(pause) => self.consumer.requeue(&pause.tags).await,
            None => Ok(()),
        }
    }

    /// Waits for the claims on their way, within a lease. Deliveries that are not acknowledged go back when the consumer is
    /// dropped.
    async fn finish(mut self, end: End) {
        let lease = self.core.options.lease;
        let mut claims = pin!(std::mem::take(&mut self.claims));
        while let Ok(Some(claim)) = timeout(lease, claims.next()).await {
            let settled = self.settle(claim).await;
            if end == End::Stopping && settled.is_err() {
                tracing::debug!("deliveries not acknowledged: they come again, which does no harm");
            }
        }
        drop(self.give_back().await);
    }
}

/// The next deliveries, up to the free slots. Cancel safe.
async fn next_batch(slots: &Semaphore, consumer: &mut dyn Consumer) -> Result<Vec<Delivery>, ConsumeError> {
    // Only the intake takes slots: what is free now is free when the deliveries are here.
    drop(slots.acquire().await.expect("the semaphore is never closed"));
    consumer.next_batch(slots.available_permits()).await
}

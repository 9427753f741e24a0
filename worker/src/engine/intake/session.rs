//! One consumer's life.

use std::{pin::pin, sync::Arc, time::Duration};

use futures::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesUnordered};
use ruche_broker::{ConsumeError, Consumer, Delivery};
use ruche_store::{Claimed, StoreError};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::{begin, claim, sort};
use crate::engine::{
    Core,
    backoff::Backoff,
    places::{Places, Taken},
};

/// Claims on their way at once: one is prepared while the other waits for the database.
const CLAIMS_IN_FLIGHT: usize = 1;

/// How long deliveries may wait here for room.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long a consumer started by a worker with little room fetches little.
const PROBATION: Duration = Duration::from_secs(5);

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The engine takes no more tasks.
    Stopping,
    /// The broker's connection is gone.
    Lost,
    /// Nothing could be started for a while: what waits here unacknowledged belongs to workers that have room.
    Full,
    /// A consumer that fetches little has served its time.
    Probation,
}

/// A claim that is back.
struct Claim {
    tags: Vec<u64>,
    places: Taken,
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
    Impatient,
    ProbationOver,
}

/// One consumer with the claims of its deliveries. Tags mean something to the consumer they came from only, so they never
/// leave its session.
pub(super) struct Session<'a> {
    core: &'a Arc<Core>,
    consumer: Box<dyn Consumer>,
    claims: FuturesUnordered<BoxFuture<'static, Claim>>,
    pause: Option<Pause>,
    backoff: Backoff,
    /// When a consumer that fetches little is to be replaced.
    probation: Option<Instant>,
}

impl<'a> Session<'a> {
    pub(super) fn new(core: &'a Arc<Core>, consumer: Box<dyn Consumer>, fetches_little: bool) -> Self {
        let probation = fetches_little.then(|| Instant::now() + PROBATION);
        Self { core, consumer, claims: FuturesUnordered::new(), pause: None, backoff: Backoff::new(), probation }
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
                Event::Impatient if self.core.places.free() == 0 => break End::Full,
                Event::Impatient => Ok(()),
                Event::ProbationOver => break End::Probation,
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
        let Self { core, consumer, claims, pause, probation, .. } = self;
        let may_take = claims.len() < CLAIMS_IN_FLIGHT && pause.is_none();
        let settled = claims.is_empty() && pause.is_none();
        let until = pause.as_ref().map(|pause| pause.until);
        tokio::select! {
            biased;
            () = core.stopping.cancelled() => Event::Stopping,
            Some(claim) = claims.next() => Event::Claim(claim),
            () = async { sleep_until(until.expect("a pause")).await }, if until.is_some() => Event::PauseOver,
            () = async { sleep_until(probation.expect("a time")).await }, if settled && probation.is_some() => Event::ProbationOver,
            deliveries = next_batch(&core.places, consumer.as_mut()), if may_take => Event::Deliveries(deliveries),
            () = sleep(PATIENCE), if settled && core.places.free() == 0 => Event::Impatient,
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
        let (core, asked) = (Arc::clone(self.core), Instant::now());
        let (places, tags) = (core.places.take(sorted.tags.len()), sorted.tags);
        let claim = async move { Claim { answer: claim(&core, sorted.requests).await, tags, places, asked } };
        self.claims.push(claim.boxed());
        Ok(())
    }

    /// Starts what was claimed and acknowledges every delivery of the claim; if the claim failed, keeps them for later.
    async fn settle(&mut self, claim: Claim) -> Result<(), ConsumeError> {
        match claim.answer {
            Ok(claimed) => {
                begin(self.core, claimed, claim.places, claim.asked);
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

/// The next deliveries, up to the free places. Cancel safe.
async fn next_batch(places: &Places, consumer: &mut dyn Consumer) -> Result<Vec<Delivery>, ConsumeError> {
    let free = places.some_free().await;
    consumer.next_batch(free).await
}

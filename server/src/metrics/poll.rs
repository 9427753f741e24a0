//! Gauges that the database is asked for now and then. Every replica shows the same numbers: aggregate them with `max`, not `sum`.

mod gauges;

use std::time::{Duration, Instant};

use prometheus::{Histogram, Registry};
use ruche_metrics::catalogue::DB_PING;
use ruche_store::StoreError;

use crate::state::Shared;
use gauges::{Gauges, Reading};

/// How often the database is asked.
const EVERY: Duration = Duration::from_secs(15);

/// How often the task definitions are looked at, in rounds.
const DEFINITIONS_EVERY: u32 = 2;

/// What the database is asked for.
pub(super) struct Polled {
    gauges: Gauges,
    ping: Histogram,
}

impl Polled {
    pub(super) fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        Ok(Self { gauges: Gauges::register(registry)?, ping: DB_PING.histogram(registry)? })
    }
}

/// Asks the database every 15 s, until shutdown; and every 30 s for the task definitions, should a notice of them be lost.
pub async fn poll(shared: Shared) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut round = 0u32;
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = shared.shutdown.cancelled() => return,
        }
        if let Err(error) = once(&shared, round.is_multiple_of(DEFINITIONS_EVERY)).await {
            tracing::debug!(%error, "couldn't ask the database for the metrics");
        }
        round = round.wrapping_add(1);
    }
}

async fn once(shared: &Shared, definitions: bool) -> Result<(), StoreError> {
    if definitions {
        shared.definitions.refresh().await?;
    }
    let (store, polled) = (&shared.store, &shared.metrics.polled);
    let began = Instant::now();
    store.ping().await?;
    polled.ping.observe(began.elapsed().as_secs_f64());
    let queues = store.queues().await?;
    let workers = store.workers(shared.clock.now() - gauges::SILENT_FOR).await?;
    let outbox = store.outbox_backlog().await?;
    let schedules = store.next_tick_due().await?;
    let now = shared.clock.now();
    polled.gauges.show(&Reading { queues: &queues, workers: &workers, outbox, schedules, now });
    shared.history.looked(&queues, now);
    Ok(())
}

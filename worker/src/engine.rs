//! The engine: claims deliveries, runs attempts, records outcomes.
//!
//! ```text
//! broker ─deliveries─► intake ─claims─► attempts ─outcomes─► store
//!                                        ▲    └─progress, logs─► store
//!             leases, cancellations ─stop┘
//! ```
//!
//! **Invariants**: nothing is acknowledged before its claim is back; an attempt runs only while its lease may be assumed to
//! hold; a slot is given back only when the attempt's outcome has found room; what waits in memory is bounded by the slots.

mod attempt;
mod backoff;
mod cancellations;
mod drain;
mod heartbeat;
mod held;
mod intake;
mod leases;
mod live;
mod metrics;
mod options;
mod outcomes;
mod places;
mod reports;
mod successors;

use std::sync::Arc;

use ruche_broker::SharedBroker;
use ruche_domain::{Clock, Timestamp};
use ruche_store::SharedStore;
use tokio::{sync::Notify, task::JoinSet};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use options::{EngineOptions, InvalidEngineOptions};

use crate::{
    Registry,
    tasks::{Deliveries, Ledger},
};
use held::Held;
use metrics::Metrics;
use outcomes::Outcomes;
use places::Places;
use reports::ReportsInbox;
use successors::Successors;

/// A running worker. Dropped without [`Engine::drain`] it stops at once, as if the process had died: its leases run out and
/// its tasks run elsewhere.
#[derive(Debug)]
pub struct Engine {
    core: Arc<Core>,
    intake: JoinSet<()>,
    loops: JoinSet<()>,
}

/// The engine cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// An option is out of bounds.
    #[error(transparent)]
    Options(#[from] InvalidEngineOptions),
    /// The metrics registry already has metrics of these names: two engines need two registries.
    #[error("couldn't register the worker's metrics")]
    Metrics(#[from] prometheus::Error),
}

/// What the engine's parts share.
struct Core {
    options: EngineOptions,
    registry: Registry,
    store: SharedStore,
    broker: SharedBroker,
    clock: Arc<dyn Clock>,
    started_at: Timestamp,
    metrics: Metrics,
    places: Arc<Places>,
    held: Held,
    attempts: TaskTracker,
    outcomes: Outcomes,
    successors: Successors,
    reports: ReportsInbox,
    /// Asks for a renewal at once.
    renew_now: Notify,
    /// Told when no more tasks are to be taken.
    stopping: CancellationToken,
}

impl std::fmt::Debug for Core {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Core").field("options", &self.options).finish_non_exhaustive()
    }
}

impl Engine {
    /// Starts a worker. It needs neither database nor broker to be there yet: it keeps trying.
    ///
    /// # Errors
    /// When an option is out of bounds or the metrics are registered already.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start(
        options: EngineOptions,
        registry: Registry,
        store: SharedStore,
        broker: SharedBroker,
        clock: Arc<dyn Clock>,
        metrics: &prometheus::Registry,
    ) -> Result<Self, StartError> {
        options.check()?;
        let registry = registry.with(Ledger(store.clone(), Deliveries::register(metrics)?));
        let metrics = Metrics::register(metrics, &options, registry.names())?;
        let (reports, reported) = reports::inbox();
        let core = Arc::new_cyclic(|core| Core {
            places: Places::new(options.concurrency),
            outcomes: Outcomes::start(core.clone(), options.concurrency),
            successors: Successors::start(core.clone()),
            held: Held::default(),
            attempts: TaskTracker::new(),
            renew_now: Notify::new(),
            stopping: CancellationToken::new(),
            started_at: clock.now(),
            options,
            registry,
            store,
            broker,
            clock,
            metrics,
            reports,
        });
        let (mut intake, mut loops) = (JoinSet::new(), JoinSet::new());
        loops.spawn(heartbeat::beat(Arc::clone(&core)));
        loops.spawn(leases::keep(Arc::clone(&core)));
        loops.spawn(cancellations::follow(Arc::clone(&core)));
        loops.spawn(reports::flush(Arc::clone(&core), reported));
        intake.spawn(intake::run(Arc::clone(&core)));
        Ok(Self { core, intake, loops })
    }

    /// Attempts that run now, those whose outcome is not recorded yet included.
    #[must_use]
    pub fn busy(&self) -> usize {
        self.core.held.len()
    }

    /// Shuts down in order: takes no more tasks, lets running attempts finish for [`EngineOptions::drain`], asks the rest to
    /// stop, hands back what does not, records every outcome. Returns when done, at the latest after the sum of the periods
    /// in the options.
    pub async fn drain(mut self) {
        drain::drain(&self.core, &mut self.intake, &mut self.loops).await;
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.core.stopping.cancel();
        self.core.held.abandon();
    }
}

//! What the handlers share.

use std::sync::Arc;

use ruche_artifacts::Depot;
use ruche_broker::SharedBroker;
use ruche_domain::Clock;
use ruche_store::SharedStore;
use tokio_util::sync::CancellationToken;

use crate::{
    access::throttle::Throttle, auditor::Auditor, auth::Gate, cursor::Signer, definitions::Definitions, enqueuer::Enqueuer,
    history::History, idempotency::InFlight, live::Live, metrics::Metrics, openapi::Served, options::ServerOptions,
    publisher::Publisher, waiters::Waiters,
};

/// What the API works with.
#[derive(Clone)]
pub struct ServerState {
    /// Where the tasks are.
    pub store: SharedStore,
    /// Where their messages go; asked for depths and readiness only.
    pub broker: SharedBroker,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The way in.
    pub enqueuer: Enqueuer,
    /// The way to the broker.
    pub publisher: Publisher,
    /// What `/metrics` shows.
    pub registry: prometheus::Registry,
    /// How the API behaves.
    pub options: ServerOptions,
    /// Ends event streams and background work.
    pub shutdown: CancellationToken,
    /// Files of tasks.
    pub artifacts: Depot,
}

/// Everything behind the API.
pub struct Inner {
    pub store: SharedStore,
    pub broker: SharedBroker,
    pub clock: Arc<dyn Clock>,
    pub enqueuer: Enqueuer,
    pub publisher: Publisher,
    pub registry: prometheus::Registry,
    pub options: ServerOptions,
    pub shutdown: CancellationToken,
    pub artifacts: Depot,
    pub definitions: Definitions,
    pub waiters: Waiters,
    pub live: Live,
    pub history: History,
    pub in_flight: InFlight,
    pub cursors: Signer,
    pub metrics: Metrics,
    pub document: Served,
    pub gate: Gate,
    pub auditor: Auditor,
    pub throttle: Throttle,
}

/// Everything behind the API, as handlers get it.
pub type Shared = Arc<Inner>;

impl Inner {
    /// Puts everything together.
    ///
    /// # Errors
    /// When the registry has the API's metrics already.
    pub fn new(state: ServerState) -> Result<Self, prometheus::Error> {
        let ServerState { store, broker, clock, enqueuer, publisher, registry, options, shutdown, artifacts } = state;
        let metrics = Metrics::register(&registry, publisher.enqueued().clone())?;
        Ok(Self {
            definitions: Definitions::new(store.clone()),
            waiters: Waiters::default(),
            live: Live::new(&*clock, &options, metrics.sse.clone()),
            history: History::default(),
            in_flight: InFlight::default(),
            cursors: Signer::new(options.api_key.as_ref()),
            document: Served::new(!options.is_open()),
            gate: Gate::new(&options, store.clone(), clock.clone()),
            auditor: Auditor::start(store.clone(), &registry)?,
            throttle: Throttle::default(),
            metrics,
            store,
            broker,
            clock,
            enqueuer,
            publisher,
            registry,
            options,
            shutdown,
            artifacts,
        })
    }
}

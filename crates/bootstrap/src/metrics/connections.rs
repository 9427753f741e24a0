//! A process's connections, looked at when the metrics are asked for.

use prometheus::{
    IntCounter, IntGauge, IntGaugeVec, Opts, Registry,
    core::{Collector, Desc},
    proto::MetricFamily,
};
use ruche_broker::SharedBroker;
use ruche_metrics::{
    Metric,
    catalogue::{BROKER_CONNECTED, DB_POOL_CONNECTIONS, DB_POOL_CONNECTIONS_MAX, DB_POOL_TIMEOUTS},
};
use ruche_store::SharedStore;

/// Shows how the connections to the database are used and whether there is one to the broker.
///
/// # Errors
/// When the registry shows connections already.
pub fn show_connections(registry: &Registry, store: SharedStore, broker: SharedBroker) -> Result<(), prometheus::Error> {
    registry.register(Box::new(Connections::new(store, broker)?))
}

struct Connections {
    store: SharedStore,
    broker: SharedBroker,
    pool: IntGaugeVec,
    most: IntGauge,
    timeouts: IntCounter,
    connected: IntGauge,
    descriptors: Vec<Desc>,
}

impl Connections {
    fn new(store: SharedStore, broker: SharedBroker) -> Result<Self, prometheus::Error> {
        let opts = |metric: &Metric| Opts::new(metric.name, metric.meaning);
        let pool = IntGaugeVec::new(opts(&DB_POOL_CONNECTIONS), DB_POOL_CONNECTIONS.labels)?;
        let (most, timeouts) =
            (IntGauge::with_opts(opts(&DB_POOL_CONNECTIONS_MAX))?, IntCounter::with_opts(opts(&DB_POOL_TIMEOUTS))?);
        let connected = IntGauge::with_opts(opts(&BROKER_CONNECTED))?;
        let descriptors = [pool.desc(), most.desc(), timeouts.desc(), connected.desc()].into_iter().flatten().cloned().collect();
        Ok(Self { store, broker, pool, most, timeouts, connected, descriptors })
    }

    fn look(&self) {
        self.connected.set(i64::from(self.broker.is_connected()));
        let Some(connections) = self.store.connections() else { return };
        self.pool.with_label_values(&["in_use"]).set(i64::from(connections.in_use));
        self.pool.with_label_values(&["idle"]).set(i64::from(connections.idle));
        self.most.set(i64::from(connections.max));
        // Two who ask at once may count the same rise twice at worst until the next look; it never falls.
        self.timeouts.inc_by(connections.timeouts.saturating_sub(self.timeouts.get()));
    }
}

impl Collector for Connections {
    fn desc(&self) -> Vec<&Desc> {
        self.descriptors.iter().collect()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        self.look();
        [self.pool.collect(), self.most.collect(), self.timeouts.collect(), self.connected.collect()].concat()
    }
}

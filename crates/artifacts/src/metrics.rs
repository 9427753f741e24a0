//! Bytes in and out.

use prometheus::{IntCounter, IntCounterVec, Opts, Registry};
use ruche_metrics::catalogue::ARTIFACT_BYTES;

/// What is counted. One process may have an API and a worker: they share a [`crate::Depot`], and so these.
#[derive(Debug, Clone)]
pub struct Metrics {
    family: IntCounterVec,
    /// Bytes written.
    pub written: IntCounter,
    /// Bytes read.
    pub read: IntCounter,
}

impl Metrics {
    /// Counters that nobody sees yet.
    pub fn new() -> Self {
        let options = Opts::new(ARTIFACT_BYTES.name, ARTIFACT_BYTES.meaning);
        let family = IntCounterVec::new(options, ARTIFACT_BYTES.labels).expect("the name and the label are valid");
        let (written, read) = (family.with_label_values(&["in"]), family.with_label_values(&["out"]));
        Self { family, written, read }
    }

    /// Shows them.
    pub fn register(&self, registry: &Registry) -> Result<(), prometheus::Error> {
        registry.register(Box::new(self.family.clone()))
    }
}

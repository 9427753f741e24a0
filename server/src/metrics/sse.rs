//! Event streams.

use prometheus::{IntCounter, IntGauge, Registry};

use super::registered;

/// Event streams.
#[derive(Debug, Clone)]
pub struct SseMetrics {
    /// Streams open now.
    pub clients: IntGauge,
    /// Events that clients were too slow for.
    pub dropped: IntCounter,
}

impl SseMetrics {
    pub(super) fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        Ok(Self {
            clients: registered(registry, IntGauge::new("ruche_sse_clients", "Event streams open now.")?)?,
            dropped: registered(
                registry,
                IntCounter::new("ruche_sse_dropped_events_total", "Events not sent because the client was too slow.")?,
            )?,
        })
    }
}

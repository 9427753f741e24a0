//! Event streams.

use prometheus::{IntCounter, IntGauge, Registry};
use ruche_metrics::catalogue::{SSE_CLIENTS, SSE_DROPPED_EVENTS};

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
        Ok(Self { clients: SSE_CLIENTS.int_gauge(registry)?, dropped: SSE_DROPPED_EVENTS.counter(registry)? })
    }
}

//! What the API tells Prometheus.

mod enqueued;
mod faults;
mod http;
mod logins;
mod lost;
mod maintained;
mod names;
mod poll;
mod sse;

use prometheus::Registry;

pub use faults::is_ours;
pub use ruche_metrics::objectives::{API, API_WAITING};

pub use enqueued::{Enqueued, Source};
pub use http::Http;
pub use logins::{LoginOutcome, Logins};
pub use lost::Lost;
pub use maintained::Maintained;
pub use poll::poll;
pub use sse::SseMetrics;

use self::poll::Polled;

/// The API's metrics.
pub struct Metrics {
    /// Requests.
    pub http: Http,
    /// Event streams.
    pub sse: SseMetrics,
    /// Logins.
    pub logins: Logins,
    /// Accepted tasks.
    pub enqueued: Enqueued,
    /// What the database is asked for now and then.
    polled: Polled,
}

impl Metrics {
    /// Registers them; accepted tasks are counted elsewhere too.
    ///
    /// # Errors
    /// When the registry has metrics of these names already.
    pub fn register(registry: &Registry, enqueued: Enqueued) -> Result<Self, prometheus::Error> {
        Ok(Self {
            http: Http::register(registry)?,
            logins: Logins::register(registry)?,
            sse: SseMetrics::register(registry)?,
            enqueued,
            polled: Polled::register(registry)?,
        })
    }
}

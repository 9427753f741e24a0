//! Requests, by route.

use std::time::Duration;

use poem::http::{Method, StatusCode};
use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry};

use super::registered;

/// From half a millisecond, where an enqueue should be, to the longest `Prefer: wait`.
const BUCKETS: &[f64] = &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];

/// Requests.
pub struct Http {
    requests: IntCounterVec,
    duration: HistogramVec,
}

impl Http {
    pub(super) fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        let requests = Opts::new("ruche_http_requests_total", "Requests answered.");
        let duration = HistogramOpts::new("ruche_http_request_duration_seconds", "Time to an answer's first byte.");
        Ok(Self {
            requests: registered(registry, IntCounterVec::new(requests, &["method", "route", "status"])?)?,
            duration: registered(registry, HistogramVec::new(duration.buckets(BUCKETS.to_vec()), &["method", "route"])?)?,
        })
    }

    /// Counts an answer. `route` is a pattern, never a path.
    pub fn observe(&self, method: &Method, route: &str, status: StatusCode, taken: Duration) {
        let method = known(method);
        self.requests.with_label_values(&[method, route, status.as_str()]).inc();
        self.duration.with_label_values(&[method, route]).observe(taken.as_secs_f64());
    }
}

/// Methods are the caller's to invent; labels are not.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::HEAD => "HEAD",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

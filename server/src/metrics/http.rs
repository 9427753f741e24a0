//! Requests, by route.

use std::time::Duration;

use poem::http::{Method, StatusCode};
use prometheus::{HistogramVec, IntCounterVec, Registry};
use ruche_metrics::catalogue::{HTTP_REQUEST_DURATION, HTTP_REQUESTS};

use crate::routes::RouteTable;

/// Statuses that are there at zero for every operation, so that the first failure shows as a rise.
const FAILURES: [StatusCode; 2] = [StatusCode::INTERNAL_SERVER_ERROR, StatusCode::SERVICE_UNAVAILABLE];

/// Requests.
pub struct Http {
    requests: IntCounterVec,
    duration: HistogramVec,
}

impl Http {
    pub(super) fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        Ok(Self { requests: HTTP_REQUESTS.counters(registry)?, duration: HTTP_REQUEST_DURATION.histograms(registry)? })
    }

    /// Makes the series that queries expect to be there before anything failed.
    pub(crate) fn begin_at_zero(&self, routes: &RouteTable) {
        for (method, route) in routes.operations() {
            for status in FAILURES {
                self.requests.with_label_values(&[method, route, status.as_str()]);
            }
        }
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

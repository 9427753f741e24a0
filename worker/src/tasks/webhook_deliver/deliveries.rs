//! What is counted of webhooks.

use prometheus::{Histogram, HistogramOpts, IntCounterVec, Opts, Registry};
use ruche_domain::webhook::Verdict;
use ruche_metrics::catalogue::{WEBHOOK_DELIVERIES, WEBHOOK_DELIVERY};

const RESULTS: [&str; 4] = ["delivered", "again", "gave_up", "gone"];

/// Tries to deliver, and how long receivers took.
pub(crate) struct Deliveries {
    tries: IntCounterVec,
    seconds: Histogram,
}

impl Deliveries {
    /// Shows them; each result is there, at zero, from the start.
    pub(crate) fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        let tries = WEBHOOK_DELIVERIES.counters(registry)?;
        for result in RESULTS {
            tries.with_label_values(&[result]);
        }
        Ok(Self { tries, seconds: WEBHOOK_DELIVERY.histogram(registry)? })
    }

    /// Times a try. One that is given up before it ends is not counted.
    pub(super) async fn time<T>(&self, send: impl Future<Output = T>) -> T {
        let timer = self.seconds.start_timer();
        let sent = send.await;
        timer.observe_duration();
        sent
    }

    /// Counts a try that was entered.
    pub(super) fn count(&self, verdict: Verdict) {
        let result = match verdict {
            Verdict::Delivered => "delivered",
            Verdict::Again { .. } => "again",
            Verdict::GaveUp => "gave_up",
            Verdict::Gone => "gone",
        };
        self.tries.with_label_values(&[result]).inc();
    }
}

impl Default for Deliveries {
    /// Counted and seen by nobody.
    fn default() -> Self {
        let tries = IntCounterVec::new(Opts::new(WEBHOOK_DELIVERIES.name, WEBHOOK_DELIVERIES.meaning), WEBHOOK_DELIVERIES.labels);
        let seconds = Histogram::with_opts(HistogramOpts::new(WEBHOOK_DELIVERY.name, WEBHOOK_DELIVERY.meaning));
        let valid = "the catalogue's names and labels are valid";
        Self { tries: tries.expect(valid), seconds: seconds.expect(valid) }
    }
}

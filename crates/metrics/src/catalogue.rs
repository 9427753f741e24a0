//! The metrics.
//!
//! Label values are bounded: names that callers invent become `other` (server) or `unknown` (worker) beyond what is known or beyond
//! 200 of them; no ids. What every server replica reads from the database says so: take the `max` over replicas, not the sum.

mod connections;
mod functions;
mod queues;
mod server;
mod worker;

pub use connections::*;
pub use functions::*;
pub use queues::*;
pub use server::*;
pub use worker::*;

use crate::Metric;

/// All of Ruche's metrics, in the order of the table in `monitoring/README.md`.
#[must_use]
pub fn all() -> Vec<&'static Metric> {
    [server::ALL, queues::ALL, worker::ALL, connections::ALL, functions::ALL].concat()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{Kind, Unit};

    #[test]
    fn every_name_is_there_once_and_says_type_and_unit() {
        let names: BTreeSet<_> = all().iter().map(|metric| metric.name).collect();
        assert_eq!(names.len(), all().len());
        for metric in all() {
            let name = metric.name;
            assert_eq!(metric.kind == Kind::Counter, name.ends_with("_total"), "{name}");
            assert_eq!(metric.kind == Kind::Histogram, !metric.buckets.is_empty(), "{name}");
            let in_seconds = name.trim_end_matches("_total").ends_with("_seconds");
            assert_eq!(metric.unit == Unit::Seconds, in_seconds, "{name}");
            assert_eq!(metric.unit == Unit::Bytes, name.trim_end_matches("_total").ends_with("_bytes"), "{name}");
            assert!(metric.meaning.ends_with('.'), "{name}");
        }
    }

    #[test]
    fn buckets_rise() {
        for metric in all() {
            assert!(metric.buckets.windows(2).all(|pair| pair[0] < pair[1]), "{}", metric.name);
        }
    }
}

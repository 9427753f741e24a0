//! The catalogue of Ruche's metrics: each one's name, type, unit, labels and meaning, written once.
//!
//! A metric is registered from its entry (`catalogue::HTTP_REQUESTS.counters(registry)`), so that nothing can be shown that the
//! catalogue does not name. `monitoring/README.md`'s table, the dashboards and the alert rules are checked against it.

pub mod catalogue;
mod metric;
pub mod objectives;

pub use metric::{Kind, Metric, ShownBy, Unit};

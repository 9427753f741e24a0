//! What Prometheus and Grafana are given, where it is regular enough to be written by a program: the SLO rules, the dashboards, the
//! catalogue's table. The files are committed, and a golden test holds them (`RUCHE_UPDATE_GOLDEN=1` rewrites them).
//!
//! Everything else below `monitoring/` is written by hand: `prometheus.yml`, the alert rules and their tests, the runbooks.

pub mod catalogue;
pub mod dashboards;
pub mod foreign;
pub mod grafana;
pub mod slo;

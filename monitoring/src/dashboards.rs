//! The dashboards, one file each.

mod api;
mod infrastructure;
mod overview;
mod queues;
mod slo;
mod task;
mod workers;

use crate::grafana::Dashboard;

/// All of them, the overview first.
#[must_use]
pub fn all() -> Vec<Dashboard> {
    vec![
        overview::dashboard(),
        queues::dashboard(),
        task::dashboard(),
        workers::dashboard(),
        api::dashboard(),
        infrastructure::dashboard(),
        slo::dashboard(),
    ]
}

/// A percentile of a histogram, by labels; nothing where nothing was measured.
fn quantile(q: f64, by: &str, histogram: &str, selector: &str) -> String {
    let by = if by.is_empty() { "le".to_owned() } else { format!("le, {by}") };
    format!("histogram_quantile({q}, sum by ({by}) (rate({histogram}_bucket{{{selector}}}[$__rate_interval]))) >= 0")
}

/// A counter's rate, by labels.
fn rate(by: &str, counter: &str, selector: &str) -> String {
    let sum = if by.is_empty() { "sum".to_owned() } else { format!("sum by ({by})") };
    format!("{sum} (rate({counter}{{{selector}}}[$__rate_interval]))")
}

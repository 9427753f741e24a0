//! The catalogue of metrics as a Markdown table.

use ruche_metrics::{Metric, catalogue};

use crate::foreign;

/// The table of Ruche's own metrics, then that of others' that rules and dashboards use.
#[must_use]
pub fn tables() -> String {
    let mut text = String::from("| Metric | Type | Unit | Labels | Shown by | Meaning |\n|---|---|---|---|---|---|\n");
    for metric in catalogue::all() {
        text += &row(metric);
    }
    text += "\nOf others' metrics rules and dashboards use these:\n\n| Metric | From | Meaning |\n|---|---|---|\n";
    for (name, from, meaning) in foreign::ALL {
        text += &format!("| `{name}` | {from} | {meaning} |\n");
    }
    text
}

fn row(metric: &Metric) -> String {
    let labels: Vec<_> = metric.labels.iter().map(|label| format!("`{label}`")).collect();
    let (kind, unit, by) = (metric.kind.as_str(), metric.unit.as_str(), metric.shown_by.as_str());
    format!("| `{}` | {kind} | {unit} | {} | {by} | {} |\n", metric.name, labels.join(", "), metric.meaning)
}

//! Grafana's classic dashboard JSON, as far as our dashboards need it: every Grafana from 9 on reads it from files.
//!
//! A dashboard is a list of rows, a row a list of panels; places on the grid follow from the order. Queries name the data source by the
//! variable `datasource`, rates use `$__rate_interval`.

mod dashboard;
mod panel;
mod variable;

pub use dashboard::{Dashboard, Row};
pub use panel::{Panel, bars, heatmap, series, stat, table};
pub use variable::Variable;

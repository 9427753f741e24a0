//! A picture of the overview, of what the real programs said: `RUCHE_UPDATE_GOLDEN=1` keeps it as `docs/images/overview.svg`.
//!
//! Grafana draws it nicer; this shows which panels there are, and that their figures make sense.

mod paint;

use std::{env, fs, time::Duration};

use ruche_monitoring::dashboards;
use serde_json::Value;

use super::{
    panels::filled,
    prometheus::{Prometheus, Series},
};
use crate::files;

/// What is shown.
const SHOWN: Duration = Duration::from_secs(180);

/// A panel with its answers: the series of each query under the query's legend.
pub struct Drawn<'a> {
    panel: &'a Value,
    answers: Vec<(&'a str, Vec<Series>)>,
}

pub async fn draw_the_overview(prometheus: &Prometheus) {
    let json = dashboards::all()[0].json();
    let mut drawn = Vec::new();
    for panel in json["panels"].as_array().unwrap() {
        let mut answers = Vec::new();
        for target in panel.get("targets").and_then(Value::as_array).into_iter().flatten() {
            let expression = filled(target["expr"].as_str().unwrap(), &[]).replace("[4m]", "[20s]");
            let answer = if target["instant"] == true {
                prometheus.instant(&expression).await
            } else {
                prometheus.range(&expression, SHOWN).await
            };
            answers.push((target["legendFormat"].as_str().unwrap(), answer.unwrap()));
        }
        drawn.push(Drawn { panel, answers });
    }
    let picture = paint::dashboard(&drawn);
    for panel in json["panels"].as_array().unwrap() {
        assert!(picture.contains(panel["title"].as_str().unwrap()), "{}", panel["title"]);
    }
    if env::var_os("RUCHE_UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(files::path("../docs/images")).unwrap();
        fs::write(files::path("../docs/images/overview.svg"), picture).unwrap();
    }
}

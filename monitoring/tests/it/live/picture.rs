//! Pictures of the dashboards, of what the real programs said: `RUCHE_UPDATE_GOLDEN=1` keeps them in `docs/images/dashboards/`.
//!
//! Grafana draws them nicer; these show which panels there are, and that their figures make sense.

mod paint;

use std::{env, fs, time::Duration};

use ruche_monitoring::dashboards;
use serde_json::Value;

use super::{
    panels::{filled, resolved},
    prometheus::{Prometheus, Series},
};
use crate::files;

/// What is shown.
const SHOWN: Duration = Duration::from_secs(180);

/// Where they are kept, seen from `monitoring/`.
const FOLDER: &str = "../docs/images/dashboards";

/// A panel with its answers: the series of each query under the query's legend.
pub struct Drawn<'a> {
    panel: &'a Value,
    answers: Vec<(&'a str, Vec<Series>)>,
}

pub async fn draw_all(prometheus: &Prometheus) {
    for dashboard in dashboards::all() {
        let json = dashboard.json();
        let picture = picture(prometheus, &json).await;
        for panel in json["panels"].as_array().unwrap() {
            let title = panel["title"].as_str().unwrap();
            assert!(picture.contains(&paint::escaped(title)), "{}: {title}", dashboard.uid);
        }
        if env::var_os("RUCHE_UPDATE_GOLDEN").is_some() {
            fs::create_dir_all(files::path(FOLDER)).unwrap();
            fs::write(files::path(&format!("{FOLDER}/{}.svg", dashboard.uid)), picture).unwrap();
        }
    }
}

async fn picture(prometheus: &Prometheus, dashboard: &Value) -> String {
    let variables = resolved(prometheus, dashboard).await;
    let mut drawn = Vec::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        let mut answers = Vec::new();
        for target in panel.get("targets").and_then(Value::as_array).into_iter().flatten() {
            let expression = filled(target["expr"].as_str().unwrap(), &variables).replace("[4m]", "[20s]");
            let answer = if target["instant"] == true {
                prometheus.instant(&expression).await
            } else {
                prometheus.range(&expression, SHOWN).await
            };
            answers.push((target["legendFormat"].as_str().unwrap(), answer.unwrap()));
        }
        drawn.push(Drawn { panel, answers });
    }
    paint::dashboard(dashboard["title"].as_str().unwrap(), &drawn)
}

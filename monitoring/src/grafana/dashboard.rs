//! Dashboards.

use serde_json::{Value, json};

use super::{
    Panel, Variable,
    panel::datasource,
    variable::{datasource_variable, ruche_variable},
};

/// Columns of Grafana's grid.
const COLUMNS: u64 = 24;

/// Panels under a heading.
pub struct Row {
    /// The heading.
    pub title: &'static str,
    /// Height of its panels, in units of 30 pixels.
    pub height: u64,
    /// The panels, from left to right; they wrap.
    pub panels: Vec<Panel>,
}

/// A dashboard.
pub struct Dashboard {
    /// Its fixed id: part of its address, and the name of its file.
    pub uid: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What it answers.
    pub description: &'static str,
    /// Choices beside data source and Ruche's address.
    pub variables: Vec<Variable>,
    /// How far back it looks to begin with, e.g. `now-1h`.
    pub from: &'static str,
    /// Its rows.
    pub rows: Vec<Row>,
    /// The page of Ruche's own on the same matter, without a leading slash: title and path.
    pub page: (&'static str, &'static str),
}

impl Dashboard {
    /// As Grafana reads it from a file.
    #[must_use]
    pub fn json(&self) -> Value {
        let variables: Vec<_> =
            [datasource_variable(), ruche_variable()].into_iter().chain(self.variables.iter().map(Variable::json)).collect();
        json!({
            "id": null,
            "uid": self.uid,
            "title": self.title,
            "description": self.description,
            "tags": ["ruche"],
            "schemaVersion": 39,
            "editable": false,
            "graphTooltip": 1,
            "timezone": "browser",
            "refresh": "30s",
            "time": { "from": self.from, "to": "now" },
            "templating": { "list": variables },
            "annotations": { "list": annotations() },
            "links": self.links(),
            "panels": self.panels(),
        })
    }

    fn links(&self) -> Value {
        let (title, path) = self.page;
        json!([
            { "type": "dashboards", "title": "Dashboards", "tags": ["ruche"], "asDropdown": true, "includeVars": false,
              "keepTime": true, "targetBlank": false },
            { "type": "link", "title": title, "url": format!("${{ruche}}/{path}"), "icon": "external link", "targetBlank": true },
        ])
    }

    fn panels(&self) -> Vec<Value> {
        let (mut panels, mut y) = (Vec::new(), 0);
        let mut id = 0;
        let mut next = || {
            id += 1;
            id
        };
        for row in &self.rows {
            panels.push(json!({
                "id": next(), "type": "row", "title": row.title, "collapsed": false, "panels": [],
                "gridPos": { "h": 1, "w": COLUMNS, "x": 0, "y": y },
            }));
            y += 1;
            let mut x = 0;
            for panel in &row.panels {
                if x + panel.width() > COLUMNS {
                    (x, y) = (0, y + row.height);
                }
                panels.push(panel.json(next(), (x, y, row.height)));
                x += panel.width();
            }
            y += row.height;
        }
        panels
    }
}

/// What happened meanwhile: new versions, and alerts.
fn annotations() -> Value {
    let annotation = |name: &str, expression: &str, colour: &str, keys: &str, text: &str| {
        json!({
            "name": name, "datasource": datasource(), "enable": true, "iconColor": colour, "expr": expression, "step": "60s",
            "titleFormat": name, "tagKeys": keys, "textFormat": text, "useValueForTime": false,
        })
    };
    let deployed = "count by (job, version, revision) (ruche_build_info) unless count by (job, version, revision) (ruche_build_info offset 2m)";
    json!([
        annotation("Deployments", deployed, "blue", "job,version", "{{job}} {{version}} {{revision}}"),
        annotation(
            "Alerts",
            r#"ALERTS{alertstate="firing", severity=~"page|ticket"}"#,
            "red",
            "alertname,severity",
            "{{alertname}} {{queue}}{{instance}}"
        ),
    ])
}

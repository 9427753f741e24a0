//! Choices at the top of a dashboard.

use serde_json::{Value, json};

use super::panel::datasource;

/// A choice.
pub enum Variable {
    /// Values of a label; all of them to begin with.
    Label {
        /// Its name in queries.
        name: &'static str,
        /// Its name for people.
        title: &'static str,
        /// The series that have the label, a selector.
        of: &'static str,
        /// The label.
        label: &'static str,
    },
}

impl Variable {
    pub(super) fn json(&self) -> Value {
        let Self::Label { name, title, of, label } = self;
        let query = format!("label_values({of}, {label})");
        json!({
            "name": name,
            "label": title,
            "type": "query",
            "datasource": datasource(),
            "definition": query,
            "query": { "query": query, "refId": "variable" },
            "refresh": 2,
            "sort": 1,
            "multi": true,
            "includeAll": true,
            "allValue": ".*",
            "current": { "selected": true, "text": ["All"], "value": ["$__all"] },
            "options": [],
            "hide": 0,
        })
    }
}

/// The data source, so that a dashboard is not tied to one.
pub(super) fn datasource_variable() -> Value {
    json!({
        "name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus", "refresh": 1, "hide": 0,
        "current": { "selected": false, "text": "Prometheus", "value": "prometheus" },
        "options": [], "regex": "", "multi": false, "includeAll": false,
    })
}

/// Where Ruche's own pages are, for links: the proxy's address. Grafana puts its own path before links that begin with a slash.
pub(super) fn ruche_variable() -> Value {
    let here = "http://localhost";
    json!({
        "name": "ruche", "label": "Ruche's address", "type": "textbox", "query": here, "hide": 0,
        "current": { "selected": false, "text": here, "value": here },
        "options": [{ "selected": true, "text": here, "value": here }],
    })
}

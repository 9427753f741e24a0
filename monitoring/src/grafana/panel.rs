//! Panels.

use serde_json::{Value, json};

/// Grafana's name of the data source variable.
pub(super) fn datasource() -> Value {
    json!({ "type": "prometheus", "uid": "${datasource}" })
}

/// A panel on its way: where it stands is for its row to say.
#[derive(Clone)]
pub struct Panel {
    kind: &'static str,
    title: &'static str,
    description: &'static str,
    unit: &'static str,
    width: u64,
    targets: Vec<(String, &'static str)>,
    instant: bool,
    /// Values from which a panel is yellow, then red; of `falling` ones, below which.
    limits: Option<(f64, f64)>,
    falling: bool,
    most: Option<f64>,
    links: Vec<(&'static str, &'static str)>,
    stacked: bool,
    names: Vec<(f64, &'static str, &'static str)>,
    if_none: Option<&'static str>,
    overdrawn: bool,
}

fn panel(kind: &'static str, title: &'static str, unit: &'static str, description: &'static str) -> Panel {
    Panel {
        kind,
        title,
        description,
        unit,
        width: 8,
        targets: Vec::new(),
        instant: false,
        limits: None,
        falling: false,
        most: None,
        links: Vec::new(),
        stacked: false,
        names: Vec::new(),
        if_none: None,
        overdrawn: false,
    }
}

/// Lines over time. Units are Grafana's: `s`, `bytes`, `percentunit`, `short`, `reqps`, `ops`.
#[must_use]
pub fn series(title: &'static str, unit: &'static str, description: &'static str) -> Panel {
    panel("timeseries", title, unit, description)
}

/// One number.
#[must_use]
pub fn stat(title: &'static str, unit: &'static str, description: &'static str) -> Panel {
    Panel { width: 4, ..panel("stat", title, unit, description) }
}

/// The last values as a table: a row for each set of labels, a column for each label and for each query that has a name.
#[must_use]
pub fn table(title: &'static str, unit: &'static str, description: &'static str) -> Panel {
    Panel { instant: true, width: 12, ..panel("table", title, unit, description) }
}

/// The last values as bars.
#[must_use]
pub fn bars(title: &'static str, unit: &'static str, description: &'static str) -> Panel {
    Panel { instant: true, ..panel("bargauge", title, unit, description) }
}

/// A histogram's buckets over time.
#[must_use]
pub fn heatmap(title: &'static str, unit: &'static str, description: &'static str) -> Panel {
    panel("heatmap", title, unit, description)
}

impl Panel {
    /// A query, and what its series are called.
    #[must_use]
    pub fn query(mut self, expression: impl Into<String>, legend: &'static str) -> Self {
        self.targets.push((expression.into(), legend));
        self
    }

    /// Columns of the grid, of 24.
    #[must_use]
    pub const fn wide(mut self, width: u64) -> Self {
        self.width = width;
        self
    }

    /// Yellow from the first value on, red from the second.
    #[must_use]
    pub const fn bad_above(mut self, yellow: f64, red: f64) -> Self {
        self.limits = Some((yellow, red));
        self
    }

    /// Green from the second value on, red below the first.
    #[must_use]
    pub const fn bad_below(mut self, red: f64, yellow: f64) -> Self {
        self.limits = Some((red, yellow));
        self.falling = true;
        self
    }

    /// The largest value there can be.
    #[must_use]
    pub const fn most(mut self, most: f64) -> Self {
        self.most = Some(most);
        self
    }

    /// Series on top of each other.
    #[must_use]
    pub const fn stacked(mut self) -> Self {
        self.stacked = true;
        self
    }

    /// Words and a colour for a value.
    #[must_use]
    pub fn named(mut self, value: f64, words: &'static str, colour: &'static str) -> Self {
        self.names.push((value, words, colour));
        self
    }

    /// A page of Ruche's own that a click on a series leads to; below the proxy's address, without a leading slash.
    #[must_use]
    pub fn leads_to(mut self, title: &'static str, path: &'static str) -> Self {
        self.links.push((title, path));
        self
    }

    /// Words for the case that there is nothing to show.
    #[must_use]
    pub const fn if_none(mut self, words: &'static str) -> Self {
        self.if_none = Some(words);
        self
    }

    /// Values may fall below zero.
    #[must_use]
    pub const fn overdrawn(mut self) -> Self {
        self.overdrawn = true;
        self
    }

    pub(super) const fn width(&self) -> u64 {
        self.width
    }

    pub(super) fn json(&self, id: u64, (x, y, height): (u64, u64, u64)) -> Value {
        let targets: Vec<_> =
            self.targets.iter().zip('A'..='Z').map(|(target, reference)| self.target(target, reference)).collect();
        json!({
            "id": id,
            "type": self.kind,
            "title": self.title,
            "description": self.description,
            "datasource": datasource(),
            "gridPos": { "h": height, "w": self.width, "x": x, "y": y },
            "fieldConfig": { "defaults": self.field(), "overrides": [] },
            "options": self.options(),
            "targets": targets,
            "transformations": self.transformations(),
        })
    }

    fn target(&self, (expression, legend): &(String, &'static str), reference: char) -> Value {
        let format = match self.kind {
            "table" => "table",
            "heatmap" => "heatmap",
            _ => "time_series",
        };
        json!({
            "refId": reference.to_string(),
            "datasource": datasource(),
            "expr": expression,
            "legendFormat": legend,
            "instant": self.instant,
            "range": !self.instant,
            "format": format,
        })
    }

    fn field(&self) -> Value {
        let mut field = json!({
            "unit": self.unit,
            "color": { "mode": if self.kind == "timeseries" { "palette-classic" } else { "thresholds" } },
            "thresholds": { "mode": "absolute", "steps": self.steps() },
            "mappings": self.mappings(),
            "links": self.links.iter().map(|(title, path)| json!({
                "title": title, "url": format!("${{ruche}}/{path}"), "targetBlank": true,
            })).collect::<Vec<_>>(),
            "custom": if self.kind == "timeseries" { json!({
                "drawStyle": "line", "lineWidth": 1, "fillOpacity": if self.stacked { 30 } else { 5 }, "showPoints": "never",
                "spanNulls": false, "stacking": { "mode": if self.stacked { "normal" } else { "none" }, "group": "A" },
                "thresholdsStyle": { "mode": if self.limits.is_some() { "dashed" } else { "off" } },
            }) } else { json!({}) },
        });
        if !self.overdrawn {
            field["min"] = json!(0);
        }
        if let Some(words) = self.if_none {
            field["noValue"] = json!(words);
        }
        if let Some(most) = self.most {
            field["max"] = json!(most);
        }
        field
    }

    fn steps(&self) -> Value {
        match (self.limits, self.falling) {
            (None, _) => json!([{ "color": "green", "value": null }]),
            (Some((yellow, red)), false) => {
                json!([{ "color": "green", "value": null }, { "color": "yellow", "value": yellow }, { "color": "red", "value": red }])
            }
            (Some((red, yellow)), true) => {
                json!([{ "color": "red", "value": null }, { "color": "yellow", "value": red }, { "color": "green", "value": yellow }])
            }
        }
    }

    fn mappings(&self) -> Value {
        let names = self
            .names
            .iter()
            .map(|(value, words, colour)| (value.to_string(), json!({ "text": words, "color": colour, "index": 0 })));
        match names.collect::<serde_json::Map<_, _>>() {
            none if none.is_empty() => json!([]),
            names => json!([{ "type": "value", "options": names }]),
        }
    }

    fn options(&self) -> Value {
        let last = json!({ "calcs": ["lastNotNull"], "fields": "", "values": false });
        match self.kind {
            "timeseries" => json!({
                "legend": { "displayMode": "table", "placement": "bottom", "showLegend": true, "calcs": ["lastNotNull", "max"] },
                "tooltip": { "mode": "multi", "sort": "desc" },
            }),
            "stat" => json!({
                "reduceOptions": last, "colorMode": "background", "graphMode": "area", "justifyMode": "auto", "textMode": "auto",
            }),
            "bargauge" => {
                json!({ "reduceOptions": last, "displayMode": "gradient", "orientation": "horizontal", "showUnfilled": true })
            }
            "heatmap" => json!({
                "calculate": false, "cellGap": 1, "yAxis": { "unit": self.unit }, "color": { "mode": "scheme", "scheme": "Oranges" },
                "tooltip": { "show": true }, "legend": { "show": true },
            }),
            _ => json!({ "showHeader": true, "cellHeight": "sm", "footer": { "show": false } }),
        }
    }

    /// Tables say their labels, not when that was; of values, those that have a name.
    fn transformations(&self) -> Value {
        if self.kind != "table" {
            return json!([]);
        }
        let (mut left_out, mut named) = (json!({ "Time": true, "__name__": true }), json!({}));
        for ((_, name), reference) in self.targets.iter().zip('A'..='Z') {
            // Grafana calls the values of one query so, and tells those of several apart.
            let column = if self.targets.len() == 1 { "Value".to_owned() } else { format!("Value #{reference}") };
            if name.is_empty() {
                left_out[column] = json!(true);
            } else {
                named[column] = json!(name);
            }
        }
        json!([
            { "id": "merge", "options": {} },
            { "id": "organize", "options": {
                "excludeByName": left_out, "renameByName": named, "indexByName": { "alertname": 0, "severity": 1 },
            } },
        ])
    }
}

//! The rules of Grafana's dashboard-linter that fit one deployment per Prometheus.
//!
//! Left out: `template-job`, `template-instance`, `target-job`, `target-instance` (jobs are fixed by `prometheus.yml`; a dashboard shows
//! the whole deployment).

use std::collections::BTreeSet;

use ruche_monitoring::dashboards;
use serde_json::Value;

/// Counters' names without `_total` at their end, as the exporter writes them.
const COUNTERS: &[&str] = &["pg_stat_database_xact_commit", "pg_stat_database_xact_rollback"];

fn each_panel(check: impl Fn(&str, &Value)) {
    for dashboard in dashboards::all() {
        let json = dashboard.json();
        for panel in json["panels"].as_array().unwrap() {
            check(dashboard.uid, panel);
        }
    }
}

fn data_panels(check: impl Fn(&str, &Value)) {
    each_panel(|uid, panel| {
        if panel["type"] != "row" {
            check(&format!("{uid}: {}", panel["title"]), panel);
        }
    });
}

#[test]
fn there_are_seven_with_fixed_ids_that_nobody_edits_in_place() {
    let all = dashboards::all();
    let uids: BTreeSet<_> = all.iter().map(|dashboard| dashboard.uid).collect();
    assert_eq!(uids.len(), 7);
    for dashboard in all {
        let json = dashboard.json();
        let valid = |uid: &str| uid.len() <= 40 && uid.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
        assert!(valid(dashboard.uid), "{}", dashboard.uid);
        assert_eq!((&json["editable"], &json["id"]), (&Value::Bool(false), &Value::Null));
        assert!(json.get("version").is_none() && !json.to_string().contains("__inputs"));
    }
}

#[test]
fn the_data_source_is_a_variable_and_everything_uses_it() {
    for dashboard in dashboards::all() {
        let json = dashboard.json();
        let variables = json["templating"]["list"].as_array().unwrap();
        assert_eq!((&variables[0]["name"], &variables[0]["type"]), (&"datasource".into(), &"datasource".into()));
        for variable in variables.iter().filter(|variable| variable["type"] == "query") {
            assert_eq!(variable["refresh"], 2, "{}: {} follows the time range", dashboard.uid, variable["name"]);
            assert_eq!(variable["datasource"]["uid"], "${datasource}");
        }
    }
    data_panels(|place, panel| {
        assert_eq!(panel["datasource"]["uid"], "${datasource}", "{place}");
        for target in panel["targets"].as_array().unwrap() {
            assert_eq!(target["datasource"]["uid"], "${datasource}", "{place}");
        }
    });
}

#[test]
fn every_panel_has_a_title_a_description_a_unit_and_queries() {
    data_panels(|place, panel| {
        let filled = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
        assert!(filled(&panel["title"]) && filled(&panel["description"]), "{place}");
        assert!(filled(&panel["fieldConfig"]["defaults"]["unit"]), "{place}");
        assert!(!panel["targets"].as_array().unwrap().is_empty(), "{place}");
    });
}

#[test]
fn panels_have_ids_of_their_own_and_do_not_overlap() {
    for dashboard in dashboards::all() {
        let json = dashboard.json();
        let (mut ids, mut cells) = (BTreeSet::new(), BTreeSet::new());
        for panel in json["panels"].as_array().unwrap() {
            assert!(ids.insert(panel["id"].as_u64().unwrap()), "{}", dashboard.uid);
            let at = |key: &str| panel["gridPos"][key].as_u64().unwrap();
            assert!(at("x") + at("w") <= 24, "{}: {}", dashboard.uid, panel["title"]);
            for x in at("x")..at("x") + at("w") {
                for y in at("y")..at("y") + at("h") {
                    assert!(cells.insert((x, y)), "{}: {} overlaps", dashboard.uid, panel["title"]);
                }
            }
        }
    }
}

#[test]
fn rates_are_taken_over_what_grafana_says_and_counters_never_bare() {
    data_panels(|place, panel| {
        for target in panel["targets"].as_array().unwrap() {
            let expression = target["expr"].as_str().unwrap();
            for rest in expression.split("rate(").skip(1) {
                let window = rest.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map(|(window, _)| window);
                assert!(matches!(window, Some("$__rate_interval" | "$__range")), "{place}: {expression}");
            }
            for (at, _) in expression.match_indices("_total") {
                counted(place, expression, at);
            }
            for name in COUNTERS {
                expression.match_indices(name).for_each(|(at, _)| counted(place, expression, at));
            }
        }
    });
}

/// The counter at `at` is the argument of a rate or an increase.
fn counted(place: &str, expression: &str, at: usize) {
    let start = expression[..at].rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).map_or(0, |before| before + 1);
    let before = &expression[..start];
    assert!(["rate(", "increase("].iter().any(|function| before.ends_with(function)), "{place}: {expression}");
}

#[test]
fn links_lead_to_pages_that_ruche_has() {
    let pages = ["", "docs", "tasks", "queues", "workers", "schedules", "dead-letters", "prometheus"];
    for dashboard in dashboards::all() {
        let json = dashboard.json().to_string();
        for link in json.split("${ruche}/").skip(1) {
            let page = link.split(['"', '/', '?']).next().unwrap();
            assert!(pages.contains(&page), "{}: {page}", dashboard.uid);
        }
    }
}

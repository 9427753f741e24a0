//! Every alert has a page, a dashboard, and cases where it fires and where it must not.

use std::collections::BTreeSet;

use ruche_monitoring::dashboards;
use serde_yaml::Value;

use crate::files;

fn alerts() -> BTreeSet<String> {
    files::rules().into_iter().filter_map(|rule| rule.alert).collect()
}

#[test]
fn every_alert_has_a_page_and_every_page_an_alert() {
    let pages: BTreeSet<_> = files::names("runbooks").into_iter().map(|name| name.replace(".md", "")).collect();
    assert_eq!(pages, alerts());
    for alert in alerts() {
        let page = files::text(&format!("runbooks/{alert}.md"));
        for heading in [&format!("# {alert}"), "## What it means", "## How to see it", "## What to do", "## What not to do"] {
            assert!(page.lines().any(|line| line == heading), "{alert}: no {heading}");
        }
    }
}

#[test]
fn every_alert_says_how_urgent_it_is_and_where_to_look() {
    let uids: BTreeSet<_> = dashboards::all().iter().map(|dashboard| format!("/grafana/d/{}", dashboard.uid)).collect();
    for rule in files::rules() {
        let Some(alert) = rule.alert else { continue };
        let annotations = &rule.whole["annotations"];
        assert!(matches!(rule.whole["labels"]["severity"].as_str(), Some("page" | "ticket" | "none")), "{alert}");
        assert_eq!(annotations["runbook_url"].as_str(), Some(&*format!("monitoring/runbooks/{alert}.md")));
        assert!(uids.contains(annotations["dashboard_url"].as_str().unwrap()), "{alert}");
        assert!(annotations["summary"].as_str().is_some_and(|text| !text.is_empty()), "{alert}");
    }
}

#[test]
fn every_alert_is_tested_where_it_fires_and_where_it_must_not() {
    let (mut fires, mut quiet) = (BTreeSet::new(), BTreeSet::new());
    for name in files::names("prometheus/tests") {
        let file: Value = serde_yaml::from_str(&files::text(&format!("prometheus/tests/{name}"))).unwrap();
        for test in file["tests"].as_sequence().unwrap() {
            for case in test["promql_expr_test"].as_sequence().unwrap() {
                let alert = case["expr"].as_str().unwrap().split('"').nth(1).unwrap().to_owned();
                let expected = case["exp_samples"].as_sequence().unwrap();
                if expected.is_empty() {
                    quiet.insert(alert)
                } else {
                    fires.insert(alert)
                };
            }
        }
    }
    assert_eq!(fires, alerts());
    // It always fires.
    quiet.insert("Watchdog".to_owned());
    assert_eq!(quiet, alerts());
}

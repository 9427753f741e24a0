//! Names of metrics: rules and dashboards use what there is, and what there is, is used.

use std::collections::BTreeSet;

use ruche_metrics::{Kind, catalogue};
use ruche_monitoring::{dashboards, foreign};
use serde_json::Value;

use crate::files;

/// Words of PromQL that are no names of metrics.
const WORDS: &[&str] = &["and", "or", "unless", "bool", "offset", "by", "on", "ignoring", "group_left", "inf"];

/// Metrics that no rule and no dashboard needs, and why they are shown all the same.
const UNUSED: &[(&str, &str)] = &[
    ("build_info", "autometrics shows it; ruche_build_info says the same of our own programs"),
    ("process_virtual_memory_bytes", "comes with the process's figures; resident memory is what counts"),
    ("process_threads", "comes with the process's figures"),
    (
        "ruche_worker_heartbeat_timestamp_seconds",
        "the worker's own view, to compare with what the database says when these differ",
    ),
];

/// The names of series in an expression.
pub fn in_expression(expression: &str) -> BTreeSet<String> {
    let bare = without(without(without(expression.to_owned(), '"', '"'), '{', '}'), '[', ']');
    let mut bare = bare;
    for word in ["by", "on", "ignoring", "group_left", "without"] {
        bare = without_lists(&bare, word);
    }
    let mut names = BTreeSet::new();
    let mut rest = bare.as_str();
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '$') {
        // Digits before a letter: a duration after `offset`.
        let of_number = rest[..start].ends_with(|c: char| c.is_ascii_digit());
        let end =
            rest[start..].find(|c: char| !(c.is_ascii_alphanumeric() || "_:$".contains(c))).map_or(rest.len(), |end| start + end);
        let (name, after) = (&rest[start..end], rest[end..].trim_start());
        if !of_number && !after.starts_with('(') && !WORDS.contains(&name) && !name.starts_with('$') {
            names.insert(name.to_owned());
        }
        rest = &rest[end..];
    }
    names
}

fn without(text: String, open: char, close: char) -> String {
    let (mut left, mut inside) = (String::new(), false);
    for c in text.chars() {
        match inside {
            true if c == close => inside = false,
            true => {}
            false if c == open => inside = true,
            false => left.push(c),
        }
    }
    left
}

/// Removes `word (a, b)`.
fn without_lists(text: &str, word: &str) -> String {
    let (mut left, mut rest) = (String::new(), text);
    let opening = format!("{word} (");
    while let Some(at) = rest.find(&opening) {
        left += &rest[..at];
        rest = rest[at..].split_once(')').map_or("", |(_, after)| after);
    }
    left + rest
}

/// Every expression of every dashboard, with where it stands.
pub fn of_dashboards() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for dashboard in dashboards::all() {
        let json = dashboard.json();
        collect(&json, dashboard.uid, &mut found);
    }
    found
}

fn collect(value: &Value, place: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(map) => {
            if let Some(expression) = map.get("expr").and_then(Value::as_str) {
                found.push((place.to_owned(), expression.to_owned()));
            }
            let place =
                map.get("title").and_then(Value::as_str).map_or_else(|| place.to_owned(), |title| format!("{place}: {title}"));
            map.values().for_each(|value| collect(value, &place, found));
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, place, found)),
        _ => {}
    }
}

fn used() -> Vec<(String, BTreeSet<String>)> {
    let mut used: Vec<_> = of_dashboards().into_iter().map(|(place, text)| (place, in_expression(&text))).collect();
    for rule in files::rules() {
        let name = rule.alert.or(rule.record).unwrap();
        used.push((name, in_expression(&rule.expression)));
    }
    used
}

/// Every name a series may have: of a histogram three.
fn known() -> BTreeSet<String> {
    let mut known: BTreeSet<String> = foreign::ALL.iter().map(|(name, ..)| (*name).to_owned()).collect();
    for metric in catalogue::all() {
        if metric.kind == Kind::Histogram {
            known.extend(["bucket", "sum", "count"].map(|part| format!("{}_{part}", metric.name)));
        } else {
            known.insert(metric.name.to_owned());
        }
    }
    known.extend(files::rules().into_iter().filter_map(|rule| rule.record));
    known
}

#[test]
fn names_are_found_in_expressions() {
    let names = in_expression(
        r#"sum by (a, b) (rate(ruche_x_total{c="d e"}[5m])) / on (a) group_left () (slo:y:ratio offset 2m > bool 1) or vector(0)"#,
    );
    assert_eq!(names, ["ruche_x_total", "slo:y:ratio"].map(str::to_owned).into());
}

#[test]
fn rules_and_dashboards_use_only_what_there_is() {
    let known = known();
    for (place, names) in used() {
        for name in names {
            assert!(known.contains(&name), "{place} uses {name}, which neither the catalogue nor a recording rule has");
        }
    }
}

#[test]
fn what_there_is_is_used_or_says_why_not() {
    let used: BTreeSet<String> = used().into_iter().flat_map(|(_, names)| names).collect();
    let is_used = |name: &str| {
        used.contains(name) || ["bucket", "sum", "count"].iter().any(|part| used.contains(&format!("{name}_{part}")))
    };
    for name in catalogue::all().iter().map(|metric| metric.name).chain(foreign::ALL.iter().map(|(name, ..)| *name)) {
        let excused = UNUSED.iter().any(|(unused, _)| *unused == name);
        assert!(is_used(name) != excused, "{name}: used {}, and said to be unused {excused}", is_used(name));
    }
}

#[test]
fn labels_in_rules_and_dashboards_exist() {
    for (place, expression) in of_dashboards()
        .into_iter()
        .chain(files::rules().into_iter().map(|rule| (rule.alert.or(rule.record).unwrap(), rule.expression)))
    {
        for metric in catalogue::all() {
            for part in expression.split(metric.name).skip(1) {
                let Some((selector, _)) =
                    part.strip_prefix(['{']).or_else(|| part.strip_prefix("_bucket{")).and_then(|part| part.split_once('}'))
                else {
                    continue;
                };
                for matcher in selector.split(',').filter(|matcher| !matcher.trim().is_empty()) {
                    let label = matcher.split(['=', '!', '~']).next().unwrap().trim();
                    let fine = ["job", "instance", "le"].contains(&label) || metric.labels.contains(&label);
                    assert!(fine, "{place}: {} has no label {label}", metric.name);
                }
            }
        }
    }
}

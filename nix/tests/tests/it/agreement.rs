//! What the model says and what is written elsewhere because it is read there.

use std::fs;

use ruche_nix_tests::{rendered, repository};
use serde_json::Value;

/// Without comments and spaces that say nothing.
fn directives(text: &str) -> Vec<String> {
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
    let mut lines: Vec<String> =
        lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|line| !line.is_empty()).collect();
    lines.sort();
    lines
}

#[test]
fn the_proxy_looks_for_everybody_where_the_model_has_them() {
    let wanted = rendered("upstreams", "test").unwrap();
    let path = repository().join("proxy/deployment/door/upstreams.conf");
    let written = fs::read_to_string(&path).unwrap();
    assert_eq!(directives(&written), directives(wanted.as_str().unwrap()), "{}", path.display());
}

/// Each job's name, path and targets, in no order.
fn jobs(configuration: &Value) -> Vec<String> {
    let jobs = configuration["scrape_configs"].as_array().unwrap();
    let mut jobs: Vec<String> = jobs
        .iter()
        .map(|job| {
            let path = job["metrics_path"].as_str().unwrap_or("/metrics");
            format!("{} {path} {} {}", job["job_name"], job["static_configs"][0]["targets"], job["dns_sd_configs"])
        })
        .collect();
    jobs.sort();
    jobs
}

#[test]
fn prometheus_scrapes_everybody_who_has_metrics_and_nobody_else() {
    let wanted = rendered("prometheus", "test").unwrap();
    let path = repository().join("monitoring/prometheus/prometheus.yml");
    let written: Value = serde_yaml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(jobs(&written), jobs(&serde_json::json!({ "scrape_configs": wanted })), "{}", path.display());
}

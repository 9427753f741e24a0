//! What Prometheus' own tool says of the configuration, the rules and their tests.

use std::process::Command;

use xtask::services::program;

use crate::files;

fn promtool(arguments: &[&str]) -> String {
    let output = Command::new(program(&["promtool"]).unwrap_or_else(|| "promtool".into()))
        .args(arguments)
        .current_dir(files::path("prometheus"))
        .output();
    let output = output.expect("promtool is installed: `cargo xtask test` installs it or says how");
    let told = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "promtool {arguments:?}:\n{told}");
    told
}

#[test]
fn the_configuration_is_valid() {
    promtool(&["check", "config", "prometheus.yml"]);
}

#[test]
fn the_rules_are_valid() {
    for name in files::names("prometheus/rules") {
        promtool(&["check", "rules", "--lint=all", "--lint-fatal", &format!("rules/{name}")]);
    }
}

#[test]
fn every_alert_fires_when_it_should_and_not_otherwise() {
    for name in files::names("prometheus/tests") {
        promtool(&["test", "rules", &format!("tests/{name}")]);
    }
}

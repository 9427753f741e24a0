//! Who is told of which alert, by Alertmanager's own tool.

use std::{collections::BTreeSet, process::Command};

use serde_yaml::Value;
use xtask::services::program;

use crate::files;

const CONFIGURATION: &str = "alertmanager/alertmanager.yml";

fn amtool(arguments: &[&str]) -> String {
    let output = Command::new(program(&["amtool"]).unwrap_or_else(|| "amtool".into()))
        .args(arguments)
        .current_dir(files::path("."))
        .output()
        .expect("amtool is installed: `cargo xtask test` installs it or says how");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "amtool {arguments:?}:\n{told}{}", String::from_utf8_lossy(&output.stderr));
    told
}

#[test]
fn the_configuration_is_one_that_alertmanager_takes() {
    amtool(&["check-config", CONFIGURATION]);
}

#[test]
fn every_alert_goes_to_whom_its_severity_names() {
    for rule in files::rules() {
        let Some(alert) = rule.alert else { continue };
        let severity = rule.whole["labels"]["severity"].as_str().unwrap();
        let wanted = match severity {
            "page" => "page",
            "ticket" => "tickets",
            "none" => "watchdog",
            other => panic!("{alert} has the severity {other}, which no route knows"),
        };
        let labels = [format!("alertname={alert}"), format!("severity={severity}")];
        let file = format!("--config.file={CONFIGURATION}");
        let told = amtool(&["config", "routes", "test", &file, &labels[0], &labels[1]]);
        assert_eq!(told.trim(), wanted, "{alert}");
    }
}

#[test]
fn what_is_inhibited_or_inhibits_is_an_alert_that_exists() {
    let alerts: BTreeSet<String> = files::rules().into_iter().filter_map(|rule| rule.alert).collect();
    let file: Value = serde_yaml::from_str(&files::text(CONFIGURATION)).unwrap();
    let rules = file["inhibit_rules"].as_sequence().unwrap();
    assert!(!rules.is_empty());
    for matchers in rules.iter().flat_map(|rule| [&rule["source_matchers"], &rule["target_matchers"]]) {
        for matcher in matchers.as_sequence().unwrap() {
            let (_, names) = matcher.as_str().unwrap().split_once('"').unwrap();
            for name in names.trim_end_matches('"').split('|') {
                assert!(alerts.contains(name), "no alert is called {name}");
            }
        }
    }
}

#[test]
fn no_secret_is_written_down() {
    let text = files::text(CONFIGURATION);
    for key in ["smtp_auth_password:", "auth_password:", "credentials:", "password:", "bearer_token:", "routing_key:", "api_url:"]
    {
        assert!(!text.contains(key), "{key} belongs into a file of its own");
    }
}

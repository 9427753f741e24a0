//! A copy of our configuration for the test: other targets, and everything sixty times faster.

use serde_yaml::Value;

use super::deployment::Deployment;
use crate::files;

/// `for` and `keep_firing_for` are divided by this: minutes become seconds.
const FACTOR: u64 = 60;

/// Thresholds that would take minutes to reach, and what stands for them here. Each must be in the rules once.
const THRESHOLDS: [(&str, &str); 4] = [
    (
        "max by (queue) (ruche_oldest_waiting_task_age_seconds) > 300",
        "max by (queue) (ruche_oldest_waiting_task_age_seconds) > 5",
    ),
    ("max by (queue) (ruche_oldest_waiting_task_age_seconds) > 60", "max by (queue) (ruche_oldest_waiting_task_age_seconds) > 2"),
    // A worker's heartbeat comes every few seconds, and the database is read every 15 s.
    ("ruche_worker_last_seen_age_seconds) > 90", "ruche_worker_last_seen_age_seconds) > 20"),
    ("max(ruche_outbox_oldest_age_seconds) > 30", "max(ruche_outbox_oldest_age_seconds) > 5"),
];

/// Name and text of each rule file.
pub fn faster() -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = files::names("prometheus/rules")
        .into_iter()
        .map(|name| (name.clone(), files::text(&format!("prometheus/rules/{name}"))))
        .collect();
    for (slow, fast) in THRESHOLDS {
        let found: usize = files.iter().map(|(_, text)| text.matches(slow).count()).sum();
        assert_eq!(found, 1, "{slow}");
        files.iter_mut().for_each(|(_, text)| *text = text.replace(slow, fast));
    }
    files.into_iter().map(|(name, text)| (name, shortened(&text))).collect()
}

fn shortened(text: &str) -> String {
    let mut file: Value = serde_yaml::from_str(text).unwrap();
    for group in file["groups"].as_sequence_mut().unwrap() {
        for rule in group["rules"].as_sequence_mut().unwrap() {
            for key in ["for", "keep_firing_for"] {
                if let Some(time) = rule.get(key).and_then(Value::as_str) {
                    rule[key] = format!("{}s", (seconds(time) / FACTOR).max(1)).into();
                }
            }
        }
    }
    serde_yaml::to_string(&file).unwrap()
}

fn seconds(time: &str) -> u64 {
    let (number, unit) = time.split_at(time.len() - 1);
    number.parse::<u64>().unwrap() * if unit == "m" { 60 } else { 1 }
}

/// Our `prometheus.yml` with the targets of the test. Grafana is no part of it: that job is left out.
pub fn configuration(deployment: &Deployment, own: &str) -> String {
    let mut file: Value = serde_yaml::from_str(&files::text("prometheus/prometheus.yml")).unwrap();
    for key in ["scrape_interval", "scrape_timeout", "evaluation_interval"] {
        file["global"][key] = "1s".into();
    }
    let jobs = file["scrape_configs"].as_sequence_mut().unwrap();
    jobs.retain(|job| job["job_name"] != "grafana");
    for job in jobs {
        let name = job["job_name"].as_str().unwrap().to_owned();
        let here = deployment.targets.iter().filter(|(of, _)| *of == name).map(|(_, address)| address.as_str());
        let targets: Vec<Value> = here.chain((name == "prometheus").then_some(own)).map(Value::from).collect();
        assert!(!targets.is_empty(), "nothing stands for {name}");
        // Here there are no names: what is looked up becomes what is known.
        job.as_mapping_mut().unwrap().remove("dns_sd_configs");
        job["static_configs"] = serde_yaml::from_str("[{}]").unwrap();
        job["static_configs"][0]["targets"] = targets.into();
    }
    serde_yaml::to_string(&file).unwrap()
}

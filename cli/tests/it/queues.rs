//! Pausing and limiting queues, against a real `ruche up`.

use serde_json::Value;

use crate::program::Up;

fn json(text: &str) -> Value {
    serde_json::from_str(text.trim()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn a_paused_queue_waits_and_goes_on_when_it_is_resumed() {
    let up = Up::start();
    let paused = up.client(&["queues", "pause", "default"]);
    assert!(paused.code == 0 && paused.stdout.contains("paused"), "{paused:?}");
    let id = up.client(&["enqueue", "ruche.noop"]).stdout.trim().to_owned();
    let slow = up.client(&["enqueue", "ruche.noop", "--wait", "1"]);
    assert_eq!(slow.code, 75, "{slow:?}");
    assert!(up.client(&["tasks", &id]).stdout.contains("its queue to be resumed"));
    assert!(up.client(&["queues"]).stdout.contains("paused"));
    assert_eq!(up.client(&["queues", "resume", "default"]).code, 0);
    let ended = up.client(&["enqueue", "ruche.noop", "--wait", "30"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let until = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while json(&up.client(&["tasks", &id, "--json"]).stdout)["state"] != "succeeded" {
        assert!(std::time::Instant::now() < until, "the task that waited never ran");
    }
}

#[test]
fn a_limited_queue_runs_so_many_at_once() {
    let up = Up::start();
    let limit = ["queues", "limit", "default", "--max-running", "1", "--per-key", "1", "--when-full", "reject-newest"];
    let limited = up.client(&limit);
    assert!(limited.code == 0 && limited.stdout.contains("1 running (0 admitted)"), "{limited:?}");
    let sleep = ["enqueue", "ruche.sleep", "milliseconds=60000", "--concurrency-key", "tenant"];
    let first = up.client(&sleep);
    assert_eq!(first.code, 0, "{first:?}");
    let refused = up.client(&sleep);
    assert!(refused.code != 0 && refused.stderr.contains("key"), "{refused:?}");
    let waits = up.client(&["enqueue", "ruche.noop", "--wait", "1"]);
    assert_eq!(waits.code, 75, "{waits:?}");
    assert_eq!(up.client(&["tasks", "cancel", first.stdout.trim()]).code, 0);
    let ended = up.client(&["enqueue", "ruche.noop", "--wait", "30"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(!up.client(&["queues", "limit", "default", "--none"]).stdout.contains("limits"));
    assert_eq!(up.client(&["queues", "limit", "default"]).code, 2);
    assert_eq!(up.client(&["queues", "limit", "default", "--rate", "fast"]).code, 2);
    assert_eq!(up.client(&["queues", "show", "none"]).code, 3);
}

#[test]
fn a_limited_name_starts_so_many_per_time() {
    let up = Up::start();
    let limited = up.client(&["queues", "names", "ruche.noop", "--rate", "1/h"]);
    assert!(limited.code == 0 && limited.stdout.contains("1 starts per"), "{limited:?}");
    assert_eq!(up.client(&["enqueue", "ruche.noop", "--wait", "30"]).code, 0, "one token is there");
    let waits = up.client(&["enqueue", "ruche.noop"]).stdout.trim().to_owned();
    let told = up.client(&["tasks", &waits]).stdout;
    assert!(told.contains("the rate of its name") && told.contains("first in line"), "{told}");
    assert_eq!(up.client(&["enqueue", "ruche.sleep", "milliseconds=1", "--wait", "30"]).code, 0, "another name");
    assert!(up.client(&["queues", "names"]).stdout.contains("ruche.noop"));
    assert!(up.client(&["queues", "show", "default"]).stdout.contains("held"));
    assert_eq!(up.client(&["queues", "names", "ruche.noop", "--none"]).code, 0);
    let until = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while json(&up.client(&["tasks", &waits, "--json"]).stdout)["state"] != "succeeded" {
        assert!(std::time::Instant::now() < until, "the task that waited never ran");
    }
    assert_eq!(up.client(&["queues", "names", "ruche.noop"]).code, 3);
    assert_eq!(up.client(&["queues", "names", "--rate", "1/s"]).code, 2);
}

//! The client's commands against a real `ruche up`.

use std::{
    io::{Read, Write},
    process::Stdio,
};

use serde_json::Value;

use crate::program::{Ended, Up, lines_of, until, wait_for};

fn json(text: &str) -> Value {
    serde_json::from_str(text.trim()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn a_task_is_enqueued_waited_for_and_shown() {
    let up = Up::start();
    let ended = up.client(&["enqueue", "ruche.sleep", "milliseconds=50", "--wait", "30", "--json"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let result = json(&ended.stdout);
    assert_eq!(result["state"], "succeeded");
    let id = result["id"].as_str().unwrap();

    let shown = up.client(&["tasks", id]);
    assert!(shown.stdout.contains("ruche.sleep") && shown.stdout.contains("succeeded"), "{shown:?}");
    let whole = json(&up.client(&["tasks", id, "--logs", "--json"]).stdout);
    assert_eq!((whole["kwargs"]["milliseconds"].as_i64(), whole["attempts"][0]["state"].as_str()), (Some(50), Some("succeeded")));
    assert!(whole["logs"].is_array());
}

#[test]
fn a_unique_task_is_enqueued_once() {
    let up = Up::start();
    let enqueue =
        |more: &[&str]| up.client(&[&["enqueue", "ruche.noop", "--countdown", "600", "--unique-key", "k"], more].concat());
    let first = enqueue(&[]);
    assert_eq!(first.code, 0, "{first:?}");
    let refused = enqueue(&["--unique"]);
    assert!(refused.code != 0 && refused.stderr.contains(first.stdout.trim()), "{refused:?}");
    for policy in [&["--unique-policy", "existing"][..], &["--unique-policy", "debounce", "--unique-max-wait", "900"]] {
        assert_eq!(enqueue(policy).stdout, first.stdout);
    }
    let states = enqueue(&["--unique-states", "running,succeeded", "--unique-period", "60"]);
    assert!(states.code == 0 && states.stdout != first.stdout, "{states:?}");
    assert_eq!(enqueue(&["--unique-states", "asleep"]).code, 2);
}

#[test]
fn lists_are_tables_for_people_and_lines_of_json_for_programs() {
    let up = Up::start();
    for _ in 0..3 {
        assert_eq!(up.client(&["enqueue", "ruche.noop", "--wait", "30"]).code, 0);
    }
    let table = up.client(&["tasks", "list", "--state", "succeeded", "--name", "ruche.noop"]).stdout;
    assert!(table.starts_with("ID ") && table.lines().count() == 4, "{table}");
    let lines = up.client(&["tasks", "--json", "--limit", "2"]).stdout;
    assert_eq!(lines.lines().map(|line| json(line)["task"].clone()).collect::<Vec<_>>(), ["ruche.noop", "ruche.noop"]);
    assert!(up.client(&["workers"]).stdout.contains("online"));
    assert_eq!(up.client(&["queues"]).code, 0);
    assert!(up.client(&["definitions"]).stdout.contains("http.request"));
    assert_eq!(up.client(&["healthcheck"]).code, 0);
    assert_eq!(up.client(&["healthcheck", "--live"]).code, 0);
}

#[test]
fn a_machine_without_certificates_speaks_plain_http() {
    let up = Up::start();
    let ended: Ended =
        up.command(&["healthcheck"]).env("SSL_CERT_FILE", "/none").env("SSL_CERT_DIR", "/none").output().unwrap().into();
    assert_eq!(ended.code, 0, "{ended:?}");
}

#[test]
fn arguments_come_from_standard_input_too() {
    let up = Up::start();
    let mut child =
        up.command(&["enqueue", "ruche.sleep", "-", "--json"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(br#"{"milliseconds": 0}"#).unwrap();
    let mut text = String::new();
    child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(json(&text)["kwargs"]["milliseconds"], 0);
}

#[test]
fn exit_codes_tell_how_it_went() {
    let up = Up::start();
    let unknown = "01890a5d-ac96-774b-bcce-b302099a8057";
    assert_eq!(up.client(&["tasks", unknown]).code, 3);
    assert_eq!(up.client(&["tasks", "cancel", unknown]).code, 3);
    assert_eq!(up.client(&["enqueue", "no.such.task", "--help"]).code, 3);
    let wrong = up.client(&["enqueue", "ruche.sleep", "milliseconds=long"]);
    assert_eq!(wrong.code, 65, "{wrong:?}");
    assert!(wrong.stderr.contains("milliseconds"), "{wrong:?}");
    let slow = up.client(&["enqueue", "ruche.sleep", "milliseconds=60000", "--wait", "0"]);
    assert_eq!(slow.code, 75, "{slow:?}");
    let failed = up.client(&["enqueue", "command.run", "program=none", "--max-attempts", "1", "--wait", "30"]);
    assert_eq!(failed.code, 4, "{failed:?}");
}

#[test]
fn a_task_is_cancelled_and_retried() {
    let up = Up::start();
    let id = up.client(&["enqueue", "ruche.noop", "--countdown", "3600"]).stdout.trim().to_owned();
    let cancelled = up.client(&["tasks", "cancel", &id]);
    assert!(cancelled.code == 0 && cancelled.stdout.contains("cancelled"), "{cancelled:?}");
    assert_eq!(up.client(&["tasks", "cancel", &id]).code, 65);
    assert_eq!(json(&up.client(&["tasks", "retry", &id, "--json"]).stdout)["id"], *id);
    assert_eq!(up.client(&["watch", &id]).code, 0);
}

#[test]
fn a_repetition_with_the_same_key_is_the_same_task() {
    let up = Up::start();
    let enqueue = || up.client(&["enqueue", "ruche.noop", "--idempotency-key", "k1"]).stdout;
    let first = enqueue();
    assert!(first.len() > 30 && first == enqueue());
}

#[test]
fn a_task_explains_itself() {
    let up = Up::start();
    let help = up.client(&["enqueue", "http.request", "--help"]);
    assert_eq!(help.code, 0, "{help:?}");
    for part in ["Usage: ruche enqueue http.request", "url <string>, required", "Defaults:", "Example:"] {
        assert!(help.stdout.contains(part), "{part} is not in\n{}", help.stdout);
    }
}

#[test]
fn watching_follows_one_task_to_its_end() {
    let up = Up::start();
    let id = up.client(&["enqueue", "ruche.sleep", "milliseconds=500"]).stdout.trim().to_owned();
    let watched = up.client(&["watch", &id]);
    assert_eq!(watched.code, 0, "{watched:?}");
    assert!(watched.stdout.contains("ruche.sleep succeeded #1"), "{watched:?}");
}

#[test]
fn watching_everything_prints_events_and_ends_quietly_when_nobody_reads() {
    let up = Up::start();
    let mut watch = up.command(&["watch", "--json"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let lines = lines_of(watch.stdout.take().unwrap());
    wait_for(&lines, "connected");
    let id = up.client(&["enqueue", "ruche.noop", "--wait", "30", "--json"]).stdout;
    let id = json(&id)["id"].as_str().unwrap().to_owned();
    let event = json(&wait_for(&lines, "succeeded"));
    assert_eq!((event["event"].as_str(), event["data"]["id"].as_str()), (Some("task.state"), Some(id.as_str())));
    // The pipe's reader ends with `lines`, once it has tried to hand over one more line; then the next write fails.
    drop(lines);
    let mut ended = None;
    until("the end of `watch`", || {
        up.client(&["enqueue", "ruche.noop"]);
        ended = watch.try_wait().unwrap();
        ended.is_some()
    });
    let mut stderr = String::new();
    watch.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!((ended.and_then(|status| status.code()), stderr.as_str()), (Some(0), ""));
}

#[test]
fn a_workflow_is_created_drawn_cancelled_and_retried() {
    let up = Up::start();
    let create = |text: &str| {
        let command = ["workflows", "create", "-", "--idempotency-key", "once", "--json"];
        let mut child = up.command(&command).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let mut out = String::new();
        child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
        (child.wait().unwrap().code(), out)
    };
    let text = r#"{"name": "nightly", "chain": [
        {"key": "first", "task": {"task": "ruche.noop"}},
        {"group": [{"key": "left", "task": {"task": "ruche.noop"}},
                   {"key": "right", "task": {"task": "ruche.noop", "countdown_ms": 3600000}}]},
        {"key": "last", "task": {"task": "ruche.noop"}}]}"#;
    let (code, created) = create(text);
    assert_eq!(code, Some(0));
    let id = json(&created)["id"].as_str().unwrap().to_owned();
    assert_eq!(json(&create(text).1)["id"], id.as_str(), "the same key, the same workflow");
    assert_eq!(create("{\"chain\": 1}").0, Some(2));
    // However wide the columns are.
    let drawn = || up.client(&["workflows", "show", &id]).stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    until("the left branch", || drawn().contains("├─ left succeeded"));
    let shown = drawn();
    assert!(shown.contains("running: 2 of 4 nodes have ended nightly"), "{shown}");
    for line in ["first succeeded", "└─ right scheduled", "↓ last blocked", "also after left"] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    assert!(up.client(&["workflows", "cancel", &id]).stdout.contains("cancelled: 4 of 4"));
    assert_eq!(up.client(&["workflows", "cancel", &id]).code, 65);
    assert!(up.client(&["workflows", "retry", &id]).stdout.contains("running: 2 of 4"));
    let listed = up.client(&["workflows", "list"]).stdout;
    assert!(listed.contains(&id) && listed.contains("2/4") && listed.contains("nightly"), "{listed}");
    assert_eq!(json(&up.client(&["workflows", "list", "--json"]).stdout)["node_count"], 4);
    assert_eq!(up.client(&["workflows", "create", "/nowhere.json"]).code, 2);
}

#[test]
fn many_tasks_are_counted_changed_and_shown() {
    let up = Up::start();
    for _ in 0..3 {
        assert_eq!(up.client(&["enqueue", "ruche.noop", "--countdown", "3600"]).code, 0);
    }
    let counted = up.client(&["operations", "run", "cancel", "--name", "ruche.noop", "--dry-run"]);
    assert!(counted.code == 0 && counted.stdout.contains("cancel would change 3 tasks"), "{counted:?}");
    let run = up.client(&["operations", "run", "cancel", "--name", "ruche.noop", "--json"]);
    let operation = json(&run.stdout);
    assert_eq!((operation["state"].as_str(), operation["changed"].as_u64()), (Some("succeeded"), Some(3)));
    let id = operation["id"].as_str().unwrap();
    assert!(up.client(&["operations", "show", id]).stdout.contains("cancel succeeded: 3 of 3 tasks changed"));
    assert!(up.client(&["operations", "list"]).stdout.contains(id));
    assert_eq!(up.client(&["operations", "cancel", id]).code, 65);
    assert_eq!(up.client(&["operations", "run", "cancel"]).code, 2, "a filter is needed");
    assert_eq!(up.client(&["operations", "run", "move", "--queue", "a"]).code, 2, "so is a queue to move to");
}

#[test]
fn dead_letters_are_shown_replayed_edited_and_discarded() {
    let up = Up::start();
    let fail = || up.client(&["enqueue", "command.run", "program=none", "--max-attempts", "1", "--wait", "30", "--json"]);
    assert_eq!(fail().code, 4);
    assert_eq!(fail().code, 4);
    let group = json(&up.client(&["dead", "list", "--json"]).stdout);
    let (print, sample) = (group["fingerprint"].as_str().unwrap(), group["sample"].as_str().unwrap());
    assert_eq!(group["count"], 2);
    assert!(up.client(&["dead", "list"]).stdout.contains("command.run"));
    assert!(up.client(&["dead", "show", print]).stdout.contains(sample));
    let edited = up.client(&["dead", "retry", sample, "--kwargs", r#"{"program":"other"}"#, "--max-attempts", "1"]);
    assert!(edited.code == 0 && edited.stdout.contains("queued"), "{edited:?}");
    assert_eq!(up.client(&["dead", "retry", sample, "--kwargs", "{"]).code, 2);
    let replayed = up.client(&["dead", "replay", print]);
    assert!(replayed.code == 0 && replayed.stdout.contains("retry succeeded"), "{replayed:?}");
    until("the end of the tasks retried", || {
        json(&up.client(&["operations", "run", "cancel", "--name", "command.run", "--dry-run", "--json"]).stdout)["count"] == 0
    });
    for line in up.client(&["dead", "list", "--json"]).stdout.lines() {
        let discarded = up.client(&["dead", "discard", json(line)["fingerprint"].as_str().unwrap()]);
        assert!(discarded.stdout.contains("delete succeeded"), "{discarded:?}");
    }
    assert_eq!(up.client(&["dead", "list"]).stdout, "");
    assert_eq!(up.client(&["dead", "show", print]).code, 3);
}

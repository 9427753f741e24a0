//! `ruche up` from start to stop.

use crate::program::{Up, ruche, until};

#[test]
fn what_was_accepted_is_there_after_a_restart() {
    let up = Up::start();
    let id = up.client(&["enqueue", "ruche.noop", "--countdown", "3600"]).stdout.trim().to_owned();
    let (code, directory) = up.stop();
    assert_eq!(code, 0);
    let again = Up::start_in(directory, &[]);
    assert!(again.client(&["tasks", &id]).stdout.contains("scheduled"));
}

#[test]
fn running_tasks_finish_before_it_stops() {
    let up = Up::start();
    let id = up.client(&["enqueue", "ruche.sleep", "milliseconds=2000"]).stdout.trim().to_owned();
    until("the task running", || up.client(&["tasks", &id]).stdout.contains("running"));
    // An open stream must not hold it up.
    let mut watch = up.command(&["watch"]).stdout(std::process::Stdio::null()).spawn().unwrap();
    let (code, directory) = up.stop();
    watch.kill().unwrap();
    watch.wait().unwrap();
    assert_eq!(code, 0);
    let again = Up::start_in(directory, &[]);
    let shown = again.client(&["tasks", &id]).stdout;
    assert!(shown.contains("succeeded") && shown.contains("1 of"), "{shown}");
}

#[test]
fn an_api_key_guards_the_api() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("ruche.toml"), "[http]\napi_key = '0123456789abcdef'\n").unwrap();
    let up = Up::start_in(directory, &[]);
    let refused = up.client(&["tasks"]);
    assert_eq!(refused.code, 77, "{refused:?}");
    assert!(refused.stderr.contains("--api-key-file or RUCHE_API_KEY"), "{refused:?}");
    let allowed = up.command(&["tasks"]).env("RUCHE_API_KEY", "0123456789abcdef").output().unwrap();
    assert!(allowed.status.success());
    assert_eq!(up.client(&["healthcheck"]).code, 0);
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let up = Up::start();
    let id = up.client(&["enqueue", "ruche.sleep", "milliseconds=3600000"]).stdout.trim().to_owned();
    until("the task running", || up.client(&["tasks", &id]).stdout.contains("running"));
    up.terminate();
    until("the worker draining", || up.client(&["workers"]).stdout.contains("draining"));
    assert_eq!(up.stop().0, 130);
}

#[test]
fn a_closed_pipe_ends_a_command_quietly() {
    let directory = tempfile::tempdir().unwrap();
    let mut child = ruche(directory.path(), &["openapi"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

//! Programs that misbehave, and callers that try to make them.

use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, Instant},
};

use nix::{errno::Errno, sys::signal::kill, unistd::Pid};
use ruche_domain::{LogLevel, RetryDecision};

use super::*;
use crate::TestContext;

/// A worker that allows `sh -c SCRIPT` under the name `p`.
fn script(script: &str) -> TestContext {
    program(&serde_json::json!({"path": "/bin/sh", "args_prefix": ["-c", script, "p"], "stop_grace_ms": 200}))
}

fn program(program: &serde_json::Value) -> TestContext {
    let config = serde_json::from_value(serde_json::json!({"programs": {"p": program}})).unwrap();
    TaskContext::for_tests().with(Programs::new(config).unwrap())
}

fn call(arguments: serde_json::Value) -> CommandRun {
    let mut all = serde_json::json!({"program": "p"});
    all.as_object_mut().unwrap().extend(arguments.as_object().unwrap().clone());
    serde_json::from_value(all).unwrap()
}

async fn run(test: &TestContext, arguments: serde_json::Value) -> Result<CommandOutcome, TaskError> {
    call(arguments).run(test).await
}

fn texts(test: &TestContext) -> Vec<String> {
    test.lines().into_iter().map(|(_, text)| text).collect()
}

/// The number that a script wrote as its `n`th line.
fn logged_pid(test: &TestContext, n: usize) -> Pid {
    Pid::from_raw(texts(test)[n].trim().parse().unwrap())
}

/// Waits until the process is gone. A zombie would count as there: whoever is its parent has to have waited for it.
async fn gone(pid: Pid) {
    tokio::time::timeout(Duration::from_secs(20), async {
        while !matches!(kill(pid, None), Err(Errno::ESRCH)) && !is_zombie_of_another(pid) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .expect("the process is still there");
}

/// An orphan is its machine's first process's to bury, which in a container may never do so.
fn is_zombie_of_another(pid: Pid) -> bool {
    let stat = std::fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("stat")).unwrap_or_default();
    let mut fields = stat.rsplit(") ").next().unwrap_or_default().split(' ');
    fields.next() == Some("Z") && fields.next() != Some(&std::process::id().to_string())
}

/// Waits for a line in the log.
async fn logged(test: &TestContext, line: usize) {
    while test.lines().len() <= line {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test]
async fn output_becomes_the_log_and_the_exit_code_the_result() {
    let test = script("echo out; echo err >&2; printf 'no newline'");
    let outcome = run(&test, serde_json::json!({})).await.unwrap();
    assert_eq!((outcome.exit_code, outcome.logged_lines, outcome.truncated), (0, 3, false));
    let lines = test.lines();
    assert!(lines.contains(&(LogLevel::Info, "out".to_owned())) && lines.contains(&(LogLevel::Warn, "err".to_owned())));
    assert!(lines.contains(&(LogLevel::Info, "no newline".to_owned())));
}

#[tokio::test]
async fn an_unexpected_exit_code_is_retried_and_tells_the_last_output() {
    let test = script("echo too bad; exit 3");
    let error = run(&test, serde_json::json!({})).await.unwrap_err();
    assert_eq!((error.failure.kind.as_str(), error.decision), ("exit_status", RetryDecision::Backoff));
    assert_eq!(error.failure.details.as_deref(), Some("too bad"));
    assert_eq!(run(&test, serde_json::json!({"expected_exit_codes": [0, 3]})).await.unwrap().exit_code, 3);
}

#[tokio::test]
async fn a_program_that_is_not_in_the_configuration_is_refused() {
    let test = script("true");
    for name in ["sh", "/bin/sh", "p ", "", "../p", "P"] {
        let error = run(&test, serde_json::json!({"program": name})).await.unwrap_err();
        assert_eq!((error.failure.kind.as_str(), error.decision), ("not_configured", RetryDecision::Never), "{name}");
    }
}

#[tokio::test]
async fn arguments_reach_the_program_as_they_are() {
    let test = script(r#"printf '<%s>\n' "$@""#);
    let hostile = ["; echo hacked", "$(id)", "`id`", "a b", "", "*", "é\u{1f41d}", "&& true", "| cat", "> /tmp/x", "'\""];
    run(&test, serde_json::json!({"args": hostile})).await.unwrap();
    assert_eq!(texts(&test), hostile.map(|arg| format!("<{arg}>")));
}

#[tokio::test]
async fn arguments_cannot_become_options() {
    let test = script("echo ran");
    for arg in ["-rf", "--output=/etc/passwd", "-", "--"] {
        let error = run(&test, serde_json::json!({"args": ["x", arg]})).await.unwrap_err();
        assert_eq!((error.failure.kind.as_str(), error.decision), ("invalid_arguments", RetryDecision::Never), "{arg}");
    }
    assert!(test.lines().is_empty());
    let allowed = program(&serde_json::json!({"path": "/bin/echo", "allow_options": true}));
    run(&allowed, serde_json::json!({"args": ["--", "-x"]})).await.unwrap();
    let none = program(&serde_json::json!({"path": "/bin/echo", "allow_args": false}));
    assert!(run(&none, serde_json::json!({"args": ["x"]})).await.is_err());
}

#[tokio::test]
async fn arguments_out_of_bounds_are_refused() {
    let test = script("echo ran");
    for bad in [
        serde_json::json!({"args": ["a\0b"]}),
        serde_json::json!({"args": vec!["a"; 65]}),
        serde_json::json!({"args": ["a".repeat(64 * 1024 + 1)]}),
        serde_json::json!({"stdin": "a".repeat(1024 * 1024 + 1)}),
        serde_json::json!({"env": {"LD_PRELOAD": "/tmp/x.so"}}),
        serde_json::json!({"env": {"PATH": "/tmp"}}),
        serde_json::json!({"timeout_ms": 0}),
        serde_json::json!({"timeout_ms": u64::MAX}),
        serde_json::json!({"expected_exit_codes": []}),
    ] {
        assert_eq!(run(&test, bad).await.unwrap_err().failure.kind, "invalid_arguments");
    }
    assert!(test.lines().is_empty());
}

#[tokio::test]
async fn the_environment_is_the_documented_one() {
    let test = program(&serde_json::json!({"path": "/usr/bin/env", "env": {"FIXED": "1"}, "allowed_env": ["WISHED"]}));
    run(&test, serde_json::json!({"env": {"WISHED": "2"}})).await.unwrap();
    let known = ["PATH", "LANG", "HOME", "FIXED", "WISHED", "RUCHE_TASK_ID", "RUCHE_ATTEMPT", "TRACEPARENT"];
    let environment: BTreeMap<String, String> = texts(&test)
        .iter()
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    assert!(environment.keys().all(|name| known.contains(&name.as_str())), "{:?}", environment.keys());
    assert_eq!(environment["RUCHE_TASK_ID"], test.id().to_string());
    assert_eq!(
        (environment["FIXED"].as_str(), environment["WISHED"].as_str(), environment["RUCHE_ATTEMPT"].as_str()),
        ("1", "2", "1")
    );
    assert_eq!(environment["TRACEPARENT"], test.trace().unwrap().as_str());
}

#[tokio::test]
async fn standard_input_is_delivered_and_need_not_be_read() {
    let large = "x".repeat(1024 * 1024);
    let test = script("wc -c");
    run(&test, serde_json::json!({"stdin": large})).await.unwrap();
    assert_eq!(texts(&test)[0].trim(), large.len().to_string());
    run(&script("exit 0"), serde_json::json!({"stdin": large})).await.unwrap();
    run(&script("cat"), serde_json::json!({})).await.unwrap();
}

#[tokio::test]
async fn a_flood_of_output_is_cut_and_the_program_still_ends() {
    let test = script("yes | head -c 20000000; head -c 3000000 /dev/zero; echo end");
    let outcome = run(&test, serde_json::json!({})).await.unwrap();
    assert!(outcome.truncated && outcome.logged_lines <= 10_000);
    assert!(texts(&test).iter().map(String::len).sum::<usize>() <= 1024 * 1024 + 100);
    assert_eq!(test.lines().iter().filter(|(level, _)| *level == LogLevel::Warn).count(), 1);
}

#[tokio::test]
async fn an_endless_flood_ends_when_the_time_is_out() {
    let test = program(&serde_json::json!({"path": "/usr/bin/yes", "stop_grace_ms": 200}));
    let error = run(&test, serde_json::json!({"timeout_ms": 100})).await.unwrap_err();
    assert_eq!((error.failure.kind.as_str(), error.decision), ("timeout", RetryDecision::Backoff));
}

#[tokio::test]
async fn output_that_is_no_text_is_replaced() {
    let test = script(r"printf 'a\377\000b\n'");
    run(&test, serde_json::json!({})).await.unwrap();
    assert_eq!(texts(&test), ["a\u{fffd}\u{fffd}b"]);
}

#[tokio::test]
async fn cancelling_stops_the_program_and_what_it_started() {
    let test = script("sleep 1000 & echo $$; echo $!; wait");
    let (outcome, ()) = tokio::join!(run(&test, serde_json::json!({})), async {
        logged(&test, 1).await;
        test.cancel();
    });
    assert_eq!(outcome.unwrap_err().failure.kind, "cancelled");
    gone(logged_pid(&test, 0)).await;
    gone(logged_pid(&test, 1)).await;
}

#[tokio::test]
async fn a_program_may_tidy_up_when_it_is_asked_to_end() {
    let test = script("trap 'echo tidied; exit 0' TERM; echo ready; while :; do sleep 0.01; done");
    let (outcome, ()) = tokio::join!(run(&test, serde_json::json!({})), async {
        logged(&test, 0).await;
        test.cancel();
    });
    assert_eq!(outcome.unwrap_err().failure.kind, "cancelled");
    assert!(texts(&test).contains(&"tidied".to_owned()));
}

#[tokio::test]
async fn a_program_that_ignores_sigterm_is_killed_after_the_grace() {
    let test = script("trap '' TERM; echo $$; while :; do sleep 1; done");
    let (outcome, ()) = tokio::join!(run(&test, serde_json::json!({})), async {
        logged(&test, 0).await;
        test.cancel();
    });
    assert_eq!(outcome.unwrap_err().failure.kind, "cancelled");
    gone(logged_pid(&test, 0)).await;
}

#[tokio::test]
async fn a_grandchild_that_holds_the_output_open_does_not_hold_the_task() {
    let test = script("sleep 1000 & echo $!");
    let started = Instant::now();
    assert_eq!(run(&test, serde_json::json!({})).await.unwrap().exit_code, 0);
    assert!(started.elapsed() < Duration::from_secs(60));
    gone(logged_pid(&test, 0)).await;
}

#[tokio::test]
async fn a_grandchild_that_left_the_group_does_not_hold_the_task_either() {
    let test = script("setsid sh -c 'echo $$; exec sleep 30' & while ! kill -0 $! 2>/dev/null; do :; done; sleep 0.2");
    let started = Instant::now();
    run(&test, serde_json::json!({})).await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(25));
    kill(logged_pid(&test, 0), nix::sys::signal::Signal::SIGKILL).unwrap();
}

#[tokio::test]
async fn dropping_an_attempt_kills_the_program_and_what_it_started() {
    let test = script("trap '' TERM; sleep 1000 & echo $$; echo $!; wait");
    tokio::select! {
        _ = run(&test, serde_json::json!({})) => panic!("the program ended"),
        () = logged(&test, 1) => {}
    }
    gone(logged_pid(&test, 0)).await;
    gone(logged_pid(&test, 1)).await;
}

#[tokio::test]
async fn a_program_that_is_missing_or_no_program_fails_for_good() {
    for path in ["/no/such/program", "/etc/passwd", "/"] {
        let error = run(&program(&serde_json::json!({"path": path})), serde_json::json!({})).await.unwrap_err();
        assert_eq!((error.failure.kind.as_str(), error.decision), ("start", RetryDecision::Never), "{path}");
    }
}

#[tokio::test]
async fn a_program_that_dies_of_a_signal_has_failed() {
    let error = run(&script("kill -SEGV $$"), serde_json::json!({"expected_exit_codes": [0, 139, 11]})).await.unwrap_err();
    assert_eq!(error.failure.kind, "exit_status");
    assert!(error.failure.message.contains("signal 11"));
}

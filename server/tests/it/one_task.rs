use std::time::Duration;

use poem::http::StatusCode;
use ruche_domain::{AttemptOutcome, Clock, LogLevel, LogLine, Progress, TaskFailure};
use ruche_store::{AttemptLog, AttemptProgress};
use serde_json::{Value, json};

use crate::harness::{Answer, TestApp, UNKNOWN_ID};

const PARTS: [&str; 5] = ["", "/attempts", "/timeline", "/logs", "/result"];

#[tokio::test]
async fn unknown_and_malformed_ids_are_told_apart() {
    let app = TestApp::start().await;
    for part in PARTS {
        app.get(&format!("/api/v1/tasks/{UNKNOWN_ID}{part}")).await.assert_problem(404, "task_not_found");
    }
    for part in &PARTS {
        for bad in ["x", "%00", "%FF%FE", "01890a5dac96774bbcceb302099a8057", "%7B%7D"] {
            app.get(&format!("/api/v1/tasks/{bad}{part}")).await.assert_problem(400, "invalid_parameter");
        }
    }
    for verb in ["cancel", "retry"] {
        app.post_empty(&format!("/api/v1/tasks/{UNKNOWN_ID}/{verb}")).await.assert_problem(404, "task_not_found");
        app.post_empty(&format!("/api/v1/tasks/x/{verb}")).await.assert_problem(400, "invalid_parameter");
    }
}

#[tokio::test]
async fn an_unchanged_task_is_not_sent_again() {
    let app = TestApp::start().await;
    let id = app.add().await;
    let path = format!("/api/v1/tasks/{id}");
    let first = app.get(&path).await;
    let tag = first.header("etag").to_owned();
    let get = |tag: String| async { Answer::of(app.client.get(&path).header("If-None-Match", tag).send().await).await };
    let same = get(tag.clone()).await;
    assert_eq!((same.status, same.header("etag")), (StatusCode::NOT_MODIFIED, tag.as_str()));
    assert_eq!(same.body, json!(""));
    app.succeed(id).await;
    let changed = get(tag.clone()).await;
    assert_eq!(changed.status, StatusCode::OK);
    assert_ne!(changed.header("etag"), tag);
}

#[tokio::test]
async fn a_waiting_task_is_cancelled_at_once() {
    let app = TestApp::start().await;
    let id = app.add().await;
    let cancelled = app.post_empty(&format!("/api/v1/tasks/{id}/cancel")).await;
    assert_eq!((cancelled.status, &cancelled.body["state"]), (StatusCode::OK, &json!("cancelled")));
    let again = app.post_empty(&format!("/api/v1/tasks/{id}/cancel")).await;
    again.assert_problem(409, "task_ended");
    assert!(again.body["detail"].as_str().unwrap().contains("cancelled"));
}

#[tokio::test]
async fn a_running_task_is_asked_to_stop() {
    let app = TestApp::start().await;
    let id = app.add().await;
    app.claim(id).await;
    for _ in 0..2 {
        let asked = app.post_empty(&format!("/api/v1/tasks/{id}/cancel")).await;
        assert_eq!(asked.status, StatusCode::OK);
        assert_eq!((&asked.body["state"], &asked.body["cancel_requested"]), (&json!("running"), &json!(true)));
    }
}

#[tokio::test]
async fn only_an_ended_task_is_retried() {
    let app = TestApp::start().await;
    let id = app.add().await;
    let path = format!("/api/v1/tasks/{id}/retry");
    app.post_empty(&path).await.assert_problem(409, "not_retryable");
    app.succeed(id).await;
    let retried = app.post_empty(&path).await;
    assert_eq!((retried.status, &retried.body["state"]), (StatusCode::OK, &json!("queued")));
    assert_eq!(retried.body["result"], Value::Null);
}

#[tokio::test]
async fn attempts_timeline_and_result_tell_what_happened() {
    let app = TestApp::start().await;
    let id = app.add().await;
    let first = app.claim(id).await;
    app.clock.advance(Duration::from_secs(1));
    let failure = TaskFailure::new("http_status", "503");
    let due_at = app.clock.now() + Duration::from_secs(5);
    app.finish(first, AttemptOutcome::Retrying { due_at, failure: failure.clone() }).await;
    app.clock.advance(Duration::from_secs(6));
    app.store.release_due(app.clock.now(), 10).await.unwrap();
    let second = app.claim(id).await;
    let progress = Progress { current: 1, total: Some(2), message: None };
    app.store.record_progress(&[AttemptProgress { attempt: second, progress }], app.clock.now()).await.unwrap();
    app.clock.advance(Duration::from_secs(1));
    app.finish(second, AttemptOutcome::Failed { failure }).await;

    let attempts = app.get(&format!("/api/v1/tasks/{id}/attempts")).await;
    let told: Vec<_> =
        attempts.body["data"].as_array().unwrap().iter().map(|one| (one["attempt"].clone(), one["state"].clone())).collect();
    assert_eq!(told, [(json!(1), json!("retrying")), (json!(2), json!("failed"))]);
    let timeline = app.get(&format!("/api/v1/tasks/{id}/timeline")).await;
    let kinds: Vec<_> = timeline.body["data"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        ["accepted", "queued", "started", "attempt_failed", "queued", "started", "attempt_failed", "progress", "ended"],
        "{:#}",
        timeline.body
    );
    let result = app.get(&format!("/api/v1/tasks/{id}/result")).await;
    assert_eq!((&result.body["ready"], &result.body["state"]), (&json!(true), &json!("failed")));
    assert_eq!(result.body["failure"]["kind"], "http_status");
}

#[tokio::test]
async fn logs_come_in_pages() {
    let app = TestApp::start().await;
    let id = app.add().await;
    let attempt = app.claim(id).await;
    let line = |n| LogLine { at: app.clock.now(), level: LogLevel::Info, message: format!("line {n}") };
    app.store.append_logs(&[AttemptLog { attempt, lines: (0..5).map(line).collect() }]).await.unwrap();
    let (mut after, mut lines) = (0, Vec::new());
    loop {
        let page = app.get(&format!("/api/v1/tasks/{id}/logs?limit=2&after={after}")).await.body;
        lines.extend(page["data"].as_array().unwrap().iter().map(|line| line["message"].clone()));
        after = page["next_after"].as_i64().unwrap();
        if page["has_more"] == json!(false) {
            break;
        }
    }
    assert_eq!(lines, (0..5).map(|n| json!(format!("line {n}"))).collect::<Vec<_>>());
    let end = app.get(&format!("/api/v1/tasks/{id}/logs?after={after}")).await.body;
    assert_eq!(end, json!({"data": [], "next_after": after, "has_more": false}));
    for query in ["after=-1", "after=x", "limit=0", "limit=1001"] {
        app.get(&format!("/api/v1/tasks/{id}/logs?{query}")).await.assert_problem(400, "invalid_parameter");
    }
}

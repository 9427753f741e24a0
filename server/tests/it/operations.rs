use std::{collections::HashSet, time::Duration};

use poem::http::StatusCode;
use ruche_domain::{Clock, TaskState};
use ruche_store::OPEN_OPERATIONS;
use serde_json::{Value, json};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::harness::{Answer, TestApp, UNKNOWN_ID};

const PATH: &str = "/api/v1/operations";

fn cancel_math() -> Value {
    json!({"action": "cancel", "filter": {"queue": "math"}})
}

async fn begin(app: &TestApp, body: &Value) -> Answer {
    let answer = app.post(PATH, body).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{:#}", answer.body);
    answer
}

async fn with_key(app: &TestApp, key: &str, body: &Value) -> Answer {
    Answer::of(app.client.post(PATH).header("Idempotency-Key", key).body_json(body).send().await).await
}

/// One chunk, as the duty does it.
async fn chunk(app: &TestApp, limit: u32) -> bool {
    app.store.work_on_operation(app.clock.now(), limit).await.unwrap().is_some()
}

#[tokio::test]
async fn an_operation_tells_how_far_it_has_come() {
    let app = TestApp::start().await;
    for _ in 0..5 {
        app.add().await;
    }
    let answer = begin(&app, &cancel_math()).await;
    let path = answer.header("location").to_owned();
    assert_eq!(path, format!("{PATH}/{}", answer.body["id"].as_str().unwrap()));
    assert_eq!(answer.body, app.get(&path).await.body);
    assert_eq!((&answer.body["state"], &answer.body["matched"]), (&json!("pending"), &json!(0)));
    assert!(chunk(&app, 3).await);
    let half = app.get(&path).await.body;
    assert_eq!((&half["state"], &half["changed"], &half["finished_at"]), (&json!("running"), &json!(3), &Value::Null));
    assert!(chunk(&app, 3).await);
    let done = app.get(&path).await.body;
    assert_eq!((&done["state"], &done["matched"], &done["changed"]), (&json!("succeeded"), &json!(5), &json!(5)));
    assert_eq!(done["filter"], json!({"queue": "math"}));
    assert!(!chunk(&app, 3).await);
}

#[tokio::test]
async fn the_operator_does_what_was_asked_and_publishes_it() {
    let app = TestApp::start().await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        let id = app.add().await;
        app.succeed(id).await;
        ids.push(id);
    }
    let path = begin(&app, &json!({"action": "retry", "filter": {"task": "math.add"}})).await.header("location").to_owned();
    let registry = prometheus::Registry::new();
    let (tracker, shutdown) = (TaskTracker::new(), CancellationToken::new());
    app.duties(&registry).start(&tracker, &shutdown);
    for _ in 0..500 {
        if app.get(&path).await.body["state"] == "succeeded" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(app.get(&path).await.body["changed"], 5);
    let states = app.store.states(&ids).await.unwrap();
    assert!(states.iter().all(|(_, state)| *state == TaskState::Queued), "{states:?}");
    for _ in 0..500 {
        if app.store.outbox_backlog().await.unwrap().0 == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(app.store.outbox_backlog().await.unwrap().0, 0, "all were published and confirmed");
    let counted = crate::harness::metrics_of(&registry);
    let line = r#"ruche_tasks_enqueued_total{queue="math",source="retry",task="math.add"} 5"#;
    assert!(counted.contains(line), "{counted}");
    shutdown.cancel();
    tracker.close();
    tracker.wait().await;
}

#[tokio::test]
async fn a_dry_run_counts_and_changes_nothing() {
    let app = TestApp::start().await;
    let done = app.add().await;
    app.succeed(done).await;
    let running = app.add().await;
    app.claim(running).await;
    app.add().await;
    let body = json!({"action": "cancel", "filter": {"queue": "math"}, "dry_run": true});
    let answer = app.post(PATH, &body).await;
    assert_eq!(answer.status, StatusCode::OK, "{:#}", answer.body);
    let one = |state| json!({"state": state, "count": 1, "at_least": false});
    let expected = json!({"action": "cancel", "count": 2, "at_least": false, "states": [one("queued"), one("running")]});
    assert_eq!(answer.body, expected);
    assert_eq!(app.get(PATH).await.body["data"], json!([]));
}

#[tokio::test]
async fn moving_and_priorities_need_their_parameters() {
    let app = TestApp::start().await;
    app.add().await;
    let moving = json!({"action": "move", "filter": {"state": "queued"}, "parameters": {"queue": "other"}});
    let answer = begin(&app, &moving).await;
    assert_eq!(answer.body["parameters"], json!({"queue": "other"}));
    let raising = json!({"action": "set_priority", "filter": {"state": "queued"}, "parameters": {"priority": 9}});
    assert_eq!(begin(&app, &raising).await.body["parameters"], json!({"priority": 9}));
    while chunk(&app, 10).await {}
    let tasks = app.get("/api/v1/tasks?queue=other").await.body;
    assert_eq!((&tasks["data"][0]["priority"], tasks["data"].as_array().map(Vec::len)), (&json!(9), Some(1)));
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let app = TestApp::start().await;
    for (body, pointer) in [
        (json!({"action": "cancel", "filter": {}}), "/filter"),
        (json!({"action": "drop", "filter": {"queue": "a"}}), "/action"),
        (json!({"action": "cancel"}), ""),
        (json!({"action": "cancel", "filter": {"queue": "a b"}}), "/filter/queue"),
        (json!({"action": "cancel", "filter": {"queue": "' or 1=1 --"}}), "/filter/queue"),
        (json!({"action": "cancel", "filter": {"name": "a"}}), "/filter"),
        (json!({"action": "cancel", "filter": {"fingerprint": "XYZ"}}), "/filter/fingerprint"),
        (json!({"action": "cancel", "filter": {"created_from": "+262142-12-31T00:00:00Z"}}), "/filter/created_from"),
        (json!({"action": "move", "filter": {"queue": "a"}}), "/parameters/queue"),
        (json!({"action": "move", "filter": {"queue": "a"}, "parameters": {"queue": ""}}), "/parameters/queue"),
        (json!({"action": "set_priority", "filter": {"queue": "a"}}), "/parameters/priority"),
        (json!({"action": "set_priority", "filter": {"queue": "a"}, "parameters": {"priority": 10}}), "/parameters/priority"),
        (json!({"action": "cancel", "filter": {"queue": "a"}, "parameters": {"priority": 1}}), "/parameters/priority"),
        (json!({"action": "cancel", "filter": {"queue": "a"}, "parameters": {"queue": "b"}}), "/parameters/queue"),
        (json!({"action": "cancel", "filter": {"queue": "a"}, "dry_run": 1}), "/dry_run"),
        (json!({"action": "cancel", "filter": {"queue": "a"}, "parameters": [null, null]}), "/parameters"),
        (json!({"action": "cancel", "filter": ["queued"]}), "/filter"),
        (json!(["cancel", {"queue": "a"}]), ""),
    ] {
        let answer = app.post(PATH, &body).await;
        answer.assert_problem(422, "invalid_body");
        assert!(answer.pointers().contains(&pointer), "{body}: {:#}", answer.body);
    }
    for (action, filter) in [
        ("cancel", json!({"state": "succeeded"})),
        ("retry", json!({"state": "queued"})),
        ("delete", json!({"state": "running"})),
        ("cancel", json!({"fingerprint": "0123456789abcdef"})),
    ] {
        let answer = app.post(PATH, &json!({"action": action, "filter": filter})).await;
        answer.assert_problem(422, "conflicting_parameters");
    }
    assert_eq!(app.get(PATH).await.body["data"], json!([]), "nothing refused was stored");
}

#[tokio::test]
async fn an_operation_is_stopped_once() {
    let app = TestApp::start().await;
    for _ in 0..4 {
        app.add().await;
    }
    let path = begin(&app, &cancel_math()).await.header("location").to_owned();
    chunk(&app, 1).await;
    let stopped = app.post_empty(&format!("{path}/cancel")).await;
    assert_eq!((&stopped.body["state"], &stopped.body["changed"]), (&json!("cancelled"), &json!(1)));
    assert!(!chunk(&app, 1).await);
    app.post_empty(&format!("{path}/cancel")).await.assert_problem(409, "operation_ended");
    app.post_empty(&format!("{PATH}/{UNKNOWN_ID}/cancel")).await.assert_problem(404, "operation_not_found");
    app.get(&format!("{PATH}/{UNKNOWN_ID}")).await.assert_problem(404, "operation_not_found");
    app.get(&format!("{PATH}/x")).await.assert_problem(400, "invalid_parameter");
}

#[tokio::test]
async fn a_repeated_request_is_the_same_operation() {
    let app = TestApp::start().await;
    app.add().await;
    let first = with_key(&app, "k", &cancel_math()).await;
    while chunk(&app, 10).await {}
    let again = with_key(&app, "k", &cancel_math()).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (StatusCode::ACCEPTED, "true"));
    assert_eq!((&again.body["id"], &again.body["state"]), (&first.body["id"], &json!("succeeded")));
    let other = json!({"action": "delete", "filter": {"queue": "math"}});
    with_key(&app, "k", &other).await.assert_problem(422, "idempotency_key_reused");
    app.store.forget_operations(app.clock.now() + Duration::from_secs(1), 10).await.unwrap();
    with_key(&app, "k", &cancel_math()).await.assert_problem(410, "operation_pruned");
}

#[tokio::test]
async fn only_so_many_are_open_at_once() {
    let app = TestApp::start().await;
    for _ in 0..OPEN_OPERATIONS {
        begin(&app, &cancel_math()).await;
    }
    let refused = app.post(PATH, &cancel_math()).await;
    refused.assert_problem(409, "too_many_operations");
    assert_eq!(refused.header("retry-after"), "10");
}

#[tokio::test]
async fn pages_show_every_operation_once_newest_first() {
    let app = TestApp::start().await;
    let mut ids = Vec::new();
    for _ in 0..7 {
        ids.push(begin(&app, &cancel_math()).await.body["id"].clone());
        app.clock.advance(Duration::from_millis(1));
    }
    ids.reverse();
    let (mut path, mut seen) = (format!("{PATH}?limit=3"), Vec::new());
    loop {
        let page = app.get(&path).await;
        seen.extend(page.body["data"].as_array().unwrap().iter().map(|operation| operation["id"].clone()));
        assert_eq!(page.body["has_more"], json!(!page.body["next_cursor"].is_null()));
        if page.body["next_cursor"].is_null() {
            break;
        }
        let link = page.header("link").to_owned();
        path = link[1..link.find('>').unwrap()].to_owned();
    }
    assert_eq!(seen, ids);
    assert_eq!(seen.iter().map(ToString::to_string).collect::<HashSet<_>>().len(), 7);
    let tasks_cursor = {
        app.add().await;
        app.add().await;
        app.get("/api/v1/tasks?limit=1").await.body["next_cursor"].as_str().unwrap().to_owned()
    };
    for cursor in ["abc", "%00", &tasks_cursor] {
        app.get(&format!("{PATH}?cursor={cursor}")).await.assert_problem(422, "invalid_cursor");
    }
    app.get(&format!("{PATH}?limit=201")).await.assert_problem(400, "invalid_parameter");
}

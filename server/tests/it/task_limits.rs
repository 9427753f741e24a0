//! Limits of task names, places in line, and what queues wait for.

use std::time::Duration;

use poem::http::{Method, StatusCode};
use ruche_domain::{Clock, QueueName, TaskId};
use serde_json::{Value, json};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::harness::{Answer, TestApp};

const LIMITS: &str = "/api/v1/task-limits";

async fn put(app: &TestApp, name: &str, body: &Value) -> Answer {
    Answer::of(app.request(Method::PUT, &format!("{LIMITS}/{name}")).body_json(body).send().await).await
}

async fn delete(app: &TestApp, name: &str) -> Answer {
    Answer::of(app.request(Method::DELETE, &format!("{LIMITS}/{name}")).send().await).await
}

async fn waiting(app: &TestApp, id: TaskId) -> Value {
    app.get(&format!("/api/v1/tasks/{id}")).await.body["waiting"].clone()
}

async fn limit_queue(app: &TestApp, limits: &Value) {
    let request = app.client.patch("/api/v1/queues/math").body_json(&json!({ "limits": limits }));
    assert_eq!(Answer::of(request.send().await).await.status, StatusCode::OK);
}

async fn keyed(app: &TestApp, key: &str) -> TaskId {
    let body = json!({"task": "math.add", "kwargs": {"a": 1, "b": 2}, "concurrency_key": key});
    app.post("/api/v1/tasks", &body).await.id()
}

async fn admit(app: &TestApp) {
    let (queue, now) = (QueueName::new("math").unwrap(), app.clock.now());
    app.store.admit(&queue, now, now - Duration::from_secs(3_600), 100).await.unwrap();
}

#[tokio::test]
async fn a_name_s_limit_is_set_shown_replaced_and_lifted() {
    let app = TestApp::start().await;
    assert_eq!(app.get(LIMITS).await.body, json!({"data": []}));
    let set = put(&app, "math.add", &json!({"rate": {"count": 5, "per_ms": 1000}})).await;
    let shown = json!({"task": "math.add", "rate": {"count": 5, "per_ms": 1000, "burst": 5}, "next_at": null});
    assert_eq!((set.status, &set.body), (StatusCode::OK, &shown));
    assert_eq!(app.get(&format!("{LIMITS}/math.add")).await.body, shown);
    put(&app, "not.yet", &json!({"rate": {"count": 1, "per_ms": 60_000, "burst": 3}})).await;
    let list = app.get(LIMITS).await.body;
    let names: Vec<_> = list["data"].as_array().unwrap().iter().map(|limit| limit["task"].as_str().unwrap()).collect();
    assert_eq!(names, ["math.add", "not.yet"]);
    assert_eq!(delete(&app, "not.yet").await.status, StatusCode::NO_CONTENT);
    delete(&app, "not.yet").await.assert_problem(404, "task_limit_not_found");
    app.get(&format!("{LIMITS}/not.yet")).await.assert_problem(404, "task_limit_not_found");
    assert_eq!(app.get(LIMITS).await.body["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn wrong_limits_of_names_are_refused_and_change_nothing() {
    let app = TestApp::start().await;
    for (rate, pointer) in [
        (json!({"count": 0, "per_ms": 1000}), "/rate/count"),
        (json!({"count": 1, "per_ms": 0}), "/rate/per_ms"),
        (json!({"count": 1, "per_ms": 1000, "burst": 1_000_001}), "/rate/burst"),
    ] {
        let answer = put(&app, "math.add", &json!({ "rate": rate })).await;
        assert_eq!(answer.assert_problem(422, "invalid_body").pointers(), [pointer]);
    }
    for body in [json!({}), json!([]), json!({"rate": [1, 1000]}), json!({"rate": null}), json!({"rate": {}, "more": 1})] {
        put(&app, "math.add", &body).await.assert_problem(422, "invalid_body");
    }
    put(&app, "a%20b", &json!({"rate": {"count": 1, "per_ms": 1}})).await.assert_problem(400, "invalid_parameter");
    delete(&app, "%00").await.assert_problem(400, "invalid_parameter");
    app.get(&format!("{LIMITS}/a%20b")).await.assert_problem(400, "invalid_parameter");
    assert_eq!(app.get(LIMITS).await.body, json!({"data": []}));
}

/// The duties: what is limited by its name goes on by itself as tokens come, and at once when the limit is lifted.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_duty_lets_tasks_of_a_limited_name_start_and_says_when_the_next_may() {
    let app = TestApp::start().await;
    let duties = app.duties(&prometheus::Registry::new());
    let (tracker, shutdown) = (TaskTracker::new(), CancellationToken::new());
    duties.start(&tracker, &shutdown);

    put(&app, "math.add", &json!({"rate": {"count": 1, "per_ms": 60_000, "burst": 1}})).await;
    let (first, second) = (app.add().await, app.add().await);
    let ready = async |count| {
        let published = async {
            while app.broker.depth(&QueueName::new("math").unwrap()).await.unwrap().ready < count {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), published).await.expect("it is published");
    };
    ready(1).await;
    assert_eq!(waiting(&app, first).await["reason"], "no_worker");
    let held = waiting(&app, second).await;
    assert_eq!((&held["reason"], &held["position"]), (&json!("task_rate_limit"), &json!(2)));
    let next = app.get(&format!("{LIMITS}/math.add")).await.body["next_at"].clone();
    assert!(next.is_string());
    assert_eq!(held["next_at"], next);
    app.clock.advance(Duration::from_secs(60));
    ready(2).await;
    assert_eq!(waiting(&app, second).await["reason"], "no_worker");
    for _ in 0..5 {
        app.add().await;
    }
    app.clock.advance(Duration::from_secs(1));
    delete(&app, "math.add").await;
    ready(7).await;
    shutdown.cancel();
    tracker.close();
    tracker.wait().await;
}

#[tokio::test]
async fn a_waiting_task_tells_its_place_in_line() {
    let app = TestApp::start().await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        app.clock.advance(Duration::from_secs(1));
        ids.push(app.add().await);
    }
    let urgent = app.post("/api/v1/tasks", &json!({"task": "math.add", "args": [1, 2], "priority": 9})).await.id();
    let mut places = Vec::new();
    for id in [urgent, ids[0], ids[1], ids[2]] {
        places.push(waiting(&app, id).await["position"].as_u64().unwrap());
    }
    assert_eq!(places, [1, 2, 3, 4]);
    let task = json!({"task": "math.add", "args": [1, 2], "priority": 5});
    app.post("/api/v1/tasks/batch", &json!({"tasks": vec![task; 1_200]})).await;
    assert_eq!(waiting(&app, ids[0]).await["position"], 1_001, "a thousand or more are before it");
    app.clock.advance(Duration::from_secs(1));
    limit_queue(&app, &json!({"max_running": 1})).await;
    let (of_key, next_of_key) = (keyed(&app, "a").await, keyed(&app, "a").await);
    assert_eq!(waiting(&app, of_key).await["position"], 1, "keys take turns");
    assert_eq!(waiting(&app, next_of_key).await["position"], 2);
    let later = app.post("/api/v1/tasks", &json!({"task": "math.add", "args": [1, 2], "countdown_ms": 60_000})).await.id();
    assert_eq!(waiting(&app, later).await["position"], Value::Null);
}

#[tokio::test]
async fn a_queue_tells_what_its_tasks_wait_for() {
    let app = TestApp::start().await;
    let held = async || app.get("/api/v1/queues/math").await.body["waiting"].clone();
    app.add().await;
    assert_eq!(held().await["held"], json!([{"reason": "no_worker", "tasks": 1, "next_at": null}]));
    app.post_empty("/api/v1/queues/math/pause").await;
    assert_eq!(held().await["held"], json!([{"reason": "paused", "tasks": 1, "next_at": null}]));
    app.post_empty("/api/v1/queues/math/resume").await;
    for key in ["a", "a", "a", "b"] {
        keyed(&app, key).await;
    }
    limit_queue(&app, &json!({"max_running": 3, "per_key": {"max_running": 1}})).await;
    admit(&app).await;
    assert_eq!(held().await["keys"], json!([{"key": "a", "running": 1, "waiting": 2}]));
    assert_eq!(
        held().await["held"],
        json!([
            {"reason": "key_limit", "tasks": 2, "next_at": null},
            {"reason": "no_worker", "tasks": 3, "next_at": null},
        ])
    );
    limit_queue(&app, &json!({"max_running": 3})).await;
    assert_eq!(
        held().await["held"],
        json!([
            {"reason": "queue_limit", "tasks": 2, "next_at": null},
            {"reason": "no_worker", "tasks": 3, "next_at": null},
        ])
    );
    assert_eq!(app.get("/api/v1/queues").await.body["data"][0]["waiting"], Value::Null, "not in the list");
}

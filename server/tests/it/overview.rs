use std::time::Duration;

use poem::http::StatusCode;
use ruche_domain::{Clock, QueueName, TaskName};
use ruche_store::WorkerHeartbeat;
use serde_json::json;

use crate::harness::{TestApp, worker};

async fn heartbeat(app: &TestApp) {
    let now = app.clock.now();
    let heartbeat = WorkerHeartbeat {
        name: worker(),
        queues: vec![QueueName::new("math").unwrap(), QueueName::new("served").unwrap()],
        tasks: vec![TaskName::new("math.add").unwrap()],
        slots: 4,
        busy: 1,
        version: "0.1.0".to_owned(),
        started_at: now,
        draining: false,
    };
    app.store.heartbeat(&heartbeat, now).await.unwrap();
}

#[tokio::test]
async fn definitions_are_listed_and_shown() {
    let app = TestApp::start().await;
    let list = app.get("/api/v1/task-definitions").await;
    let names: Vec<_> = list.body["data"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["http.request", "math.add"]);
    let one = app.get("/api/v1/task-definitions/math.add").await;
    assert_eq!((&one.body["summary"], &one.body["queue"]), (&json!("Runs math.add."), &json!("math")));
    assert_eq!(one.body["arguments"]["required"], json!(["a", "b"]));
    app.get("/api/v1/task-definitions/none").await.assert_problem(404, "definition_not_found");
    app.get("/api/v1/task-definitions/a%20b").await.assert_problem(400, "invalid_parameter");
}

#[tokio::test]
async fn queues_are_those_used_served_or_named() {
    let app = TestApp::start().await;
    heartbeat(&app).await;
    app.add().await;
    let list = app.get("/api/v1/queues").await;
    let names: Vec<_> = list.body["data"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["default", "math", "served"]);
    let math = app.get("/api/v1/queues/math").await;
    assert_eq!((&math.body["tasks"]["queued"], &math.body["workers"]), (&json!(1), &json!(1)));
    assert!(math.body["broker"]["ready"].is_u64(), "{:#}", math.body);
    app.get("/api/v1/queues/none").await.assert_problem(404, "queue_not_found");
    app.get("/api/v1/queues/%00").await.assert_problem(400, "invalid_parameter");
}

#[tokio::test]
async fn a_silent_worker_is_lost_and_then_forgotten() {
    let app = TestApp::start().await;
    heartbeat(&app).await;
    for (pass, expected) in [(0, json!("online")), (61, json!("lost")), (15 * 60, json!(null))] {
        app.clock.advance(Duration::from_secs(pass));
        let list = app.get("/api/v1/workers").await;
        assert_eq!(list.body["data"][0]["status"], expected, "{:#}", list.body);
    }
}

#[tokio::test]
async fn the_last_hour_tells_what_tasks_did() {
    let app = TestApp::start().await;
    let done = app.add().await;
    app.succeed(done).await;
    let entered = async |state: &str| {
        let history = app.get("/api/v1/stats/history").await;
        assert_eq!((history.status, &history.body["step_ms"]), (StatusCode::OK, &json!(30_000)));
        history.body["data"].as_array().unwrap().iter().filter_map(|step| step["entered"][state].as_u64()).sum::<u64>()
    };
    // Notices come when they come.
    for _ in 0..1_000 {
        if entered("succeeded").await == 1 && entered("queued").await == 1 {
            return;
        }
        tokio::task::yield_now().await;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("nothing was told");
}

#[tokio::test]
async fn stats_count_every_state() {
    let app = TestApp::start().await;
    heartbeat(&app).await;
    let done = app.add().await;
    app.succeed(done).await;
    app.add().await;
    let stats = app.get("/api/v1/stats").await;
    assert_eq!(stats.status, StatusCode::OK);
    let states = stats.body["tasks"].as_array().unwrap();
    assert_eq!(states.len(), 9);
    for (state, count) in [("queued", 1), ("succeeded", 1), ("failed", 0)] {
        let one = states.iter().find(|one| one["state"] == state).unwrap();
        assert_eq!((&one["count"], &one["at_least"]), (&json!(count), &json!(false)));
    }
    assert_eq!(stats.body["workers"], json!({"workers": 1, "slots": 4, "busy": 1}));
}

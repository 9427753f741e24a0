use std::time::Duration;

use poem::http::StatusCode;
use ruche_domain::{AttemptOutcome, Clock, QueueName, RawJson, TaskId, TaskName};
use ruche_store::{ClaimRequest, WorkerHeartbeat};
use serde_json::{Value, json};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::harness::{Answer, TestApp, worker};

async fn patch(app: &TestApp, queue: &str, body: &Value) -> Answer {
    Answer::of(app.client.patch(format!("/api/v1/queues/{queue}")).body_json(body).send().await).await
}

async fn limit(app: &TestApp, limits: &Value) {
    let answer = patch(app, "math", &json!({ "limits": limits })).await;
    assert_eq!(answer.status, StatusCode::OK, "{:#}", answer.body);
}

async fn waits_for(app: &TestApp, id: TaskId) -> (String, Value) {
    let task = app.get(&format!("/api/v1/tasks/{id}")).await;
    let waiting = &task.body["waiting"];
    (waiting["reason"].as_str().unwrap_or("nothing").to_owned(), waiting["next_at"].clone())
}

async fn add_keyed(app: &TestApp, key: &str) -> Answer {
    let body = json!({"task": "math.add", "kwargs": {"a": 1, "b": 2}, "concurrency_key": key});
    app.post("/api/v1/tasks", &body).await
}

async fn admit(app: &TestApp) -> Vec<TaskId> {
    let (queue, now) = (QueueName::new("math").unwrap(), app.clock.now());
    let round = app.store.admit(&queue, now, now - Duration::from_secs(3_600), 100).await.unwrap();
    round.tasks.iter().map(|task| task.id).collect()
}

async fn serve(app: &TestApp, queue: &str) {
    let now = app.clock.now();
    let heartbeat = WorkerHeartbeat {
        name: worker(),
        queues: vec![QueueName::new(queue).unwrap()],
        tasks: vec![TaskName::new("math.add").unwrap()],
        slots: 4,
        busy: 0,
        version: "0.1.0".to_owned(),
        started_at: now,
        draining: false,
    };
    app.store.heartbeat(&heartbeat, now).await.unwrap();
}

async fn ready(app: &TestApp) -> u64 {
    app.broker.depth(&QueueName::new("math").unwrap()).await.unwrap().ready
}

#[tokio::test]
async fn a_paused_queue_says_so_and_publishes_nothing() {
    let app = TestApp::start().await;
    let paused = app.post_empty("/api/v1/queues/math/pause").await;
    assert_eq!(paused.status, StatusCode::OK);
    let since = paused.body["paused_at"].clone();
    assert!(since.is_string(), "{:#}", paused.body);
    app.clock.advance(Duration::from_secs(9));
    assert_eq!(app.post_empty("/api/v1/queues/math/pause").await.body["paused_at"], since, "again does no harm");
    let id = app.add().await;
    assert_eq!(waits_for(&app, id).await.0, "paused");
    let request = ClaimRequest { id, foreign: None };
    assert!(app.store.claim(&worker(), vec![request], app.clock.now(), app.clock.now()).await.unwrap().is_empty());
    // The note is taken off the outbox when the publisher is done with the task.
    while app.store.outbox_backlog().await.unwrap().0 > 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert_eq!(ready(&app).await, 0);
    let metrics = async || app.get("/metrics").await.body.as_str().unwrap().contains(r#"ruche_queue_paused{queue="math"} 1"#);
    assert!(metrics().await);
    let resumed = app.post_empty("/api/v1/queues/math/resume").await;
    assert!(!metrics().await);
    assert_eq!((resumed.status, &resumed.body["paused_at"]), (StatusCode::OK, &Value::Null));
    assert_eq!(app.post_empty("/api/v1/queues/math/resume").await.status, StatusCode::OK, "again does no harm");
    assert_eq!(waits_for(&app, id).await.0, "no_worker");
    serve(&app, "math").await;
    assert_eq!(waits_for(&app, id).await.0, "free_worker");
    app.succeed(id).await;
    assert_eq!(waits_for(&app, id).await.0, "nothing");
    app.post_empty("/api/v1/queues/%00/pause").await.assert_problem(400, "invalid_parameter");
    app.post_empty("/api/v1/queues/a%20b/resume").await.assert_problem(400, "invalid_parameter");
}

#[tokio::test]
async fn a_queue_that_nobody_knows_may_be_paused() {
    let app = TestApp::start().await;
    assert_eq!(app.post_empty("/api/v1/queues/to-come/pause").await.status, StatusCode::OK);
    assert!(app.get("/api/v1/queues/to-come").await.body["paused_at"].is_string());
    let list = app.get("/api/v1/queues").await;
    assert!(list.body["data"].as_array().unwrap().iter().any(|queue| queue["name"] == "to-come"), "{:#}", list.body);
    app.post_empty("/api/v1/queues/to-come/resume").await;
    app.get("/api/v1/queues/to-come").await.assert_problem(404, "queue_not_found");
}

#[tokio::test]
async fn limits_are_set_shown_replaced_and_lifted() {
    let app = TestApp::start().await;
    let limits = json!({"max_running": 3, "rate": {"count": 5, "per_ms": 1000}, "per_key": {"max_running": 1}});
    let set = patch(&app, "math", &json!({"limits": limits})).await;
    let shown = json!({
        "max_running": 3, "rate": {"count": 5, "per_ms": 1000, "burst": 5},
        "per_key": {"max_running": 1, "strategy": "queue", "rate": null},
    });
    assert_eq!((set.status, &set.body["limits"], &set.body["admitted"]), (StatusCode::OK, &shown, &json!(0)));
    assert_eq!(app.get("/api/v1/queues/math").await.body["limits"], shown);
    limit(&app, &json!({"max_running": 1})).await;
    assert_eq!(app.get("/api/v1/queues/math").await.body["limits"]["rate"], Value::Null);
    for none in [json!({}), json!({"per_key": {}}), json!({"max_running": null})] {
        limit(&app, &none).await;
        assert_eq!(app.get("/api/v1/queues/math").await.body["limits"], Value::Null, "{none}");
    }
}

#[tokio::test]
async fn wrong_limits_are_refused() {
    let app = TestApp::start().await;
    for (limits, pointer) in [
        (json!({"max_running": 0}), "/limits/max_running"),
        (json!({"max_running": 100_001}), "/limits/max_running"),
        (json!({"max_running": -1}), "/limits/max_running"),
        (json!({"max_running": "x"}), "/limits/max_running"),
        (json!({"rate": {"count": 1}}), "/limits/rate"),
        (json!({"rate": {"count": 0, "per_ms": 1}}), "/limits/rate/count"),
        (json!({"rate": {"count": 1, "per_ms": 2_592_000_001_u64}}), "/limits/rate/per_ms"),
        (json!({"rate": {"count": 1, "per_ms": 1, "burst": 0}}), "/limits/rate/burst"),
        (json!({"per_key": {"strategy": "cancel_running"}}), "/limits/per_key/strategy"),
        (json!({"per_key": {"strategy": "none", "max_running": 1}}), "/limits/per_key"),
        (json!({"max_runing": 1}), "/limits"),
    ] {
        let answer = patch(&app, "math", &json!({ "limits": limits })).await;
        answer.assert_problem(422, "invalid_body");
        assert!(answer.pointers().iter().any(|found| found.starts_with(pointer)), "{limits}: {:#}", answer.body);
    }
    patch(&app, "math", &json!({})).await.assert_problem(422, "invalid_body");
    patch(&app, "a%20b", &json!({"limits": {}})).await.assert_problem(400, "invalid_parameter");
    assert!(app.store.gates().await.unwrap().is_empty(), "nothing was changed");
}

#[tokio::test]
async fn a_limited_task_says_what_it_waits_for() {
    let app = TestApp::start().await;
    limit(&app, &json!({"max_running": 1})).await;
    let (first, second) = (app.add().await, app.add().await);
    assert_eq!(waits_for(&app, first).await.0, "turn");
    assert_eq!(admit(&app).await, [first]);
    assert_eq!(waits_for(&app, second).await.0, "queue_limit");
    assert_eq!(waits_for(&app, first).await.0, "no_worker", "it is admitted");
    assert_eq!(app.get("/api/v1/queues/math").await.body["admitted"], 1);
    app.succeed(first).await;

    limit(&app, &json!({"rate": {"count": 1, "per_ms": 60_000}})).await;
    assert_eq!(admit(&app).await, [second]);
    let third = app.add().await;
    assert_eq!(waits_for(&app, third).await, ("rate_limit".to_owned(), json!("2027-01-15T08:01:00Z")));

    limit(&app, &json!({"per_key": {"max_running": 1}})).await;
    let (one, two) = (add_keyed(&app, "a").await.id(), add_keyed(&app, "a").await.id());
    assert_eq!(admit(&app).await, [one, third]);
    assert_eq!(waits_for(&app, two).await.0, "key_limit");
}

#[tokio::test]
async fn other_waits_are_told_too() {
    let app = TestApp::start().await;
    let later =
        json!({"task": "math.add", "kwargs": {"a": 1, "b": 2}, "countdown_ms": 5_000, "expires_at": "2027-01-15T08:00:02Z"});
    let scheduled = app.post("/api/v1/tasks", &later).await.id();
    assert_eq!(waits_for(&app, scheduled).await, ("eta".to_owned(), json!("2027-01-15T08:00:05Z")));
    let retried = app.add().await;
    let attempt = app.claim(retried).await;
    assert_eq!(waits_for(&app, retried).await.0, "nothing", "it runs");
    let due_at = app.clock.now() + Duration::from_secs(60);
    app.finish(attempt, AttemptOutcome::Retrying { due_at, failure: ruche_domain::TaskFailure::new("x", "y") }).await;
    assert_eq!(waits_for(&app, retried).await, ("retry".to_owned(), json!("2027-01-15T08:01:00Z")));
    app.clock.advance(Duration::from_secs(2));
    assert_eq!(waits_for(&app, scheduled).await.0, "expired");
}

#[tokio::test]
async fn a_full_key_is_refused_where_its_queue_says_so() {
    let app = TestApp::start().await;
    limit(&app, &json!({"per_key": {"max_running": 1, "strategy": "reject_newest"}})).await;
    let first = add_keyed(&app, "tenant 7").await;
    assert_eq!((first.status, &first.body["concurrency_key"]), (StatusCode::CREATED, &json!("tenant 7")));
    let refused = add_keyed(&app, "tenant 7").await;
    assert_eq!(refused.assert_problem(409, "key_full").pointers(), ["/concurrency_key"]);
    assert_eq!(add_keyed(&app, "other").await.status, StatusCode::CREATED);
    let task = |key: &str| json!({"task": "math.add", "args": [1, 2], "concurrency_key": key});
    let batch = app.post("/api/v1/tasks/batch", &json!({"tasks": [task("new"), task("other")]})).await;
    assert_eq!(batch.assert_problem(409, "key_full").pointers(), ["/tasks/1/concurrency_key"]);
    let typed = app.post("/api/v1/tasks/math.add?concurrency_key=other", &json!({"a": 1, "b": 2})).await;
    typed.assert_problem(409, "key_full");
    let unique = |key: &str, policy: &str| {
        let unique = json!({"key": key, "policy": policy});
        json!({"task": "math.add", "args": [1, 2], "concurrency_key": "only", "unique": unique})
    };
    let only = app.post("/api/v1/tasks", &unique("u", "existing")).await;
    assert_eq!(only.status, StatusCode::CREATED);
    let again = app.post("/api/v1/tasks", &unique("u", "existing")).await;
    assert_eq!((again.status.is_success(), again.id()), (true, only.id()), "another one stands for it");
    let refused = app.post("/api/v1/tasks", &unique("v", "existing")).await;
    assert_eq!(refused.assert_problem(409, "key_full").pointers(), ["/concurrency_key"]);
    let tasks = json!({"tasks": [unique("u", "existing"), unique("w", "existing")]});
    let batch = app.post("/api/v1/tasks/batch", &tasks).await;
    assert_eq!(batch.assert_problem(409, "key_full").pointers(), ["/tasks/1/concurrency_key"]);
    app.store.cancel(first.id(), app.clock.now()).await.unwrap();
    assert_eq!(add_keyed(&app, "tenant 7").await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn wrong_keys_are_refused() {
    let app = TestApp::start().await;
    for key in [json!(""), json!("x".repeat(256)), json!("é".repeat(128)), json!("a\u{0}"), json!("a\nb"), json!(5)] {
        let body = json!({"task": "math.add", "args": [1, 2], "concurrency_key": key});
        let answer = app.post("/api/v1/tasks", &body).await;
        assert_eq!(answer.assert_problem(422, "invalid_body").pointers(), ["/concurrency_key"]);
    }
}

/// The duties with a clock that runs: what is limited goes on by itself, and a queue that is resumed goes on at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_duty_admits_and_opened_queues_go_on_at_once() {
    let app = TestApp::start().await;
    let duties = app.duties(&prometheus::Registry::new());
    let (tracker, shutdown) = (TaskTracker::new(), CancellationToken::new());
    duties.start(&tracker, &shutdown);

    limit(&app, &json!({"max_running": 1})).await;
    let ids = [app.add().await, app.add().await, app.add().await];
    for id in ids {
        let admitted = async {
            while waits_for(&app, id).await.0 != "no_worker" {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), admitted).await.expect("its turn comes when the one before has ended");
        let request = ClaimRequest { id, foreign: None };
        let until = app.clock.now() + Duration::from_secs(30);
        let claimed = app.store.claim(&worker(), vec![request], app.clock.now(), until).await.unwrap();
        let attempt = ruche_store::AttemptRef { id, attempt: claimed[0].attempt };
        app.finish(attempt, AttemptOutcome::Succeeded { result: RawJson::null() }).await;
    }
    limit(&app, &json!({})).await;
    let before = ready(&app).await;
    app.post_empty("/api/v1/queues/math/pause").await;
    // This server holds it back at once, and the other one, whose duties run here, soon.
    for _ in 0..5 {
        app.add().await;
    }
    app.clock.advance(Duration::from_secs(1));
    app.post_empty("/api/v1/queues/math/resume").await;
    let published = async {
        while ready(&app).await < before + 5 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(4), published).await.expect("sooner than a refill would come");
    shutdown.cancel();
    tracker.close();
    tracker.wait().await;
}

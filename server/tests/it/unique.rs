use std::time::Duration;

use poem::http::StatusCode;
use serde_json::{Value, json};

use crate::harness::{Answer, TestApp};

fn add(unique: &Value) -> Value {
    json!({"task": "math.add", "kwargs": {"a": 1, "b": 2}, "unique": unique})
}

/// Posts a task and checks that it was created.
async fn create(app: &TestApp, body: &Value) -> Answer {
    let answer = app.post("/api/v1/tasks", body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{:#}", answer.body);
    answer
}

async fn count(app: &TestApp) -> usize {
    app.get("/api/v1/tasks").await.body["data"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_held_key_is_refused_and_leads_to_its_holder() {
    let app = TestApp::start().await;
    let first = create(&app, &add(&json!({"key": "order-1"}))).await;
    let refused = app.post("/api/v1/tasks", &add(&json!({"key": "order-1"}))).await;
    refused.assert_problem(409, "unique_key_held");
    assert_eq!(refused.header("location"), first.header("location"));
    assert!(refused.body["detail"].as_str().unwrap().contains(&first.id().to_string()));
    assert_eq!(refused.pointers(), ["/unique"]);
    create(&app, &add(&json!({"key": "order-2"}))).await;
    create(&app, &add(&json!({}))).await;
    app.post("/api/v1/tasks", &add(&json!({}))).await.assert_problem(409, "unique_key_held");
    assert_eq!(count(&app).await, 3);
}

#[tokio::test]
async fn the_holder_stands_for_what_wants_an_existing_task() {
    let app = TestApp::start().await;
    let body = add(&json!({"policy": "existing"}));
    let first = create(&app, &body).await;
    let again = app.post("/api/v1/tasks", &body).await;
    assert_eq!((again.status, again.id()), (StatusCode::OK, first.id()));
    assert_eq!((again.header("deduplicated"), again.header("location")), ("existing", first.header("location")));
    assert!(again.headers.get("idempotent-replayed").is_none());
    app.succeed(first.id()).await;
    assert_ne!(create(&app, &body).await.id(), first.id(), "the key is free again");
}

#[tokio::test]
async fn arguments_count_where_asked_to() {
    let app = TestApp::start().await;
    let body = |kwargs: &str| {
        let kwargs: Value = serde_json::from_str(kwargs).unwrap();
        json!({"task": "math.add", "kwargs": kwargs, "unique": {"args": true}})
    };
    create(&app, &body(r#"{"a": 1, "b": 2}"#)).await;
    create(&app, &body(r#"{"a": 1, "b": 3}"#)).await;
    let text = r#"{"task": "math.add", "kwargs": { "b" : 2, "a" : 1 }, "unique": {"args": true}}"#;
    let same = app.client.post("/api/v1/tasks").content_type("application/json").body(text).send().await;
    Answer::of(same).await.assert_problem(409, "unique_key_held");
}

#[tokio::test]
async fn a_waiting_task_is_replaced_and_a_running_one_is_not() {
    let app = TestApp::start().await;
    let body = |b: u32| json!({"task": "math.add", "kwargs": {"a": 1, "b": b}, "unique": {"policy": "replace"}});
    let first = create(&app, &body(2)).await;
    let again = app.post("/api/v1/tasks", &body(3)).await;
    assert_eq!((again.status, again.id(), again.header("deduplicated")), (StatusCode::OK, first.id(), "replaced"));
    assert_eq!(again.body["kwargs"]["b"], 3);
    let attempt = app.claim(first.id()).await;
    let mut wide = body(4);
    wide["unique"]["states"] = json!(["queued", "running"]);
    app.post("/api/v1/tasks", &wide).await.assert_problem(409, "unique_key_held");
    assert_ne!(create(&app, &body(4)).await.id(), attempt.id, "what comes while it runs makes a new task");
}

#[tokio::test]
async fn a_debounced_task_is_put_off_up_to_its_longest_wait() {
    let app = TestApp::start().await;
    let unique = json!({"policy": "debounce", "max_wait_ms": 15_000});
    let body = json!({"task": "math.add", "args": [1, 2], "countdown_ms": 10_000, "unique": unique});
    let first = create(&app, &body).await;
    let mut due = vec![first.body["due_at"].clone()];
    for _ in 0..2 {
        app.clock.advance(Duration::from_secs(4));
        let again = app.post("/api/v1/tasks", &body).await;
        assert_eq!((again.status, again.id()), (StatusCode::OK, first.id()));
        due.push(again.body["due_at"].clone());
    }
    let at = |seconds: i64| json!(chrono::DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap());
    assert_eq!(due, [at(10), at(14), at(15)]);
}

#[tokio::test]
async fn a_period_lets_the_next_one_through() {
    let app = TestApp::start().await;
    let body = add(&json!({"period_ms": 60_000}));
    let first = create(&app, &body).await;
    app.succeed(first.id()).await;
    app.post("/api/v1/tasks", &body).await.assert_problem(409, "unique_key_held");
    app.clock.advance(Duration::from_secs(60));
    create(&app, &body).await;
}

#[tokio::test]
async fn the_typed_endpoint_takes_it_in_the_query() {
    let app = TestApp::start().await;
    let path = "/api/v1/tasks/math.add?unique_key=a&unique_policy=existing&unique_args=true&unique_states=queued,running";
    let first = app.post(path, &json!({"a": 1, "b": 2})).await;
    assert_eq!(first.status, StatusCode::CREATED, "{:#}", first.body);
    let again = app.post(path, &json!({"b": 2, "a": 1})).await;
    assert_eq!((again.status, again.id()), (StatusCode::OK, first.id()));
    let generic = add(&json!({"key": "a", "args": true}));
    app.post("/api/v1/tasks", &generic).await.assert_problem(409, "unique_key_held");
    for (query, status, code) in [
        ("unique_states=queued,asleep", 422, "unknown_state"),
        ("unique_states=queued,queued", 422, "conflicting_parameters"),
        ("unique_policy=debounce", 422, "conflicting_parameters"),
        ("unique_max_wait_ms=5", 422, "conflicting_parameters"),
        ("unique_policy=maybe", 400, "invalid_parameter"),
        ("unique_period_ms=0", 400, "invalid_parameter"),
    ] {
        let answer = app.post(&format!("/api/v1/tasks/math.add?{query}"), &json!({"a": 1, "b": 2})).await;
        answer.assert_problem(status, code);
        let named: Vec<_> = answer.body["errors"].as_array().unwrap().iter().map(|error| &error["parameter"]).collect();
        assert!(named.contains(&&json!(query.split('=').next().unwrap())), "{query}: {named:?}");
    }
}

#[tokio::test]
async fn a_batch_has_one_task_per_key_or_is_refused_as_a_whole() {
    let app = TestApp::start().await;
    let (a, b) = (add(&json!({"key": "a", "policy": "existing"})), add(&json!({"key": "b"})));
    let plain = json!({"task": "math.add", "args": [1, 2]});
    let answer = app.post("/api/v1/tasks/batch", &json!({"tasks": [a, plain, a]})).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{:#}", answer.body);
    let ids = answer.body["ids"].as_array().unwrap();
    assert_eq!((ids.len(), &answer.body["deduplicated"]), (3, &json!([2])));
    assert!(ids[0] == ids[2] && ids[0] != ids[1]);
    let refused = app.post("/api/v1/tasks/batch", &json!({"tasks": [b, plain, b]})).await;
    refused.assert_problem(409, "unique_key_held");
    assert_eq!(refused.pointers(), ["/tasks/2/unique"]);
    assert_eq!(count(&app).await, 2);
}

#[tokio::test]
async fn a_repeated_request_is_answered_as_before() {
    let app = TestApp::start().await;
    let body = add(&json!({"policy": "existing"}));
    let post = async || {
        let request = app.client.post("/api/v1/tasks").header("Idempotency-Key", "k").body_json(&body);
        Answer::of(request.send().await).await
    };
    let first = post().await;
    assert_eq!(first.status, StatusCode::CREATED);
    let again = post().await;
    assert_eq!((again.status, again.id(), again.header("idempotent-replayed")), (StatusCode::OK, first.id(), "true"));
    assert!(again.headers.get("deduplicated").is_none());
}

#[tokio::test]
async fn one_of_many_at_once_makes_the_task() {
    let app = TestApp::start().await;
    let body = add(&json!({"policy": "existing"}));
    let answers = futures::future::join_all((0..16).map(|_| app.post("/api/v1/tasks", &body))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == StatusCode::CREATED).count(), 1);
    assert!(answers.iter().all(|answer| answer.id() == answers[0].id()));
    assert_eq!(count(&app).await, 1);
}

#[tokio::test]
async fn bad_wishes_are_refused_and_pointed_at() {
    let app = TestApp::start().await;
    for (unique, pointer) in [
        (json!({"key": ""}), "/unique/key"),
        (json!({"key": "é".repeat(256)}), "/unique/key"),
        (json!({"period_ms": 0}), "/unique/period_ms"),
        (json!({"period_ms": 2_678_400_001_u64}), "/unique/period_ms"),
        (json!({"period_ms": -1}), "/unique"),
        (json!({"states": []}), "/unique/states"),
        (json!({"states": ["queued", "queued"]}), "/unique/states"),
        (json!({"states": ["asleep"]}), "/unique"),
        (json!({"policy": "maybe"}), "/unique"),
        (json!({"policy": "replace", "states": ["running"]}), "/unique/states"),
        (json!({"policy": "debounce", "max_wait_ms": 5}), "/unique/policy"),
        (json!({"policy": "debounce"}), "/unique/max_wait_ms"),
        (json!({"max_wait_ms": 5}), "/unique/max_wait_ms"),
        (json!({"policy": "debounce", "max_wait_ms": 5, "states": ["queued"]}), "/unique/states"),
        (json!({"scope": "args"}), "/unique"),
        (json!("order-1"), "/unique"),
    ] {
        let answer = app.post("/api/v1/tasks", &add(&unique)).await;
        answer.assert_problem(422, "invalid_body");
        assert!(answer.pointers().contains(&pointer), "{unique}: {:#}", answer.body);
    }
    let long = json!({"task": "math.add", "args": [1, 2], "countdown_ms": 9, "unique": {"policy": "debounce", "max_wait_ms": 8}});
    assert_eq!(app.post("/api/v1/tasks", &long).await.pointers(), ["/unique/max_wait_ms"]);
    let schedule = json!({"name": "s", "rule": {"every_ms": 60_000}, "task": add(&json!({}))});
    let answer = app.post("/api/v1/schedules", &schedule).await;
    answer.assert_problem(422, "invalid_body");
    assert_eq!(answer.pointers(), ["/task/unique"]);
    assert_eq!(count(&app).await, 0);
}

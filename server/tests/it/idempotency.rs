use poem::http::StatusCode;
use serde_json::{Value, json};

use crate::harness::{Answer, TestApp};

async fn post(app: &TestApp, path: &str, key: &str, body: &Value) -> Answer {
    Answer::of(app.client.post(path).header("Idempotency-Key", key).body_json(body).send().await).await
}

#[tokio::test]
async fn a_repeated_request_is_answered_with_the_task_accepted_before() {
    let app = TestApp::start().await;
    let body = json!({"task": "math.add", "args": [1, 2]});
    let first = post(&app, "/api/v1/tasks", "order-1", &body).await;
    assert_eq!(first.status, StatusCode::CREATED);
    app.succeed(first.id()).await;
    let again = post(&app, "/api/v1/tasks", "order-1", &body).await;
    assert_eq!((again.status, again.id()), (StatusCode::OK, first.id()));
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.body["state"], "succeeded");
    assert_eq!(app.get("/api/v1/tasks").await.body["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_key_is_of_one_request_of_one_operation() {
    let app = TestApp::start().await;
    let first = post(&app, "/api/v1/tasks", "k", &json!({"task": "math.add", "args": [1, 2]})).await;
    assert_eq!(first.status, StatusCode::CREATED);
    let other = post(&app, "/api/v1/tasks", "k", &json!({"task": "math.add", "args": [1, 3]})).await;
    other.assert_problem(422, "idempotency_key_reused");
    let typed = post(&app, "/api/v1/tasks/math.add", "k", &json!({"a": 1, "b": 2})).await;
    assert_eq!(typed.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_batch_is_replayed_as_a_whole() {
    let app = TestApp::start().await;
    let body = json!({"tasks": [{"task": "math.add", "args": [1, 2]}, {"task": "math.add", "args": [3, 4]}]});
    let first = post(&app, "/api/v1/tasks/batch", "b", &body).await;
    let again = post(&app, "/api/v1/tasks/batch", "b", &body).await;
    assert_eq!((first.status, again.status), (StatusCode::CREATED, StatusCode::OK));
    assert_eq!(first.body, again.body);
}

#[tokio::test]
async fn one_of_many_same_requests_at_once_makes_the_task() {
    let app = TestApp::start().await;
    let body = json!({"task": "math.add", "args": [1, 2]});
    let answers = futures::future::join_all((0..8).map(|_| post(&app, "/api/v1/tasks", "k", &body))).await;
    let created = answers.iter().filter(|answer| answer.status == StatusCode::CREATED).count();
    assert_eq!(created, 1);
    for answer in answers.iter().filter(|answer| answer.status == StatusCode::CONFLICT) {
        answer.assert_problem(409, "request_in_flight");
        assert_eq!(answer.header("retry-after"), "1");
    }
    assert_eq!(app.get("/api/v1/tasks").await.body["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn hostile_keys_are_refused() {
    let app = TestApp::start().await;
    for key in ["", "a b", &"x".repeat(201)] {
        let answer = post(&app, "/api/v1/tasks", key, &json!({"task": "math.add", "args": [1, 2]})).await;
        answer.assert_problem(400, "invalid_parameter");
        assert_eq!(answer.body["errors"][0]["parameter"], "Idempotency-Key");
    }
}

#[tokio::test]
async fn keys_that_cannot_be_read_are_refused_and_not_ignored() {
    let app = TestApp::start().await;
    let body = json!({"task": "math.add", "args": [1, 2]});
    let unreadable = poem::http::HeaderValue::from_bytes(b"caf\xe9").unwrap();
    let request = app.client.post("/api/v1/tasks").header("Idempotency-Key", unreadable).body_json(&body);
    Answer::of(request.send().await).await.assert_problem(400, "invalid_parameter");
    let twice = app.client.post("/api/v1/tasks").header("Idempotency-Key", "a").header("Idempotency-Key", "b").body_json(&body);
    Answer::of(twice.send().await).await.assert_problem(400, "invalid_parameter");
}

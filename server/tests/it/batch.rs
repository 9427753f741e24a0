use poem::http::StatusCode;
use serde_json::{Value, json};

use crate::harness::TestApp;

fn batch(tasks: Vec<Value>) -> Value {
    json!({"tasks": tasks})
}

#[tokio::test]
async fn ten_thousand_tasks_are_accepted_in_order() {
    let app = TestApp::start().await;
    let tasks = (0..10_000).map(|n| json!({"task": "math.add", "kwargs": {"a": n, "b": 1}, "queue": "many"})).collect();
    let answer = app.post("/api/v1/tasks/batch", &batch(tasks)).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{:#}", answer.body);
    let ids = answer.body["ids"].as_array().unwrap();
    assert_eq!(ids.len(), 10_000);
    let last = app.get(&format!("/api/v1/tasks/{}", ids[9_999].as_str().unwrap())).await;
    assert_eq!(last.body["kwargs"]["a"], 9_999);
}

#[tokio::test]
async fn one_wrong_task_refuses_the_batch_and_is_pointed_at() {
    let app = TestApp::start().await;
    let good = json!({"task": "math.add", "args": [1, 2]});
    for (bad, code, pointer) in [
        (json!({"task": "math.add", "args": [1, "x"]}), "invalid_arguments", "/tasks/1/kwargs/b"),
        (json!({"task": "math.ad"}), "unknown_task", "/tasks/1/task"),
        (json!({"task": "math.add", "args": [1, 2], "priority": 10}), "invalid_body", "/tasks/1/priority"),
        (json!({"task": "math.add", "x": 1}), "invalid_body", "/tasks/1"),
        (json!(5), "invalid_body", "/tasks/1"),
    ] {
        let answer = app.post("/api/v1/tasks/batch", &batch(vec![good.clone(), bad])).await;
        answer.assert_problem(422, code);
        assert!(answer.pointers().contains(&pointer), "{:#}", answer.body);
    }
    assert_eq!(app.get("/api/v1/tasks").await.body["data"], json!([]));
}

#[tokio::test]
async fn empty_and_oversized_batches_are_refused() {
    let app = TestApp::start().await;
    let small = json!({"task": "math.add", "args": [1, 2]});
    for body in [batch(vec![]), batch(vec![small; 10_001]), json!({}), json!([])] {
        app.post("/api/v1/tasks/batch", &body).await.assert_problem(422, "invalid_body");
    }
}

use poem::http::StatusCode;
use serde_json::json;

use crate::harness::{Answer, TestApp};

async fn enqueue(app: &TestApp, prefer: &str) -> Answer {
    let body = json!({"task": "math.add", "args": [1, 2]});
    Answer::of(app.client.post("/api/v1/tasks").header("Prefer", prefer).body_json(&body).send().await).await
}

/// Runs the first task that comes.
async fn work(app: &TestApp) {
    loop {
        let list = app.get("/api/v1/tasks?state=queued").await;
        if let Some(id) = list.body["data"][0]["id"].as_str() {
            return app.succeed(id.parse().unwrap()).await;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_wait_ends_with_the_task() {
    let app = TestApp::start().await;
    let (answer, ()) = tokio::join!(enqueue(&app, "wait=60"), work(&app));
    assert_eq!(answer.status, StatusCode::CREATED, "{:#}", answer.body);
    assert_eq!(answer.header("preference-applied"), "wait=60");
    assert_eq!((&answer.body["state"], &answer.body["result"]), (&json!("succeeded"), &json!(3)));
}

#[tokio::test]
async fn a_wait_that_is_over_is_answered_with_where_the_task_stands() {
    let app = TestApp::start().await;
    let answer = enqueue(&app, "wait=0").await;
    assert_eq!((answer.status, &answer.body["state"]), (StatusCode::ACCEPTED, &json!("queued")));
    assert_eq!((answer.header("preference-applied"), answer.header("retry-after")), ("wait=0", "1"));
    assert!(answer.header("location").ends_with(&answer.id().to_string()));
}

#[tokio::test]
async fn preferences_that_make_no_sense_are_ignored() {
    let app = TestApp::start().await;
    for prefer in ["wait=soon", "respond-async", "wait=-1"] {
        let answer = enqueue(&app, prefer).await;
        assert_eq!(answer.status, StatusCode::CREATED);
        assert!(!answer.headers.contains_key("preference-applied"));
    }
}

#[tokio::test]
async fn a_shutdown_ends_the_wait() {
    let app = TestApp::start().await;
    let (answer, ()) = tokio::join!(enqueue(&app, "wait=60"), async {
        while app.get("/api/v1/tasks").await.body["data"][0].is_null() {
            tokio::task::yield_now().await;
        }
        app.shutdown.cancel();
    });
    assert_eq!(answer.status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn a_result_can_be_waited_for() {
    let app = TestApp::start().await;
    let id = app.add().await;
    let path = format!("/api/v1/tasks/{id}/result");
    let pending = app.get(&path).await;
    assert_eq!((&pending.body["ready"], &pending.body["state"]), (&json!(false), &json!("queued")));
    let waiting = async { Answer::of(app.client.get(&path).header("Prefer", "wait=60").send().await).await };
    let (answer, ()) = tokio::join!(waiting, app.succeed(id));
    assert_eq!((&answer.body["ready"], &answer.body["result"]), (&json!(true), &json!(3)));
    assert_eq!(answer.header("preference-applied"), "wait=60");
}

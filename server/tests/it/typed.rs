use poem::http::{Method, StatusCode};
use ruche_server::ServerOptions;
use serde_json::json;

use crate::harness::{Answer, TestApp, UNKNOWN_ID};

#[tokio::test]
async fn the_body_is_the_arguments_and_the_query_the_options() {
    let app = TestApp::start().await;
    let path = "/api/v1/tasks/http.request?queue=hooks&priority=9&countdown_ms=1000&max_attempts=2&timeout_ms=50";
    let answer = app.post(path, &json!({"url": "https://example.com/"})).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{:#}", answer.body);
    let task = &answer.body;
    assert_eq!((&task["task"], &task["queue"], &task["priority"]), (&json!("http.request"), &json!("hooks"), &json!(9)));
    assert_eq!((&task["state"], &task["max_attempts"], &task["timeout_ms"]), (&json!("scheduled"), &json!(2), &json!(50)));
    assert_eq!(task["kwargs"], json!({"url": "https://example.com/"}));
}

#[tokio::test]
async fn wrong_arguments_are_pointed_at_in_the_body() {
    let app = TestApp::start().await;
    let answer = app.post("/api/v1/tasks/http.request", &json!({"url": 5})).await;
    answer.assert_problem(422, "invalid_arguments");
    assert_eq!(answer.pointers(), ["/url"]);
    for not_an_object in [json!([]), json!(null), json!("x")] {
        let answer = app.post("/api/v1/tasks/http.request", &not_an_object).await;
        answer.assert_problem(422, "invalid_body");
        assert_eq!(answer.pointers(), [""]);
    }
}

#[tokio::test]
async fn options_out_of_bounds_are_refused() {
    let app = TestApp::start().await;
    for query in [
        "priority=10",
        "priority=-1",
        "priority=x",
        "queue=",
        "queue=a%20b",
        "queue=%00",
        "countdown_ms=-1",
        "max_attempts=0",
        "timeout_ms=0",
        "eta=tomorrow",
        "eta=%2B262142-12-31T00:00:00Z",
        "priorty=1",
        "priority=1&priority=2",
    ] {
        let answer = app.post(&format!("/api/v1/tasks/http.request?{query}"), &json!({"url": "https://example.com/"})).await;
        answer.assert_problem(400, "invalid_parameter");
    }
}

#[tokio::test]
async fn a_countdown_and_an_eta_exclude_each_other() {
    let app = TestApp::start().await;
    let path = "/api/v1/tasks/http.request?eta=2030-01-01T00:00:00Z&countdown_ms=1";
    app.post(path, &json!({"url": "https://example.com/"})).await.assert_problem(422, "conflicting_parameters");
}

#[tokio::test]
async fn a_name_nobody_registered_is_not_found() {
    let app = TestApp::start().await;
    app.post("/api/v1/tasks/http.reqest", &json!({})).await.assert_problem(404, "definition_not_found");
    for bad in ["a%20b", "%00", "%FF", "%E2%82%AC"] {
        app.post(&format!("/api/v1/tasks/{bad}"), &json!({})).await.assert_problem(400, "invalid_parameter");
    }
    let open = TestApp::with(ServerOptions { accept_unregistered_tasks: true, ..ServerOptions::default() }).await;
    let answer = open.post("/api/v1/tasks/proj%2Ftasks.add", &json!({"x": 1})).await;
    assert_eq!((answer.status, &answer.body["task"]), (StatusCode::CREATED, &json!("proj/tasks.add")));
}

#[tokio::test]
async fn ids_are_read_and_names_are_enqueued() {
    let app = TestApp::start().await;
    let post = app.post(&format!("/api/v1/tasks/{UNKNOWN_ID}"), &json!({})).await;
    assert_eq!(post.assert_problem(405, "method_not_allowed").header("allow"), "GET, HEAD");
    for method in [Method::GET, Method::DELETE, Method::TRACE] {
        let answer = Answer::of(app.request(method, "/api/v1/tasks/http.request?priority=1").send().await).await;
        assert_eq!(answer.assert_problem(405, "method_not_allowed").header("allow"), "POST");
    }
}

use poem::http::{Method, StatusCode};
use ruche_server::{ApiKey, ServerOptions};
use serde_json::json;

use crate::harness::{Answer, TestApp};

#[tokio::test]
async fn what_is_not_served_is_a_problem() {
    let app = TestApp::start().await;
    for path in ["/nowhere", "/api/v1", "/api/v1/tasks/", "/api/v2/tasks", "/api/v1/%00", "/problems/none", "//"] {
        app.get(path).await.assert_problem(404, "not_found");
    }
    app.get(&format!("/api/v1/tasks?cursor={}", "x".repeat(9_000))).await.assert_problem(414, "uri_too_long");
    let request = app.client.get("/livez").header("x-long", "x".repeat(40_000));
    Answer::of(request.send().await).await.assert_problem(431, "headers_too_large");
}

#[tokio::test]
async fn other_methods_are_refused_and_those_allowed_told() {
    let app = TestApp::start().await;
    for (path, allow) in
        [("/api/v1/tasks", "GET, POST, HEAD"), ("/api/v1/tasks/batch", "POST"), ("/livez", "GET, HEAD"), ("/docs", "GET, HEAD")]
    {
        for method in
            [Method::PUT, Method::DELETE, Method::PATCH, Method::TRACE, Method::OPTIONS, Method::from_bytes(b"BREW").unwrap()]
        {
            let answer = Answer::of(app.request(method, path).send().await).await;
            assert_eq!(answer.assert_problem(405, "method_not_allowed").header("allow"), allow);
        }
    }
    let head = Answer::of(app.request(Method::HEAD, "/api/v1/tasks").send().await).await;
    assert_eq!((head.status, head.body), (StatusCode::OK, json!("")));
}

#[tokio::test]
async fn the_api_asks_for_its_key_and_the_rest_is_open() {
    let app = TestApp::with(ServerOptions { api_key: Some(ApiKey::from("s3cret".to_owned())), ..ServerOptions::default() }).await;
    let get = |authorization: &'static str| {
        let request = app.client.get("/api/v1/tasks").header("Authorization", authorization);
        async { Answer::of(request.send().await).await }
    };
    for wrong in ["", "Bearer", "Bearer ", "Bearer s3cre", "Bearer s3crett", "Basic s3cret", "s3cret"] {
        let answer = get(wrong).await;
        assert!(answer.assert_problem(401, "unauthorized").header("www-authenticate").starts_with("Bearer"));
    }
    app.get("/api/v1/tasks").await.assert_problem(401, "unauthorized");
    app.get("/api/v1/nowhere").await.assert_problem(401, "unauthorized");
    for right in ["Bearer s3cret", "bearer s3cret"] {
        assert_eq!(get(right).await.status, StatusCode::OK);
    }
    for path in ["/livez", "/readyz", "/metrics", "/docs", "/openapi.json", "/problems/unauthorized"] {
        assert_eq!(app.get(path).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn a_request_has_one_id() {
    let app = TestApp::start().await;
    for (given, taken) in [("abc-1.2_3", true), ("a b", false), (&*"x".repeat(65), false)] {
        let answer = Answer::of(app.client.get("/nowhere").header("X-Request-Id", given).send().await).await;
        assert_eq!(answer.assert_problem(404, "not_found").header("x-request-id") == given, taken);
    }
    assert_ne!(app.get("/livez").await.header("x-request-id"), app.get("/livez").await.header("x-request-id"));
}

#[tokio::test]
async fn every_kind_of_problem_is_explained_where_its_type_says() {
    let app = TestApp::start().await;
    let problem = app.get("/nowhere").await;
    let explained = app.get(problem.body["type"].as_str().unwrap()).await;
    assert_eq!(explained.status, StatusCode::OK);
    assert!(explained.body.as_str().unwrap().contains("404"));
}

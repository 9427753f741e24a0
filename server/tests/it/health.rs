use poem::http::StatusCode;
use serde_json::json;

use crate::harness::TestApp;

#[tokio::test]
async fn a_server_that_has_what_it_needs_is_ready() {
    let app = TestApp::start().await;
    for path in ["/livez", "/readyz"] {
        let answer = app.get(path).await;
        assert_eq!((answer.status, answer.body), (StatusCode::OK, json!("ok\n")));
    }
}

#[tokio::test]
async fn a_server_without_its_broker_is_alive_and_says_what_it_misses() {
    let app = TestApp::start().await;
    app.broker.close().await;
    assert_eq!(app.get("/livez").await.status, StatusCode::OK);
    let answer = app.get("/readyz").await;
    answer.assert_problem(503, "not_ready");
    assert_eq!(answer.body["errors"][0]["code"], "broker");
}

#[tokio::test]
async fn metrics_tell_routes_and_never_paths() {
    let app = TestApp::start().await;
    let id = app.add().await;
    app.get(&format!("/api/v1/tasks/{id}")).await;
    app.get("/nowhere/s3cret").await;
    let answer = app.get("/metrics").await;
    assert!(answer.header("content-type").starts_with("text/plain"));
    let text = answer.body.as_str().unwrap();
    for line in [
        r#"ruche_http_requests_total{method="POST",route="/api/v1/tasks",status="201"} 1"#,
        r#"ruche_http_requests_total{method="GET",route="/api/v1/tasks/{id}",status="200"} 1"#,
        r#"ruche_http_requests_total{method="GET",route="unmatched",status="404"} 1"#,
        r#"ruche_tasks_enqueued_total{queue="math",source="api",task="math.add"} 1"#,
        "ruche_sse_clients 0",
        "ruche_http_request_duration_seconds_bucket{",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    assert!(!text.contains("s3cret") && !text.contains(&id.to_string()));
}

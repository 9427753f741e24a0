use poem::http::StatusCode;
use ruche_server::{ApiKey, ServerOptions};
use serde_json::{Value, json};

use crate::harness::{Answer, TestApp};

fn without_security(mut document: Value) -> Value {
    for (_, item) in document["paths"].as_object_mut().unwrap() {
        for (_, operation) in item.as_object_mut().unwrap() {
            operation.as_object_mut().unwrap().remove("security");
        }
    }
    document
}

#[tokio::test]
async fn the_document_served_is_the_one_printed() {
    let app = TestApp::with(ServerOptions { api_key: Some(ApiKey::from("k".to_owned())), ..ServerOptions::default() }).await;
    let definitions = app.store.definitions().await.unwrap();
    let printed: Value = serde_json::from_str(&ruche_server::openapi(&definitions)).unwrap();
    let served = app.get("/openapi.json").await;
    assert_eq!(served.body, printed);
    assert_eq!(TestApp::start().await.get("/openapi.json").await.body, without_security(printed));
    let request = app.client.get("/openapi.json").header("If-None-Match", served.header("etag"));
    assert_eq!(Answer::of(request.send().await).await.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn the_documents_own_examples_are_accepted() {
    let app = TestApp::start().await;
    let document = app.get("/openapi.json").await.body;
    let ended = app.post("/api/v1/tasks", &json!({"task": "http.request", "kwargs": {"url": "https://example.com/"}})).await.id();
    app.post_empty(&format!("/api/v1/tasks/{ended}/cancel")).await;
    let mut tried = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let example = &item["post"]["requestBody"]["content"]["application/json"]["example"];
        // The example of a login is of a key that nobody has; other paths with a parameter need something that is there.
        if example.is_null()
            || path == "/api/v1/session"
            || path.contains("/schedules/") && path.contains('{')
            || path.contains("/webhooks/")
        {
            continue;
        }
        let answer = app.post(&path.replace("{id}", &ended.to_string()), example).await;
        let expected = match path.as_str() {
            "/api/v1/operations" => StatusCode::ACCEPTED,
            "/api/v1/tasks/{id}/retry" | "/api/v1/schedules/preview" => StatusCode::OK,
            _ => StatusCode::CREATED,
        };
        assert_eq!(answer.status, expected, "{path}: {:#}", answer.body);
        tried += 1;
    }
    assert_eq!(tried, 11);
}

#[tokio::test]
async fn swagger_ui_is_embedded_and_allowed_nothing_else() {
    let app = TestApp::start().await;
    let home = app.get("/").await;
    assert_eq!((home.status, home.header("location")), (StatusCode::TEMPORARY_REDIRECT, "/docs"));
    let page = app.get("/docs").await;
    let html = page.body.as_str().unwrap();
    let policy = page.header("content-security-policy");
    assert!(policy.contains("script-src 'self';") && !html.contains("http://") && !html.contains("https://"), "{policy}");
    for file in ["/docs/swagger-ui.css", "/docs/swagger-ui.js", "/docs/init.js"] {
        assert!(html.contains(file));
        assert_eq!(app.get(file).await.status, StatusCode::OK);
    }
}

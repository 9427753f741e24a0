//! Every operation of the document with every role, and with none.

use poem::http::{Method, StatusCode};
use ruche_domain::Role;
use serde_json::{Value, json};

use crate::{
    access::{CONFIGURED, ask, closed, key},
    harness::{Answer, TestApp, UNKNOWN_ID},
};

/// Method, path with its parameters filled in, and the role the document names.
fn operations(document: &Value) -> Vec<(Method, String, Option<Role>)> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let role = operation["x-ruche-role"].as_str().map(|role| role.parse().unwrap());
            assert_eq!(role.is_some(), !operation["security"].is_null(), "{method} {path}");
            if let Some(role) = role {
                let told = format!("Needs the role `{role}`.");
                assert!(operation["description"].as_str().unwrap().ends_with(&told), "{method} {path}");
            }
            let path = path.replace("{id}", UNKNOWN_ID).replace("{name}", "default").replace("{fingerprint}", "00112233445566ff");
            assert!(!path.contains('{'), "{path}");
            operations.push((method.to_uppercase().parse().unwrap(), path, role));
        }
    }
    operations
}

async fn status(app: &TestApp, method: &Method, path: &str, token: Option<&str>) -> StatusCode {
    let mut request = app.request(method.clone(), path);
    if let Some(token) = token {
        request = request.header("Authorization", format!("Bearer {token}"));
    }
    // The body is not read: a stream of events has no end.
    request.send().await.0.status()
}

#[tokio::test]
async fn every_operation_lets_in_whom_the_document_says() {
    let app = closed().await;
    let document = app.get("/openapi.json").await.body;
    let operations = operations(&document);
    assert!(operations.len() > 25);
    let mut keys = Vec::new();
    for role in Role::ALL {
        keys.push((role, key(&app, role.as_str()).await.0));
    }
    keys.push((Role::Admin, CONFIGURED.to_owned()));
    for (method, path, needed) in operations {
        let stranger = status(&app, &method, &path, None).await;
        assert_eq!(stranger == StatusCode::UNAUTHORIZED, needed.is_some(), "{method} {path} without a key: {stranger}");
        for (role, token) in &keys {
            let status = status(&app, &method, &path, Some(token)).await;
            let expected = needed.is_some_and(|needed| !role.covers(needed));
            assert_eq!(status == StatusCode::FORBIDDEN, expected, "{method} {path} as {role}: {status}");
            assert_ne!(status, StatusCode::UNAUTHORIZED, "{method} {path} as {role}");
            let served = ![StatusCode::INTERNAL_SERVER_ERROR, StatusCode::METHOD_NOT_ALLOWED].contains(&status);
            assert!(served, "{method} {path} as {role}: {status}");
        }
    }
}

#[tokio::test]
async fn a_refusal_names_both_roles_and_changes_nothing() {
    let app = closed().await;
    let viewer = key(&app, "viewer").await.0;
    let task = json!({"task": "math.add", "kwargs": {"a": 1, "b": 2}});
    let refused = ask(&app, Method::POST, "/api/v1/tasks", &viewer, Some(&task)).await;
    refused.assert_problem(403, "forbidden");
    assert_eq!(refused.body["detail"], "this needs the role operator; viewer@test has the role viewer");
    let accepted = ask(&app, Method::POST, "/api/v1/tasks", CONFIGURED, Some(&task)).await;
    let cancel = format!("/api/v1/tasks/{}/cancel", accepted.id());
    ask(&app, Method::POST, &cancel, &viewer, None).await.assert_problem(403, "forbidden");
    let tasks = ask(&app, Method::GET, "/api/v1/tasks", &viewer, None).await;
    assert_eq!(tasks.body["data"].as_array().unwrap().len(), 1);
    assert_eq!(tasks.body["data"][0]["state"], "queued");
}

#[tokio::test]
async fn a_head_request_needs_what_its_get_needs() {
    let app = closed().await;
    let operator = key(&app, "operator").await.0;
    assert_eq!(status(&app, &Method::HEAD, "/api/v1/tasks", Some(&operator)).await, StatusCode::OK);
    assert_eq!(status(&app, &Method::HEAD, "/api/v1/keys", Some(&operator)).await, StatusCode::FORBIDDEN);
    assert_eq!(status(&app, &Method::HEAD, "/api/v1/keys", None).await, StatusCode::UNAUTHORIZED);
    // What is not served is told only to callers that are known.
    assert_eq!(status(&app, &Method::PATCH, "/api/v1/keys", None).await, StatusCode::UNAUTHORIZED);
    assert_eq!(status(&app, &Method::PATCH, "/api/v1/keys", Some(&operator)).await, StatusCode::METHOD_NOT_ALLOWED);
    Answer::of(app.client.get("/api/v1/keys//").send().await).await.assert_problem(401, "unauthorized");
}

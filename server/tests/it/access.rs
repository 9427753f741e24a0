//! API keys: made, shown once, listed, expired, revoked, and everything that is none.

use std::time::Duration;

use chrono::TimeDelta;
use poem::http::{Method, StatusCode};
use ruche_domain::Clock;
use ruche_server::{ApiKey, ServerOptions};
use serde_json::{Value, json};

use crate::harness::{Answer, TestApp};

pub const CONFIGURED: &str = "0123456789abcdef";

/// A server with a configured key.
pub async fn closed() -> TestApp {
    TestApp::with(ServerOptions { api_key: Some(ApiKey::from(CONFIGURED.to_owned())), ..ServerOptions::default() }).await
}

pub async fn ask(app: &TestApp, method: Method, path: &str, token: &str, body: Option<&Value>) -> Answer {
    let mut request = app.request(method, path).header("Authorization", format!("Bearer {token}"));
    if let Some(body) = body {
        request = request.body_json(body);
    }
    Answer::of(request.send().await).await
}

pub async fn get_as(app: &TestApp, path: &str, token: &str) -> Answer {
    ask(app, Method::GET, path, token, None).await
}

/// Makes a key with the configured one; its secret and its id.
pub async fn key(app: &TestApp, role: &str) -> (String, String) {
    let body = json!({"name": format!("{role}@test"), "role": role});
    let answer = ask(app, Method::POST, "/api/v1/keys", CONFIGURED, Some(&body)).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{:#}", answer.body);
    let id = answer.body["key"]["id"].as_str().unwrap().to_owned();
    assert_eq!(answer.header("location"), format!("/api/v1/keys/{id}"));
    (answer.body["secret"].as_str().unwrap().to_owned(), id)
}

/// Asks again and again until the answer is yes: what is noted is written after the answer.
async fn until(yes: impl AsyncFn() -> bool) {
    let asking = async {
        while !yes().await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), asking).await.expect("it is written in the end");
}

#[tokio::test]
async fn a_key_s_secret_is_shown_once_and_kept_nowhere() {
    let app = closed().await;
    let (secret, id) = key(&app, "operator").await;
    assert!(secret.starts_with("rk_") && secret.len() == 100);
    let shown = get_as(&app, &format!("/api/v1/keys/{id}"), CONFIGURED).await;
    assert_eq!(shown.body["name"], "operator@test");
    assert_eq!((&shown.body["role"], &shown.body["created_by"]), (&json!("operator"), &json!("configured")));
    assert_eq!(shown.body["last_used_at"], Value::Null);
    let listed = get_as(&app, "/api/v1/keys", CONFIGURED).await;
    for text in [shown.body.to_string(), listed.body.to_string()] {
        assert!(!text.contains(&secret[36..]), "{text}");
    }
    let (_, digest) = app.store.key(id.parse().unwrap()).await.unwrap().unwrap();
    assert!(!secret.contains(&digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>()));
    assert_eq!(get_as(&app, "/api/v1/tasks", &secret).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_no_key_is_refused() {
    let app = closed().await;
    let (secret, id) = key(&app, "admin").await;
    let other = key(&app, "admin").await.0;
    let mixed = format!("{}{}", &secret[..36], &other[36..]);
    let session = secret.replacen("rk_", "rs_", 1);
    for bad in [
        "",
        "rk_",
        "rk__",
        &secret[1..],
        &secret[..99],
        &format!("{secret}0"),
        &secret.to_uppercase(),
        &mixed,
        &session,
        &id,
        &format!("rk_{}_{}", "0".repeat(32), "0".repeat(64)),
        &"x".repeat(20_000),
        &format!("{secret} {secret}"),
        "%00",
        "' or 1=1 --",
    ] {
        get_as(&app, "/api/v1/tasks", bad).await.assert_problem(401, "unauthorized");
    }
    let list = app.client.get("/api/v1/tasks").header("Authorization", format!("Bearer {secret}, Bearer {secret}"));
    Answer::of(list.send().await).await.assert_problem(401, "unauthorized");
    let huge = app.client.get("/api/v1/tasks").header("Authorization", format!("Bearer {}", "x".repeat(40_000)));
    Answer::of(huge.send().await).await.assert_problem(431, "headers_too_large");
    let raw =
        app.client.get("/api/v1/tasks").header("Authorization", poem::http::HeaderValue::from_bytes(b"Bearer \xff").unwrap());
    Answer::of(raw.send().await).await.assert_problem(401, "unauthorized");
}

#[tokio::test]
async fn a_revoked_key_is_refused_at_once() {
    let app = closed().await;
    let (secret, id) = key(&app, "viewer").await;
    assert_eq!(get_as(&app, "/api/v1/tasks", &secret).await.status, StatusCode::OK);
    let path = format!("/api/v1/keys/{id}");
    for _ in 0..2 {
        let revoked = ask(&app, Method::DELETE, &path, CONFIGURED, None).await;
        assert_eq!((revoked.status, revoked.body), (StatusCode::NO_CONTENT, json!("")));
        get_as(&app, "/api/v1/tasks", &secret).await.assert_problem(401, "unauthorized");
    }
    assert!(!get_as(&app, &path, CONFIGURED).await.body["revoked_at"].is_null());
    let unknown = "/api/v1/keys/01890a5d-ac96-774b-bcce-b302099a8057";
    ask(&app, Method::DELETE, unknown, CONFIGURED, None).await.assert_problem(404, "key_not_found");
    get_as(&app, unknown, CONFIGURED).await.assert_problem(404, "key_not_found");
    for bad in ["x", "01890a5dac96774bbcceb302099a8057", "%00"] {
        let path = format!("/api/v1/keys/{bad}");
        ask(&app, Method::DELETE, &path, CONFIGURED, None).await.assert_problem(400, "invalid_parameter");
    }
}

#[tokio::test]
async fn a_key_revoked_elsewhere_works_for_five_seconds_at_most() {
    let app = closed().await;
    let (secret, id) = key(&app, "viewer").await;
    assert_eq!(get_as(&app, "/api/v1/tasks", &secret).await.status, StatusCode::OK);
    app.store.revoke_key(id.parse().unwrap(), app.clock.now()).await.unwrap();
    assert_eq!(get_as(&app, "/api/v1/tasks", &secret).await.status, StatusCode::OK, "believed");
    app.clock.advance(Duration::from_secs(5));
    get_as(&app, "/api/v1/tasks", &secret).await.assert_problem(401, "unauthorized");
}

#[tokio::test]
async fn an_expired_key_is_refused() {
    let app = closed().await;
    let at = app.clock.now() + TimeDelta::seconds(3);
    let body = json!({"name": "short", "role": "viewer", "expires_at": at.to_rfc3339()});
    let secret = ask(&app, Method::POST, "/api/v1/keys", CONFIGURED, Some(&body)).await.body["secret"].take();
    let secret = secret.as_str().unwrap();
    app.clock.advance(Duration::from_millis(2_999));
    assert_eq!(get_as(&app, "/api/v1/tasks", secret).await.status, StatusCode::OK);
    app.clock.advance(Duration::from_millis(1));
    get_as(&app, "/api/v1/tasks", secret).await.assert_problem(401, "unauthorized");
}

#[tokio::test]
async fn keys_that_make_no_sense_are_not_made() {
    let app = closed().await;
    let (past, far) = (app.clock.now(), app.clock.now() + TimeDelta::days(3_661));
    for (body, pointer) in [
        (json!({"name": "", "role": "viewer"}), "/name"),
        (json!({"name": "a b", "role": "viewer"}), "/name"),
        (json!({"name": "x".repeat(101), "role": "viewer"}), "/name"),
        (json!({"name": "configured", "role": "viewer"}), "/name"),
        (json!({"name": "anonymous", "role": "viewer"}), "/name"),
        (json!({"name": "command-line", "role": "viewer"}), "/name"),
        (json!({"name": "a", "role": "root"}), "/role"),
        (json!({"name": "a", "role": "viewer", "expires_at": past.to_rfc3339()}), "/expires_at"),
        (json!({"name": "a", "role": "viewer", "expires_at": far.to_rfc3339()}), "/expires_at"),
    ] {
        let answer = ask(&app, Method::POST, "/api/v1/keys", CONFIGURED, Some(&body)).await;
        assert_eq!(answer.assert_problem(422, "invalid_body").pointers(), [pointer], "{body}");
    }
    for body in [json!({"name": "a"}), json!({"name": "a", "role": "viewer", "admin": true}), json!([])] {
        ask(&app, Method::POST, "/api/v1/keys", CONFIGURED, Some(&body)).await.assert_problem(422, "invalid_body");
    }
    assert_eq!(get_as(&app, "/api/v1/keys", CONFIGURED).await.body["data"], json!([]));
}

#[tokio::test]
async fn keys_are_paged() {
    let app = closed().await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.insert(0, key(&app, "viewer").await.1);
        app.clock.advance(Duration::from_millis(1));
    }
    let (mut path, mut seen) = ("/api/v1/keys?limit=2".to_owned(), Vec::new());
    loop {
        let page = get_as(&app, &path, CONFIGURED).await;
        assert_eq!(page.status, StatusCode::OK, "{:#}", page.body);
        seen.extend(page.body["data"].as_array().unwrap().iter().map(|key| key["id"].as_str().unwrap().to_owned()));
        if !page.body["has_more"].as_bool().unwrap() {
            break;
        }
        let link = page.header("link");
        path = link[1..link.find('>').unwrap()].to_owned();
        assert!(path.starts_with("/api/v1/keys?limit=2&cursor="), "{path}");
    }
    assert_eq!(seen, made);
    for bad in ["limit=0", "limit=201", "cursor=", "name=x"] {
        get_as(&app, &format!("/api/v1/keys?{bad}"), CONFIGURED).await.assert_problem(400, "invalid_parameter");
    }
    get_as(&app, "/api/v1/keys?cursor=abc", CONFIGURED).await.assert_problem(422, "invalid_cursor");
}

#[tokio::test]
async fn a_key_s_use_is_noted_to_the_minute() {
    let app = closed().await;
    let (secret, id) = key(&app, "viewer").await;
    let used = async || app.store.key(id.parse().unwrap()).await.unwrap().unwrap().0.last_used_at;
    let first = app.clock.now();
    get_as(&app, "/api/v1/tasks", &secret).await;
    until(async || used().await == Some(first)).await;
    app.clock.advance(Duration::from_secs(30));
    get_as(&app, "/api/v1/tasks", &secret).await;
    app.clock.advance(Duration::from_secs(30));
    let second = app.clock.now();
    get_as(&app, "/api/v1/tasks", &secret).await;
    until(async || used().await != Some(first)).await;
    assert_eq!(used().await, Some(second));
}

#[tokio::test]
async fn a_server_without_a_key_is_open_and_takes_keys_at_their_word() {
    let app = TestApp::start().await;
    assert_eq!(app.get("/api/v1/session").await.body["name"], "anonymous");
    let made = app.post("/api/v1/keys", &json!({"name": "v", "role": "viewer"})).await;
    let secret = made.body["secret"].as_str().unwrap();
    assert_eq!(made.body["key"]["created_by"], "anonymous");
    assert_eq!(get_as(&app, "/api/v1/session", secret).await.body["role"], "viewer");
    get_as(&app, "/api/v1/keys", secret).await.assert_problem(403, "forbidden");
    let wrong = format!("{}0", &secret[..99]);
    if wrong != secret {
        get_as(&app, "/api/v1/tasks", &wrong).await.assert_problem(401, "unauthorized");
    }
    assert_eq!(get_as(&app, "/api/v1/tasks", "whatever").await.status, StatusCode::OK, "as before");
}

#[tokio::test]
async fn a_server_may_ask_for_keys_of_the_database_alone() {
    let app = TestApp::with(ServerOptions { require_key: true, ..ServerOptions::default() }).await;
    app.get("/api/v1/tasks").await.assert_problem(401, "unauthorized");
    get_as(&app, "/api/v1/tasks", "").await.assert_problem(401, "unauthorized");
    let (name, role) = ("first".parse().unwrap(), ruche_domain::Role::Admin);
    let issued = ruche_server::access::issue_from_command_line(&*app.store, &*app.clock, name, role, None).await.unwrap();
    let secret = issued.token.reveal();
    assert_eq!(get_as(&app, "/api/v1/session", &secret).await.body["name"], "first");
    let log = get_as(&app, "/api/v1/audit", &secret).await;
    assert_eq!((&log.body["data"][0]["actor"], &log.body["data"][0]["action"]), (&json!("command-line"), &json!("createKey")));
}

//! Browsers: logging in and out, what their cookie does, and what other sites' pages cannot do with it.

use std::time::Duration;

use poem::http::{Method, StatusCode};
use ruche_server::{ApiKey, ServerOptions};
use serde_json::{Value, json};

use crate::{
    access::{CONFIGURED, ask, closed, get_as, key},
    harness::{Answer, TestApp},
};

/// Logs in; the answer and the token.
async fn log_in(app: &TestApp, key: &str, cookie: Option<&str>) -> (Answer, String) {
    let mut request = app.request(Method::POST, "/api/v1/session").body_json(&json!({"key": key}));
    if let Some(cookie) = cookie {
        request = request.header("Cookie", format!("ruche_session={cookie}")).header("Sec-Fetch-Site", "same-origin");
    }
    let answer = Answer::of(request.send().await).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{:#}", answer.body);
    let cookie = answer.header("set-cookie");
    let token = cookie.strip_prefix("ruche_session=").unwrap().split(';').next().unwrap().to_owned();
    assert_eq!(cookie, format!("ruche_session={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200"));
    (answer, token)
}

/// Asks as a browser does.
async fn browse(app: &TestApp, method: Method, path: &str, cookie: &str, site: Option<&str>) -> Answer {
    let mut request = app.request(method, path).header("Cookie", cookie).header("Host", "ruche.example");
    if let Some(site) = site {
        request = request.header("Sec-Fetch-Site", site);
    }
    Answer::of(request.send().await).await
}

async fn who(app: &TestApp, token: &str) -> Answer {
    browse(app, Method::GET, "/api/v1/session", &format!("a=b; ruche_session={token}"), Some("same-origin")).await
}

#[tokio::test]
async fn a_browser_logs_in_acts_and_logs_out() {
    let app = closed().await;
    let (secret, id) = key(&app, "operator").await;
    let (answer, token) = log_in(&app, &secret, None).await;
    assert_eq!(answer.body["credential"], "session");
    assert_eq!((&answer.body["name"], &answer.body["key_id"]), (&json!("operator@test"), &json!(id)));
    assert!(!answer.body.to_string().contains(&token) && token.starts_with("rs_"));
    assert_eq!(who(&app, &token).await.body, answer.body);
    let cookie = format!("ruche_session={token}");
    let stream = app.client.get("/api/v1/events").header("Cookie", &cookie).send().await;
    assert_eq!(stream.0.status(), StatusCode::OK, "events come to cookies too");
    drop(stream);
    let out = browse(&app, Method::DELETE, "/api/v1/session", &cookie, Some("same-origin")).await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    assert_eq!(out.header("set-cookie"), "ruche_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    who(&app, &token).await.assert_problem(401, "unauthorized");
    let again = browse(&app, Method::DELETE, "/api/v1/session", &cookie, Some("same-origin")).await;
    assert_eq!(again.status, StatusCode::NO_CONTENT, "nothing is left to end");
}

#[tokio::test]
async fn changes_with_a_cookie_come_from_this_site_s_pages() {
    let app = closed().await;
    let (_, token) = log_in(&app, CONFIGURED, None).await;
    let cookie = format!("ruche_session={token}");
    let task = json!({"task": "math.add", "kwargs": {"a": 1, "b": 2}});
    let id = ask(&app, Method::POST, "/api/v1/tasks", CONFIGURED, Some(&task)).await.id();
    let cancel = format!("/api/v1/tasks/{id}/cancel");
    for site in [Some("cross-site"), Some("same-site"), Some("none"), Some(""), None] {
        browse(&app, Method::POST, &cancel, &cookie, site).await.assert_problem(403, "cross_site");
    }
    for origin in ["http://evil.example", "null", "http://ruche.example:81"] {
        let request = app.client.post(&cancel).header("Cookie", &cookie).header("Host", "ruche.example");
        Answer::of(request.header("Origin", origin).send().await).await.assert_problem(403, "cross_site");
    }
    assert_eq!(get_as(&app, &format!("/api/v1/tasks/{id}"), CONFIGURED).await.body["state"], "queued");
    // Reading is for the browser itself to hold back: there is no CORS header that would let another site's page see it.
    let read = browse(&app, Method::GET, "/api/v1/tasks", &cookie, Some("cross-site")).await;
    assert!(read.status == StatusCode::OK && !read.headers.contains_key("access-control-allow-origin"));
    let request = app.client.post(&cancel).header("Cookie", &cookie).header("Host", "ruche.example");
    let by_origin = Answer::of(request.header("Origin", "http://ruche.example").send().await).await;
    assert_eq!(by_origin.status, StatusCode::OK, "plain HTTP has no Sec-Fetch-Site");
    assert_eq!(browse(&app, Method::POST, &cancel, &cookie, Some("same-origin")).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn other_sites_change_nothing_at_an_open_server_and_log_nobody_in() {
    let open = TestApp::start().await;
    let id = open.add().await;
    let cancel = open.client.post(format!("/api/v1/tasks/{id}/cancel")).header("Sec-Fetch-Site", "cross-site");
    Answer::of(cancel.send().await).await.assert_problem(403, "cross_site");
    let app = closed().await;
    let login = app.client.post("/api/v1/session").header("Sec-Fetch-Site", "cross-site").body_json(&json!({"key": CONFIGURED}));
    Answer::of(login.send().await).await.assert_problem(403, "cross_site");
    // A key in the header is nothing a page could make a browser send.
    let request = app.client.post("/api/v1/tasks").header("Authorization", format!("Bearer {CONFIGURED}"));
    let request =
        request.header("Sec-Fetch-Site", "cross-site").body_json(&json!({"task": "math.add", "kwargs": {"a": 1, "b": 2}}));
    assert_eq!(Answer::of(request.send().await).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_session_cannot_be_fixed_before_the_login() {
    let app = closed().await;
    let (secret, _) = key(&app, "viewer").await;
    let (_, attacker) = log_in(&app, &secret, None).await;
    let made_up = format!("rs_{}_{}", "0".repeat(32), "1".repeat(64));
    let (_, first) = log_in(&app, CONFIGURED, Some(&made_up)).await;
    assert_ne!(first, made_up);
    who(&app, &made_up).await.assert_problem(401, "unauthorized");
    let (_, second) = log_in(&app, CONFIGURED, Some(&attacker)).await;
    assert_ne!(second, attacker);
    who(&app, &attacker).await.assert_problem(401, "unauthorized");
    assert_eq!(who(&app, &second).await.body["name"], "configured");
}

#[tokio::test]
async fn tossed_and_broken_cookies_are_nobody_s() {
    let app = closed().await;
    let (secret, _) = key(&app, "viewer").await;
    let (_, mine) = log_in(&app, CONFIGURED, None).await;
    let (_, theirs) = log_in(&app, &secret, None).await;
    let secure = format!("__Host-ruche={mine}");
    for cookie in [
        format!("ruche_session={theirs}; ruche_session={mine}"),
        format!("ruche_session={mine}; ruche_session={mine}"),
        format!("ruche_session={}", &mine[1..]),
        format!("ruche_session={mine}0"),
        format!("ruche_session={}", mine.to_uppercase()),
        format!("ruche_session=\"{mine}\""),
        format!("ruche_session={}", mine.replacen("rs_", "rk_", 1)),
        format!("ruche_session={secret}"),
        format!("ruche_session={}{}", &mine[..36], &theirs[36..]),
        format!("ruche_session=rs_{}", "é".repeat(20)),
        "ruche_session=".to_owned(),
        "ruche_session".to_owned(),
        // The name for HTTPS, and this is none.
        secure,
        ";=;".to_owned(),
    ] {
        let answer = browse(&app, Method::GET, "/api/v1/session", &cookie, None).await;
        answer.assert_problem(401, "unauthorized");
    }
    // With a header that says who it is the cookie does not count.
    let both = app.client.get("/api/v1/session").header("Cookie", format!("ruche_session={mine}"));
    Answer::of(both.header("Authorization", "Bearer wrong").send().await).await.assert_problem(401, "unauthorized");
    let both = app.client.get("/api/v1/session").header("Cookie", format!("ruche_session={mine}"));
    let both = Answer::of(both.header("Authorization", format!("Bearer {secret}")).send().await).await;
    assert_eq!((&both.body["name"], &both.body["credential"]), (&json!("viewer@test"), &json!("key")));
    // An open server lets a browser with an old cookie in like any other.
    let open = TestApp::start().await;
    assert_eq!(who(&open, &mine).await.body["name"], "anonymous");
}

#[tokio::test]
async fn a_session_ends_with_its_time_its_key_and_the_configured_key() {
    let app = closed().await;
    let (secret, id) = key(&app, "viewer").await;
    let (_, of_key) = log_in(&app, &secret, None).await;
    let (_, configured) = log_in(&app, CONFIGURED, None).await;
    assert_eq!(who(&app, &of_key).await.status, StatusCode::OK);
    ask(&app, Method::DELETE, &format!("/api/v1/keys/{id}"), CONFIGURED, None).await;
    who(&app, &of_key).await.assert_problem(401, "unauthorized");
    app.clock.advance(Duration::from_secs(12 * 3_600 - 1));
    assert_eq!(who(&app, &configured).await.status, StatusCode::OK);
    // Another replica, or this one after a restart, with another key configured.
    let options = ServerOptions { api_key: Some(ApiKey::from("another key, as long".to_owned())), ..ServerOptions::default() };
    let changed = TestApp::over(options, app.store.clone(), app.clock.clone()).await;
    who(&changed, &configured).await.assert_problem(401, "unauthorized");
    let options = ServerOptions { api_key: Some(ApiKey::from(CONFIGURED.to_owned())), ..ServerOptions::default() };
    let same = TestApp::over(options, app.store.clone(), app.clock.clone()).await;
    assert_eq!(who(&same, &configured).await.status, StatusCode::OK);
    app.clock.advance(Duration::from_secs(1));
    who(&app, &configured).await.assert_problem(401, "unauthorized");
}

#[tokio::test]
async fn failed_logins_are_held_back_and_good_ones_are_not() {
    let app = closed().await;
    let try_key = async |key: &str| {
        let request = app.request(Method::POST, "/api/v1/session").body_json(&json!({"key": key}));
        Answer::of(request.send().await).await
    };
    for _ in 0..30 {
        log_in(&app, CONFIGURED, None).await;
    }
    for _ in 0..10 {
        try_key("wrong").await.assert_problem(401, "unauthorized");
    }
    for key in ["wrong", CONFIGURED] {
        let refused = try_key(key).await;
        assert_eq!(refused.assert_problem(429, "too_many_logins").header("retry-after"), "30");
    }
    assert_eq!(get_as(&app, "/api/v1/tasks", CONFIGURED).await.status, StatusCode::OK, "keys in headers are not logins");
    app.clock.advance(Duration::from_secs(30));
    log_in(&app, CONFIGURED, None).await;
}

#[tokio::test]
async fn logins_that_make_no_sense_are_refused() {
    let app = closed().await;
    for body in [json!({}), json!({"key": 1}), json!({"key": "x", "remember": true}), Value::Null] {
        let request = app.request(Method::POST, "/api/v1/session").body_json(&body);
        let answer = Answer::of(request.send().await).await;
        answer.assert_problem(422, "invalid_body");
    }
    let form = app.client.post("/api/v1/session").content_type("text/plain").body(r#"{"key":"x"}"#);
    Answer::of(form.send().await).await.assert_problem(415, "unsupported_media_type");
    let long = app.request(Method::POST, "/api/v1/session").body_json(&json!({"key": "x".repeat(1_001)}));
    let long = Answer::of(long.send().await).await;
    assert_eq!(long.assert_problem(422, "invalid_body").pointers(), ["/key"]);
    // Strangers' bodies are not read far.
    let huge = app.request(Method::POST, "/api/v1/session").body_json(&json!({"key": "x".repeat(20_000)}));
    Answer::of(huge.send().await).await.assert_problem(413, "body_too_large");
    let text = app.get("/metrics").await.body;
    let text = text.as_str().unwrap();
    assert!(text.contains("ruche_logins_total{outcome=\"accepted\"} 0"), "{text}");
}

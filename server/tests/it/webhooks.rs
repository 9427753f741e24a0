use std::{sync::Arc, time::Duration};

use poem::http::{Method, StatusCode};
use ruche_domain::{AttemptOutcome, Role, TaskFailure, TaskId, webhook::DELIVER};
use ruche_server::maintenance::dispatcher::Dispatcher;
use serde_json::{Value, json};

use crate::{
    access::{ask, closed, key},
    harness::{Answer, TestApp, UNKNOWN_ID},
};

const WEBHOOKS: &str = "/api/v1/webhooks";

fn failures(name: &str) -> Value {
    json!({"name": name, "url": "https://example.com/hook?key=1", "events": ["task.failed"]})
}

async fn create(app: &TestApp, body: &Value) -> Answer {
    let answer = app.post(WEBHOOKS, body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{:#}", answer.body);
    answer
}

async fn with_tag(app: &TestApp, method: Method, name: &str, if_match: Option<&str>, body: Option<&Value>) -> Answer {
    let mut request = app.request(method, &format!("{WEBHOOKS}/{name}"));
    if let Some(tag) = if_match {
        request = request.header("If-Match", tag);
    }
    if let Some(body) = body {
        request = request.body_json(body);
    }
    Answer::of(request.send().await).await
}

async fn fail_one(app: &TestApp) -> TaskId {
    let id = app.add().await;
    let attempt = app.claim(id).await;
    app.finish(attempt, AttemptOutcome::Failed { failure: TaskFailure::new("boom", "it went wrong") }).await;
    id
}

fn dispatcher(app: &TestApp) -> Dispatcher {
    Dispatcher::new(app.duties(&prometheus::Registry::new()))
}

#[tokio::test]
async fn a_webhook_is_created_read_replaced_and_deleted() {
    let app = TestApp::start().await;
    let created = create(&app, &failures("billing")).await;
    assert_eq!((created.header("location"), created.header("etag")), ("/api/v1/webhooks/billing", "\"1\""));
    let secret = created.body["secret"].as_str().unwrap();
    assert!(secret.starts_with("whsec_") && secret.len() == 50, "{secret}");
    let read = app.get("/api/v1/webhooks/billing").await;
    assert_eq!((&read.body, read.header("etag")), (&created.body["webhook"], "\"1\""));
    for answer in [&read, &app.get(WEBHOOKS).await] {
        assert!(!answer.body.to_string().contains("whsec_"), "it is shown once");
    }
    app.post(WEBHOOKS, &failures("billing")).await.assert_problem(409, "webhook_exists");

    let wish =
        json!({"url": "http://10.0.0.1/", "events": ["task.expired", "task.retrying"], "queues": ["math"], "include": ["args"]});
    let put = async |tag| with_tag(&app, Method::PUT, "billing", tag, Some(&wish)).await;
    put(None).await.assert_problem(428, "precondition_required");
    put(Some("\"7\"")).await.assert_problem(412, "revision_changed");
    let replaced = put(Some("\"1\"")).await;
    assert_eq!((replaced.status, replaced.header("etag")), (StatusCode::OK, "\"2\""));
    for (field, value) in wish.as_object().unwrap() {
        assert_eq!(replaced.body[field], *value);
    }
    put(Some("\"1\"")).await.assert_problem(412, "revision_changed");
    let delete = async |tag| with_tag(&app, Method::DELETE, "billing", tag, None).await;
    delete(Some("\"1\"")).await.assert_problem(412, "revision_changed");
    assert_eq!(delete(Some("\"2\"")).await.status, StatusCode::NO_CONTENT);
    delete(None).await.assert_problem(404, "webhook_not_found");
    put(Some("*")).await.assert_problem(404, "webhook_not_found");
    for path in ["billing", "billing/deliveries"] {
        app.get(&format!("{WEBHOOKS}/{path}")).await.assert_problem(404, "webhook_not_found");
    }
    for path in ["pause", "resume", "test", "rotate-secret"] {
        app.post_empty(&format!("{WEBHOOKS}/billing/{path}")).await.assert_problem(404, "webhook_not_found");
    }
    let since = json!({"since": "2027-01-01T00:00:00Z"});
    app.post(&format!("{WEBHOOKS}/billing/replay"), &since).await.assert_problem(404, "webhook_not_found");
    let one = format!("{WEBHOOKS}/billing/deliveries/{UNKNOWN_ID}/replay");
    app.post_empty(&one).await.assert_problem(404, "webhook_not_found");
    app.get("/api/v1/webhooks/a%20b").await.assert_problem(400, "invalid_parameter");
}

#[tokio::test]
async fn bad_webhooks_are_refused_with_the_place() {
    let app = TestApp::start().await;
    let with = |key: &str, value: Value| {
        let mut body = failures("w");
        body[key] = value;
        body
    };
    let (long, many) = (format!("https://example.com/{}", "x".repeat(2_048)), vec!["q"; 51]);
    for (body, pointer) in [
        (with("name", json!("a b")), "/name"),
        (with("name", json!("..")), "/name"),
        (with("description", json!("x".repeat(1_001))), "/description"),
        (with("url", json!("")), "/url"),
        (with("url", json!("ftp://example.com/")), "/url"),
        (with("url", json!("https://")), "/url"),
        (with("url", json!("https://user:password@example.com/")), "/url"),
        (with("url", json!("https://example.com/#part")), "/url"),
        (with("url", json!("https://example.com:99999/")), "/url"),
        (with("url", json!("https://[::1/")), "/url"),
        (with("url", json!("https://ex\u{e4}mple.com/")), "/url"),
        (with("url", json!(long)), "/url"),
        (with("events", json!([])), "/events"),
        (with("events", json!(["task.failed", "task.failed"])), "/events"),
        (with("events", json!(["task.started"])), "/events/0"),
        (with("events", json!(["webhook.test"])), "/events/0"),
        (with("queues", json!(["ok", "not ok"])), "/queues/1"),
        (with("queues", json!(many)), "/queues"),
        (with("tasks", json!(["a b"])), "/tasks/0"),
        (with("include", json!(["kwargs", "kwargs"])), "/include"),
        (with("include", json!(["secret"])), "/include"),
        (with("secret", json!("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")), ""),
    ] {
        let answer = app.post(WEBHOOKS, &body).await;
        answer.assert_problem(422, "invalid_body");
        assert_eq!(answer.pointers(), [pointer], "{body}: {:#}", answer.body);
    }
    app.post(WEBHOOKS, &json!(["w", null, "https://example.com/"])).await.assert_problem(422, "invalid_body");
    assert_eq!(app.get(WEBHOOKS).await.body["data"], json!([]));
    create(&app, &failures("w")).await;
    for (path, body) in [
        ("rotate-secret", json!({"previous_valid_ms": 604_800_001})),
        ("rotate-secret", json!([1])),
        ("replay", json!({"since": "soon"})),
        ("replay", json!({"since": "1969-12-31T23:59:59Z"})),
        ("replay", json!({})),
    ] {
        app.post(&format!("{WEBHOOKS}/w/{path}"), &body).await.assert_problem(422, "invalid_body");
    }
    app.get("/api/v1/webhooks/w/deliveries?state=lost").await.assert_problem(400, "invalid_parameter");
    app.get("/api/v1/webhooks/w/deliveries?cursor=abc").await.assert_problem(422, "invalid_cursor");
    app.get("/api/v1/webhooks?cursor=abc").await.assert_problem(422, "invalid_cursor");
    app.post_empty("/api/v1/webhooks/w/deliveries/7/replay").await.assert_problem(400, "invalid_parameter");
}

#[tokio::test]
async fn a_secret_is_replaced_and_shown_once() {
    let app = TestApp::start().await;
    let first = create(&app, &failures("w")).await.body["secret"].clone();
    let rotate = "/api/v1/webhooks/w/rotate-secret";
    let rotated = app.post_empty(rotate).await;
    assert_eq!((rotated.status, rotated.header("etag")), (StatusCode::OK, "\"2\""));
    assert!(rotated.body["secret"] != first);
    assert_eq!(rotated.body["webhook"]["previous_secret_until"], "2027-01-16T08:00:00Z", "a day");
    let again = app.post(rotate, &json!({"previous_valid_ms": 1_000})).await;
    assert_eq!(again.body["webhook"]["previous_secret_until"], "2027-01-15T08:00:01Z");
}

#[tokio::test]
async fn an_event_becomes_a_task_and_can_be_replayed_when_it_failed() {
    let app = TestApp::start().await;
    create(&app, &failures("w")).await;
    let failed = fail_one(&app).await;
    let deliveries = "/api/v1/webhooks/w/deliveries";
    let recorded = app.get(deliveries).await.body["data"][0].clone();
    assert_eq!((&recorded["event"], &recorded["state"]), (&json!("task.failed"), &json!("pending")));
    assert_eq!(recorded["task_id"], json!(failed));
    let dispatcher = dispatcher(&app);
    assert_eq!((dispatcher.dispatch().await.unwrap(), dispatcher.dispatch().await.unwrap()), (1, 0));
    let sending = app.get(&format!("{deliveries}?state=sending")).await.body["data"][0].clone();
    assert_eq!(sending["id"], recorded["id"]);
    let by = sending["delivered_by"].as_str().unwrap();
    let task = app.get(&format!("/api/v1/tasks/{by}")).await.body;
    assert_eq!((&task["task"], &task["queue"], &task["state"]), (&json!(DELIVER), &json!("webhooks"), &json!("queued")));
    assert_eq!(task["kwargs"], json!({"delivery": recorded["id"]}), "the id and nothing else");

    let replay = format!("{deliveries}/{}/replay", recorded["id"].as_str().unwrap());
    app.post_empty(&replay).await.assert_problem(409, "delivery_open");
    app.post_empty(&format!("{deliveries}/{UNKNOWN_ID}/replay")).await.assert_problem(404, "delivery_not_found");
    // Its task is cancelled; an hour later somebody notices.
    app.post_empty(&format!("/api/v1/tasks/{by}/cancel")).await;
    app.clock.advance(Duration::from_secs(3_600));
    dispatcher.tidy().await.unwrap();
    let lost = app.get(&format!("{deliveries}?state=failed")).await.body["data"][0].clone();
    assert_eq!(lost["last_error"], "the delivery's task ended without a word");
    let replayed = app.post_empty(&replay).await;
    assert_eq!(
        (replayed.status, &replayed.body["state"], &replayed.body["replays"]),
        (StatusCode::ACCEPTED, &json!("pending"), &json!(1))
    );
    let since = json!({"since": "2027-01-15T08:00:00Z"});
    let none = app.post("/api/v1/webhooks/w/replay", &since).await;
    assert_eq!((none.status, &none.body), (StatusCode::OK, &json!({"replayed": 0})));
    assert_eq!(dispatcher.dispatch().await.unwrap(), 1);
}

#[tokio::test]
async fn a_paused_webhook_records_nothing_and_is_not_tried() {
    let app = TestApp::start().await;
    create(&app, &failures("w")).await;
    let tried = app.post_empty("/api/v1/webhooks/w/test").await;
    assert_eq!((tried.status, &tried.body["event"]), (StatusCode::ACCEPTED, &json!("webhook.test")));
    let paused = app.post_empty("/api/v1/webhooks/w/pause").await;
    assert_eq!((&paused.body["pause_reason"], paused.header("etag")), (&json!("asked"), "\"2\""));
    app.post_empty("/api/v1/webhooks/w/test").await.assert_problem(409, "webhook_paused");
    fail_one(&app).await;
    assert_eq!(app.get("/api/v1/webhooks/w/deliveries").await.body["data"].as_array().unwrap().len(), 1);
    assert_eq!(dispatcher(&app).dispatch().await.unwrap(), 0);
    let resumed = app.post_empty("/api/v1/webhooks/w/resume").await;
    assert_eq!(resumed.body["paused_at"], Value::Null);
    assert_eq!(dispatcher(&app).dispatch().await.unwrap(), 1);
}

#[tokio::test]
async fn lists_are_paged() {
    let app = TestApp::start().await;
    for name in ["a", "b", "c"] {
        create(&app, &failures(name)).await;
    }
    for _ in 0..3 {
        fail_one(&app).await;
    }
    for (path, key) in [(WEBHOOKS, "name"), ("/api/v1/webhooks/a/deliveries", "id")] {
        let first = app.get(&format!("{path}?limit=2")).await;
        let cursor = first.body["next_cursor"].as_str().unwrap();
        assert!(first.header("link").contains(&format!("{path}?limit=2&cursor=")));
        let second = app.get(&format!("{path}?limit=2&cursor={cursor}")).await;
        let mut seen: Vec<_> = [&first, &second]
            .iter()
            .flat_map(|page| page.body["data"].as_array().unwrap())
            .map(|row| row[key].to_string())
            .collect();
        seen.dedup();
        assert_eq!((seen.len(), &second.body["has_more"]), (3, &json!(false)), "{path}");
    }
    let cursor = app.get("/api/v1/webhooks/a/deliveries?limit=1").await.body["next_cursor"].clone();
    let elsewhere = format!("/api/v1/webhooks/b/deliveries?cursor={}", cursor.as_str().unwrap());
    app.get(&elsewhere).await.assert_problem(422, "invalid_cursor");
}

#[tokio::test]
async fn no_more_than_a_hundred_are_made() {
    let app = TestApp::start().await;
    for n in 0..100 {
        create(&app, &failures(&format!("w{n}"))).await;
    }
    app.post(WEBHOOKS, &failures("more")).await.assert_problem(409, "too_many_webhooks");
}

#[tokio::test]
async fn changes_are_for_admins_and_leave_a_trace_without_the_secret() {
    let app = closed().await;
    let mut tokens = Vec::new();
    for role in Role::ALL {
        tokens.push((role, key(&app, role.as_str()).await.0));
    }
    for (role, token) in &tokens {
        let answer = ask(&app, Method::POST, WEBHOOKS, token, Some(&failures(role.as_str()))).await;
        assert_eq!(answer.status == StatusCode::CREATED, *role == Role::Admin, "{role}");
        assert_eq!(ask(&app, Method::GET, WEBHOOKS, token, None).await.status, StatusCode::OK);
    }
    let admin = &tokens.iter().find(|(role, _)| *role == Role::Admin).unwrap().1;
    let log = async || ask(&app, Method::GET, "/api/v1/audit", admin, None).await.body.to_string();
    let mut written = log().await;
    // Entries are written after the answer, in batches.
    while !written.contains("createWebhook") {
        tokio::task::yield_now().await;
        written = log().await;
    }
    assert!(!written.contains("whsec_") && !written.contains("key=1"), "{written}");
}

#[tokio::test]
async fn two_servers_that_dispatch_at_once_make_one_task() {
    let app = Arc::new(TestApp::start().await);
    create(&app, &failures("w")).await;
    for _ in 0..20 {
        fail_one(&app).await;
    }
    let (one, two) = (dispatcher(&app), dispatcher(&app));
    let (first, second) = tokio::join!(one.dispatch(), two.dispatch());
    assert_eq!(first.unwrap() + second.unwrap(), 20);
    let made = app.get(&format!("/api/v1/tasks?task={DELIVER}&limit=100")).await;
    assert_eq!(made.body["data"].as_array().unwrap().len(), 20);
}

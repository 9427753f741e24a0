//! The audit log: who did what, when, from where.

use std::time::Duration;

use poem::http::{Method, StatusCode};
use ruche_server::{ApiKey, ServerOptions};
use serde_json::{Value, json};

use crate::{
    access::{CONFIGURED, ask, closed, get_as, key},
    harness::TestApp,
};

/// The entries with these filters, once there are as many as expected; they are written after the answers.
pub async fn entries(app: &TestApp, query: &str, expected: usize) -> Vec<Value> {
    for _ in 0..2_000 {
        let page = get_as(app, &format!("/api/v1/audit?{query}"), CONFIGURED).await;
        assert_eq!(page.status, StatusCode::OK, "{:#}", page.body);
        let entries = page.body["data"].as_array().unwrap().clone();
        if entries.len() >= expected {
            assert_eq!(entries.len(), expected, "{entries:#?}");
            return entries;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    panic!("{expected} entries for {query} did not come");
}

const TASK: &str = r#"{"task": "math.add", "kwargs": {"a": 1, "b": 2}}"#;

async fn enqueue(app: &TestApp, token: &str) -> ruche_domain::TaskId {
    ask(app, Method::POST, "/api/v1/tasks", token, Some(&serde_json::from_str(TASK).unwrap())).await.id()
}

#[tokio::test]
async fn a_change_says_who_made_it_to_what() {
    let app = closed().await;
    let (secret, key_id) = key(&app, "operator").await;
    let id = enqueue(&app, &secret).await;
    let request = app.client.post(format!("/api/v1/tasks/{id}/cancel")).header("Authorization", format!("Bearer {secret}"));
    assert_eq!(request.header("X-Request-Id", "r-17").send().await.0.status(), StatusCode::OK);
    let entries = entries(&app, "", 2).await;
    let (cancelled, created) = (&entries[0], &entries[1]);
    assert_eq!(created["action"], "createKey");
    assert_eq!((&created["actor"], &created["target"], &created["status"]), (&json!("configured"), &json!(key_id), &json!(201)));
    let mut expected = json!({
        "actor": "operator@test", "key_id": key_id, "role": "operator", "action": "cancelTask", "target": id.to_string(),
        "address": null, "request_id": "r-17", "status": 200,
    });
    expected["id"] = cancelled["id"].clone();
    expected["at"] = cancelled["at"].clone();
    assert_eq!(*cancelled, expected);
    let text = serde_json::to_string(&entries).unwrap();
    assert!(!text.contains(&secret[36..]) && !text.contains("math.add"), "neither secrets nor payloads");
}

#[tokio::test]
async fn what_only_looks_is_no_change() {
    let app = closed().await;
    let (secret, _) = key(&app, "operator").await;
    for (dry_run, status) in [(true, StatusCode::OK), (false, StatusCode::ACCEPTED)] {
        let body = json!({"action": "cancel", "filter": {"queue": "math"}, "dry_run": dry_run});
        assert_eq!(ask(&app, Method::POST, "/api/v1/operations", &secret, Some(&body)).await.status, status);
    }
    let entries = entries(&app, "action=createOperation", 1).await;
    assert_eq!(entries[0]["status"], 202);
}

#[tokio::test]
async fn refusals_for_want_of_a_role_are_entered_and_others_are_not() {
    let app = closed().await;
    let viewer = key(&app, "viewer").await.0;
    let body = serde_json::from_str(TASK).unwrap();
    ask(&app, Method::POST, "/api/v1/tasks", &viewer, Some(&body)).await.assert_problem(403, "forbidden");
    let unknown = "01890a5d-ac96-774b-bcce-b302099a8057";
    ask(&app, Method::POST, &format!("/api/v1/tasks/{unknown}/cancel"), CONFIGURED, None)
        .await
        .assert_problem(404, "task_not_found");
    ask(&app, Method::POST, "/api/v1/keys", "wrong", Some(&json!({}))).await.assert_problem(401, "unauthorized");
    ask(&app, Method::DELETE, &format!("/api/v1/keys/{unknown}"), &viewer, None).await.assert_problem(403, "forbidden");
    get_as(&app, "/api/v1/keys", &viewer).await.assert_problem(403, "forbidden");
    let entries = entries(&app, "", 3).await;
    let told: Vec<_> =
        entries.iter().map(|entry| (entry["action"].as_str().unwrap(), entry["status"].as_u64().unwrap())).collect();
    assert_eq!(told, [("revokeKey", 403), ("enqueueTask", 403), ("createKey", 201)]);
    assert_eq!(entries[0]["target"], unknown);
}

#[tokio::test]
async fn enqueuing_is_entered_where_the_configuration_says_so() {
    let options =
        ServerOptions { audit_enqueue: true, api_key: Some(ApiKey::from(CONFIGURED.to_owned())), ..ServerOptions::default() };
    let app = TestApp::with(options).await;
    let id = enqueue(&app, CONFIGURED).await;
    let batch = json!({"tasks": [serde_json::from_str::<Value>(TASK).unwrap()]});
    ask(&app, Method::POST, "/api/v1/tasks/batch", CONFIGURED, Some(&batch)).await;
    ask(&app, Method::POST, "/api/v1/tasks/math.add", CONFIGURED, Some(&json!({"a": 1, "b": 2}))).await;
    let entries = entries(&app, "", 3).await;
    let told: Vec<_> = entries.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(told, ["enqueueTyped", "enqueueBatch", "enqueueTask"]);
    assert_eq!(entries[2]["target"], id.to_string(), "what was created");
    assert_eq!(entries[0]["target"], "math.add");
    let closed = closed().await;
    enqueue(&closed, CONFIGURED).await;
    key(&closed, "viewer").await;
    assert_eq!(self::entries(&closed, "", 1).await[0]["action"], "createKey");
}

#[tokio::test]
async fn sessions_are_entered() {
    let app = closed().await;
    let login = app.client.post("/api/v1/session").body_json(&json!({"key": CONFIGURED})).send().await.0;
    let cookie = login.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let retry = "/api/v1/tasks/01890a5d-ac96-774b-bcce-b302099a8057/retry";
    let request = app.client.post(retry).header("Cookie", &cookie).header("Sec-Fetch-Site", "cross-site");
    assert_eq!(request.send().await.0.status(), StatusCode::FORBIDDEN);
    let request = app.client.delete("/api/v1/session").header("Cookie", &cookie).header("Sec-Fetch-Site", "same-origin");
    assert_eq!(request.send().await.0.status(), StatusCode::NO_CONTENT);
    let entries = entries(&app, "actor=configured", 2).await;
    let told: Vec<_> = entries.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(told, ["logout", "login"]);
}

#[tokio::test]
async fn entries_are_filtered_and_paged() {
    let app = closed().await;
    let operator = key(&app, "operator").await.0;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let id = enqueue(&app, CONFIGURED).await;
        app.clock.advance(Duration::from_secs(1));
        ask(&app, Method::POST, &format!("/api/v1/tasks/{id}/cancel"), &operator, None).await;
        ask(&app, Method::POST, &format!("/api/v1/tasks/{id}/retry"), CONFIGURED, None).await;
        ids.push(id);
    }
    entries(&app, "", 7).await;
    assert_eq!(entries(&app, "actor=operator@test", 3).await[0]["action"], "cancelTask");
    entries(&app, "action=retryTask", 3).await;
    entries(&app, &format!("target={}", ids[0]), 2).await;
    entries(&app, &format!("target={}&action=cancelTask&actor=operator@test", ids[1]), 1).await;
    entries(&app, "from=2027-01-15T08:00:02Z", 4).await;
    entries(&app, "from=2027-01-15T08:00:02Z&before=2027-01-15T08:00:03Z", 2).await;
    entries(&app, "actor=nobody", 0).await;
    let page = get_as(&app, "/api/v1/audit?limit=5&before=2028-01-01T00:00:00Z", CONFIGURED).await;
    let link = page.header("link");
    let next = link[1..link.find('>').unwrap()].to_owned();
    let rest = get_as(&app, &next, CONFIGURED).await;
    assert_eq!((rest.body["data"].as_array().unwrap().len(), &rest.body["has_more"]), (2, &json!(false)));
    let cursor = page.body["next_cursor"].as_str().unwrap();
    for query in [format!("cursor={cursor}"), format!("limit=5&actor=a&cursor={cursor}"), "cursor=abc".to_owned()] {
        get_as(&app, &format!("/api/v1/audit?{query}"), CONFIGURED).await.assert_problem(422, "invalid_cursor");
    }
    for query in
        ["actor=a%20b", "action=%00", "target=", "from=yesterday", "before=%2B262142-12-31T00:00:00Z", "limit=201", "x=1"]
    {
        get_as(&app, &format!("/api/v1/audit?{query}"), CONFIGURED).await.assert_problem(400, "invalid_parameter");
    }
}

#[tokio::test]
async fn a_change_whose_caller_goes_away_is_entered_too() {
    let app = closed().await;
    let (secret, _) = key(&app, "operator").await;
    let id = enqueue(&app, &secret).await;
    {
        let request = app.client.post(format!("/api/v1/tasks/{id}/cancel")).header("Authorization", format!("Bearer {secret}"));
        let mut answer = Box::pin(request.send());
        // The caller is known after a look at the database; then the change is on its way.
        let gone = tokio::time::timeout(Duration::from_secs(5), async {
            while app.store.task(id).await.unwrap().unwrap().summary.state != ruche_domain::TaskState::Cancelled {
                if futures_poll_once(&mut answer).await {
                    break;
                }
            }
        });
        gone.await.unwrap();
    }
    let entries = entries(&app, "action=cancelTask", 1).await;
    assert!([json!(200), json!(499)].contains(&entries[0]["status"]));
}

/// Lets a future go on a little; whether it has ended.
async fn futures_poll_once<F: Future + Unpin>(future: &mut F) -> bool {
    let polled =
        std::future::poll_fn(|context| std::task::Poll::Ready(std::pin::Pin::new(&mut *future).poll(context).is_ready()));
    polled.await
}

use std::time::Duration;

use poem::http::StatusCode;
use ruche_domain::{AttemptOutcome, Clock, TaskFailure, TaskId};
use serde_json::{Value, json};

use crate::harness::{Answer, TestApp, UNKNOWN_ID};

const PATH: &str = "/api/v1/dead-letters";
const UNKNOWN: &str = "0123456789abcdef";

async fn fail(app: &TestApp, message: &str) -> TaskId {
    let id = app.add().await;
    let attempt = app.claim(id).await;
    app.finish(attempt, AttemptOutcome::Failed { failure: TaskFailure::new("boom", message) }).await;
    app.clock.advance(Duration::from_secs(1));
    id
}

async fn groups(app: &TestApp) -> Vec<Value> {
    app.get(PATH).await.body["data"].as_array().unwrap().clone()
}

async fn work_off(app: &TestApp) {
    while app.store.work_on_operation(app.clock.now(), 10).await.unwrap().is_some() {}
}

#[tokio::test]
async fn failures_are_grouped_and_listed() {
    let app = TestApp::start().await;
    assert_eq!(app.get(PATH).await.body, json!({"data": [], "next_cursor": null, "has_more": false}));
    let first = fail(&app, "no answer after 12 ms").await;
    let last = fail(&app, "no answer after 7 ms").await;
    fail(&app, "out of memory").await;
    let all = groups(&app).await;
    let group = all.iter().find(|group| group["count"] == 2).unwrap();
    assert_eq!((all.len(), &group["task"], &group["at_least"]), (2, &json!("math.add"), &json!(false)));
    assert_eq!((&group["sample"], &group["failure"]["message"]), (&json!(last.to_string()), &json!("no answer after 7 ms")));
    assert_eq!((&group["first_seen"], &group["last_seen"]), (&json!("2027-01-15T08:00:00Z"), &json!("2027-01-15T08:00:01Z")));
    let print = group["fingerprint"].as_str().unwrap();
    assert_eq!(app.get(&format!("{PATH}/{print}")).await.body, *group);
    let page = app.get(&format!("/api/v1/tasks?fingerprint={print}&limit=1")).await;
    assert_eq!(page.body["data"][0]["id"], json!(last.to_string()));
    let next = page.header("link").to_owned();
    let next = app.get(&next[1..next.find('>').unwrap()]).await;
    assert_eq!(next.body["data"][0]["id"], json!(first.to_string()));
    let cursor = page.body["next_cursor"].as_str().unwrap();
    app.get(&format!("/api/v1/tasks?cursor={cursor}")).await.assert_problem(422, "invalid_cursor");
}

#[tokio::test]
async fn groups_come_in_pages() {
    let app = TestApp::start().await;
    for word in ["a", "b", "c", "d", "e"] {
        fail(&app, word).await;
    }
    let all = groups(&app).await;
    let (mut path, mut seen) = (format!("{PATH}?limit=2"), Vec::new());
    loop {
        let page = app.get(&path).await;
        seen.extend(page.body["data"].as_array().unwrap().clone());
        if page.body["next_cursor"].is_null() {
            break;
        }
        let link = page.header("link").to_owned();
        path = link[1..link.find('>').unwrap()].to_owned();
    }
    assert_eq!((seen.len(), seen), (5, all));
    app.get(&format!("{PATH}?cursor=abc")).await.assert_problem(422, "invalid_cursor");
    app.get(&format!("{PATH}?limit=0")).await.assert_problem(400, "invalid_parameter");
}

#[tokio::test]
async fn a_group_is_replayed_and_another_discarded() {
    let app = TestApp::start().await;
    let (kept, gone) = (fail(&app, "kept").await, fail(&app, "gone").await);
    let print = async |id: TaskId| {
        let all = groups(&app).await;
        all.iter().find(|group| group["sample"] == id.to_string()).unwrap()["fingerprint"].as_str().unwrap().to_owned()
    };
    let (to_replay, to_discard) = (print(kept).await, print(gone).await);
    let replay = app.post_empty(&format!("{PATH}/{to_replay}/replay")).await;
    assert_eq!(replay.status, StatusCode::ACCEPTED, "{:#}", replay.body);
    assert_eq!((&replay.body["action"], &replay.body["filter"]), (&json!("retry"), &json!({"fingerprint": to_replay})));
    let discard = app.post_empty(&format!("{PATH}/{to_discard}/discard")).await;
    assert_eq!(discard.body["action"], "delete");
    work_off(&app).await;
    for answer in [replay, discard] {
        let operation = app.get(answer.header("location")).await.body;
        assert_eq!((&operation["state"], &operation["changed"]), (&json!("succeeded"), &json!(1)));
    }
    assert_eq!(app.get(&format!("/api/v1/tasks/{kept}")).await.body["state"], "queued");
    app.get(&format!("/api/v1/tasks/{gone}")).await.assert_problem(404, "task_not_found");
    assert!(groups(&app).await.is_empty());
    for verb in ["replay", "discard"] {
        app.post_empty(&format!("{PATH}/{to_replay}/{verb}")).await.assert_problem(404, "dead_letter_not_found");
        app.post_empty(&format!("{PATH}/x/{verb}")).await.assert_problem(400, "invalid_parameter");
    }
}

#[tokio::test]
async fn a_repeated_replay_is_the_same_operation() {
    let app = TestApp::start().await;
    fail(&app, "x").await;
    let print = groups(&app).await[0]["fingerprint"].as_str().unwrap().to_owned();
    let replay = async || {
        let request = app.client.post(format!("{PATH}/{print}/replay")).header("Idempotency-Key", "k");
        Answer::of(request.send().await).await
    };
    let first = replay().await;
    work_off(&app).await;
    let again = replay().await;
    assert_eq!((again.status, &again.body["id"]), (StatusCode::ACCEPTED, &first.body["id"]));
    assert_eq!(again.header("idempotent-replayed"), "true");
}

#[tokio::test]
async fn unknown_and_malformed_fingerprints_are_told_apart() {
    let app = TestApp::start().await;
    app.get(&format!("{PATH}/{UNKNOWN}")).await.assert_problem(404, "dead_letter_not_found");
    for bad in ["x", "%00", "0123456789ABCDEF", "0123456789abcdef0", "%F0%9F%90%9D"] {
        app.get(&format!("{PATH}/{bad}")).await.assert_problem(400, "invalid_parameter");
        app.get(&format!("/api/v1/tasks?fingerprint={bad}")).await.assert_problem(400, "invalid_parameter");
    }
    assert_eq!(app.get(&format!("/api/v1/tasks?fingerprint={UNKNOWN}")).await.body["data"], json!([]));
    assert_eq!(app.get(&format!("/api/v1/tasks?fingerprint={UNKNOWN}&state=queued")).await.body["data"], json!([]));
}

#[tokio::test]
async fn a_task_is_edited_and_retried() {
    let app = TestApp::start().await;
    let id = fail(&app, "x").await;
    let path = format!("/api/v1/tasks/{id}");
    let edit = json!({"kwargs": {"a": 5, "b": 6}, "queue": "other", "priority": 9, "max_attempts": 7});
    let answer = app.post(&format!("{path}/retry"), &edit).await;
    assert_eq!(answer.status, StatusCode::OK, "{:#}", answer.body);
    for (field, value) in
        [("state", json!("queued")), ("kwargs", json!({"a": 5, "b": 6})), ("queue", json!("other")), ("priority", json!(9))]
    {
        assert_eq!(answer.body[field], value, "{field}");
    }
    assert_eq!((&answer.body["max_attempts"], &answer.body["args"]), (&json!(7), &json!([])));
    let logs = app.get(&format!("{path}/logs")).await.body;
    assert_eq!(logs["data"][0]["message"], "retried by hand with other kwargs, queue, priority, max_attempts");
    app.post(&format!("{path}/retry"), &edit).await.assert_problem(409, "not_retryable");
    app.post(&format!("/api/v1/tasks/{UNKNOWN_ID}/retry"), &edit).await.assert_problem(404, "task_not_found");
}

#[tokio::test]
async fn an_edit_is_checked_like_a_new_task() {
    let app = TestApp::start().await;
    let id = fail(&app, "x").await;
    let path = format!("/api/v1/tasks/{id}/retry");
    for (edit, code, pointer) in [
        (json!({"kwargs": {"a": "x", "b": 1}}), "invalid_arguments", "/kwargs/a"),
        (json!({"kwargs": {}}), "invalid_arguments", "/kwargs"),
        (json!({"args": [1]}), "invalid_arguments", "/args"),
        (json!({"args": {}}), "invalid_body", "/args"),
        (json!({"kwargs": []}), "invalid_body", "/kwargs"),
        (json!({"queue": "a b"}), "invalid_body", "/queue"),
        (json!({"priority": 10}), "invalid_body", "/priority"),
        (json!({"max_attempts": 0}), "invalid_body", "/max_attempts"),
        (json!({"max_attempts": 1001}), "invalid_body", "/max_attempts"),
        (json!({"task": "http.request"}), "invalid_body", ""),
        (json!([]), "invalid_body", ""),
    ] {
        let answer = app.post(&path, &edit).await;
        answer.assert_problem(422, code);
        assert!(answer.pointers().contains(&pointer), "{edit}: {:#}", answer.body);
    }
    let text = app.client.post(&path).content_type("text/plain").body("{}").send().await;
    Answer::of(text).await.assert_problem(415, "unsupported_media_type");
    let broken = app.client.post(&path).content_type("application/json").body("{").send().await;
    Answer::of(broken).await.assert_problem(400, "invalid_json");
    assert_eq!(app.get(&format!("/api/v1/tasks/{id}")).await.body["state"], "failed", "nothing refused changed anything");
    let empty = app.post(&path, &json!({})).await;
    assert_eq!((empty.status, &empty.body["state"]), (StatusCode::OK, &json!("queued")));
}

//! Artifacts over HTTP.

use bytes::Bytes;
use futures::StreamExt;
use poem::{
    Body,
    http::{Method, StatusCode},
};
use ruche_domain::{AttemptOutcome, FileName, MediaType, RawJson};
use ruche_store::AttemptRef;
use serde_json::{Value, json};

use crate::{
    access::{CONFIGURED, ask, closed, key},
    harness::{Answer, LIMITS, TestApp, UNKNOWN_ID},
};

const HELLO: &str = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

async fn upload(app: &TestApp, name: &str, content_type: &str, body: impl Into<Body>) -> Answer {
    let name: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
    let request = app.client.post(format!("/api/v1/artifacts?name={name}")).header("Content-Type", content_type).body(body);
    Answer::of(request.send().await).await
}

async fn hello(app: &TestApp) -> String {
    upload(app, "hello.txt", "text/plain", "hello").await.body["id"].as_str().unwrap().to_owned()
}

/// A task's artifact, as a worker makes it.
async fn made(app: &TestApp, owner: AttemptRef, name: &str) -> String {
    let name = FileName::new(name).unwrap();
    let mut writer = app.artifacts.create(Some(owner), name, MediaType::unknown()).await.unwrap();
    writer.write(Bytes::from_static(b"made")).await.unwrap();
    writer.finish().await.unwrap().id.to_string()
}

/// Status, bytes and headers of a request for content.
async fn content(app: &TestApp, id: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = app.client.get(format!("/api/v1/artifacts/{id}/content"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Answer::of(request.send().await).await
}

#[tokio::test]
async fn an_upload_is_answered_with_its_facts_and_checksum() {
    let app = TestApp::start().await;
    let answer = upload(&app, "été 蜂.txt", "text/plain; charset=utf-8", "hello").await;
    assert_eq!(answer.status, StatusCode::CREATED, "{:#}", answer.body);
    let id = answer.body["id"].as_str().unwrap();
    assert_eq!(answer.header("location"), format!("/api/v1/artifacts/{id}"));
    assert_eq!(answer.header("etag"), format!("\"{HELLO}\""));
    let mut expected = json!({
        "name": "été 蜂.txt", "content_type": "text/plain; charset=utf-8", "size": 5, "sha256": HELLO, "task_id": null, "attempt": null,
        "created_at": "2027-01-15T08:00:00Z", "expires_at": "2027-01-15T08:16:40Z",
    });
    expected["id"] = json!(id);
    assert_eq!(answer.body, expected);
    assert_eq!(app.get(&format!("/api/v1/artifacts/{id}")).await.body, expected);
    let empty = upload(&app, "empty", "application/octet-stream", "").await;
    assert_eq!((empty.status, &empty.body["size"]), (StatusCode::CREATED, &json!(0)));
    let bare = app.client.post("/api/v1/artifacts?name=a").body("x").send().await;
    assert_eq!(Answer::of(bare).await.body["content_type"], "application/octet-stream");
}

#[tokio::test]
async fn a_body_larger_than_others_may_be_streams_in_and_out() {
    let app = TestApp::start().await;
    let size = 18 * 1024 * 1024;
    let pieces = futures::stream::iter((0..18u8).map(|n| Ok::<_, std::io::Error>(Bytes::from(vec![n; 1024 * 1024]))));
    let answer = upload(&app, "large", "application/octet-stream", Body::from_bytes_stream(pieces)).await;
    assert_eq!((answer.status, &answer.body["size"]), (StatusCode::CREATED, &json!(size)), "{:#}", answer.body);
    let path = format!("{}/content", answer.header("location"));
    let response = app.client.get(&path).send().await.0;
    assert_eq!(response.headers()["content-length"], size.to_string());
    let mut read = response.into_body().into_bytes_stream();
    let mut at = 0usize;
    while let Some(piece) = read.next().await {
        for byte in piece.unwrap() {
            assert_eq!(usize::from(byte), at / (1024 * 1024));
            at += 1;
        }
    }
    assert_eq!(at, size);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_with_or_without_its_length() {
    let app = TestApp::start().await;
    let most = usize::try_from(LIMITS.bytes).unwrap();
    upload(&app, "a", "a/b", vec![0; most + 1]).await.assert_problem(413, "body_too_large");
    let pieces = futures::stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from(vec![0; 1024 * 1024])));
    let endless = Body::from_bytes_stream(pieces);
    upload(&app, "a", "a/b", endless).await.assert_problem(413, "body_too_large");
    assert_eq!(upload(&app, "a", "a/b", vec![0; most]).await.status, StatusCode::CREATED);
    let other = app.client.post("/api/v1/tasks").header("Content-Length", (most).to_string()).body("{}").send().await;
    Answer::of(other).await.assert_problem(413, "body_too_large");
    assert_eq!(app.get("/api/v1/artifacts").await.body["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_body_that_breaks_off_leaves_nothing() {
    let app = TestApp::start().await;
    let pieces = vec![Ok(Bytes::from_static(b"hel")), Err(std::io::Error::other("gone"))];
    let broken = Body::from_bytes_stream(futures::stream::iter(pieces));
    upload(&app, "a", "a/b", broken).await.assert_problem(400, "bad_request");
    assert_eq!(app.get("/api/v1/artifacts").await.body["data"], json!([]));
    app.clock.advance(std::time::Duration::from_secs(2 * 3_600));
    assert_eq!(app.artifacts.sweep(10).await.unwrap().deleted, 0, "it is gone at once");
}

#[tokio::test]
async fn hostile_names_and_types_are_refused() {
    let app = TestApp::start().await;
    for name in ["", "../a", "a/b", "a\\b", "..", "a\0b", "a\r\nX: y", "\u{202e}gnp.exe", " a", &"a".repeat(201)] {
        upload(&app, name, "a/b", "x").await.assert_problem(422, "invalid_file_name");
    }
    for content_type in ["text", "text/", "a/b/c", &format!("a/{}", "b".repeat(300))] {
        upload(&app, "a", content_type, "x").await.assert_problem(400, "invalid_parameter");
    }
    Answer::of(app.client.post("/api/v1/artifacts").body("x").send().await).await.assert_problem(400, "invalid_parameter");
    Answer::of(app.client.post("/api/v1/artifacts?name=a&x=1").body("x").send().await)
        .await
        .assert_problem(400, "invalid_parameter");
    assert_eq!(app.get("/api/v1/artifacts").await.body["data"], json!([]));
}

#[tokio::test]
async fn content_is_to_be_saved_and_never_shown() {
    let app = TestApp::start().await;
    let page = upload(&app, "\"; filename=\"evil.html", "text/html", "<script>alert(1)</script>").await;
    let answer = content(&app, page.body["id"].as_str().unwrap(), &[]).await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "text/html"));
    assert!(
        answer.header("content-disposition").starts_with("attachment; filename=\"_; filename=_evil.html\"; filename*=UTF-8''%22")
    );
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("content-security-policy"), "default-src 'none'; sandbox");
}

#[tokio::test]
async fn parts_of_content_are_sent() {
    let app = TestApp::start().await;
    let id = hello(&app).await;
    let whole = content(&app, &id, &[]).await;
    assert_eq!((whole.status, &whole.body), (StatusCode::OK, &json!("hello")));
    assert_eq!((whole.header("accept-ranges"), whole.header("content-length")), ("bytes", "5"));
    for (range, expected, told) in [
        ("bytes=0-0", "h", "bytes 0-0/5"),
        ("bytes=1-", "ello", "bytes 1-4/5"),
        ("bytes=-2", "lo", "bytes 3-4/5"),
        ("bytes=3-99", "lo", "bytes 3-4/5"),
    ] {
        let part = content(&app, &id, &[("Range", range)]).await;
        assert_eq!((part.status, &part.body), (StatusCode::PARTIAL_CONTENT, &json!(expected)), "{range}");
        assert_eq!((part.header("content-range"), part.header("content-length")), (told, &*expected.len().to_string()));
    }
    for range in ["bytes=5-", "bytes=-0", "bytes=99-100"] {
        let beyond = content(&app, &id, &[("Range", range)]).await;
        beyond.assert_problem(416, "range_not_satisfiable");
        assert_eq!(beyond.header("content-range"), "bytes */5");
    }
    for range in ["bytes=0-1,3-4", "items=0-1", "bytes=4-3", ""] {
        assert_eq!(content(&app, &id, &[("Range", range)]).await.status, StatusCode::OK, "{range}");
    }
    let same = format!("\"{HELLO}\"");
    assert_eq!(content(&app, &id, &[("Range", "bytes=0-0"), ("If-Range", &same)]).await.status, StatusCode::PARTIAL_CONTENT);
    assert_eq!(content(&app, &id, &[("Range", "bytes=0-0"), ("If-Range", "\"x\"")]).await.status, StatusCode::OK);
    assert_eq!(content(&app, &id, &[("If-None-Match", &same)]).await.status, StatusCode::NOT_MODIFIED);
    assert_eq!(content(&app, &id, &[("If-None-Match", "\"x\"")]).await.status, StatusCode::OK);
    let head = app.request(Method::HEAD, &format!("/api/v1/artifacts/{id}/content")).send().await.0;
    assert_eq!((head.status(), head.headers()["content-length"].to_str().unwrap()), (StatusCode::OK, "5"));
}

#[tokio::test]
async fn artifacts_of_all_and_of_one_task_are_paged() {
    let app = TestApp::start().await;
    let (task, other) = (app.add().await, app.add().await);
    let owner = app.claim(task).await;
    let mut ids = Vec::new();
    for n in 0..3 {
        ids.push(made(&app, owner, &format!("n{n}")).await);
    }
    let upload = hello(&app).await;
    let names =
        |answer: &Answer| -> Vec<Value> { answer.body["data"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect() };
    let first = app.get(&format!("/api/v1/artifacts?task_id={task}&limit=2")).await;
    assert_eq!(names(&first), [json!(ids[2]), json!(ids[1])]);
    assert_eq!((&first.body["data"][0]["task_id"], &first.body["data"][0]["attempt"]), (&json!(task), &json!(1)));
    let link = first.header("link");
    let second = app.get(&link[1..link.find('>').unwrap()]).await;
    assert_eq!((names(&second), &second.body["has_more"]), (vec![json!(ids[0])], &json!(false)));
    assert_eq!(names(&app.get("/api/v1/artifacts").await), [json!(upload), json!(ids[2]), json!(ids[1]), json!(ids[0])]);
    assert!(names(&app.get(&format!("/api/v1/artifacts?task_id={other}")).await).is_empty());
    let cursor = first.body["next_cursor"].as_str().unwrap();
    for bad in [format!("cursor={cursor}"), format!("task_id={other}&cursor={cursor}"), "cursor=abc".to_owned()] {
        app.get(&format!("/api/v1/artifacts?{bad}")).await.assert_problem(422, "invalid_cursor");
    }
    for bad in ["task_id=x", "limit=0", "limit=201", "task=1"] {
        app.get(&format!("/api/v1/artifacts?{bad}")).await.assert_problem(400, "invalid_parameter");
    }
}

#[tokio::test]
async fn a_deleted_artifact_is_gone() {
    let app = TestApp::start().await;
    let id = hello(&app).await;
    let path = format!("/api/v1/artifacts/{id}");
    let delete = async || Answer::of(app.client.delete(&path).send().await).await;
    assert_eq!(delete().await.status, StatusCode::NO_CONTENT);
    delete().await.assert_problem(404, "artifact_not_found");
    app.get(&path).await.assert_problem(404, "artifact_not_found");
    content(&app, &id, &[]).await.assert_problem(404, "artifact_not_found");
    assert_eq!(app.artifacts.sweep(10).await.unwrap().deleted, 1);
    for bad in ["x", &UNKNOWN_ID.replace('-', "")] {
        app.get(&format!("/api/v1/artifacts/{bad}")).await.assert_problem(400, "invalid_parameter");
    }
    app.get(&format!("/api/v1/artifacts/{UNKNOWN_ID}")).await.assert_problem(404, "artifact_not_found");
}

#[tokio::test]
async fn bytes_that_are_not_there_are_unavailable_not_empty() {
    let (app, elsewhere) = (TestApp::start().await, TestApp::start().await);
    let id = hello(&app).await;
    let view = app.artifacts.facts(id.parse().unwrap()).await.unwrap();
    assert!(elsewhere.artifacts.read(&view, 0..5).await.is_err());
    let over = TestApp::over(ruche_server::ServerOptions::default(), app.store.clone(), app.clock.clone()).await;
    let answer = content(&over, &id, &[]).await;
    answer.assert_problem(503, "artifacts_unavailable");
    assert_eq!(answer.header("retry-after"), "60");
}

#[tokio::test]
async fn artifacts_outlive_the_end_of_their_task() {
    let app = TestApp::start().await;
    let task = app.add().await;
    let owner = app.claim(task).await;
    let id = made(&app, owner, "a").await;
    app.finish(owner, AttemptOutcome::Succeeded { result: RawJson::null() }).await;
    assert_eq!(content(&app, &id, &[]).await.body, "made");
}

#[tokio::test]
async fn viewers_read_and_operators_change_and_leave_a_trace() {
    let app = closed().await;
    let (viewer, operator) = (key(&app, "viewer").await.0, key(&app, "operator").await.0);
    let path = "/api/v1/artifacts?name=a";
    ask(&app, Method::POST, path, &viewer, Some(&json!("x"))).await.assert_problem(403, "forbidden");
    let made = ask(&app, Method::POST, path, &operator, Some(&json!("x"))).await;
    assert_eq!(made.status, StatusCode::CREATED);
    let location = made.header("location").to_owned();
    for path in [location.clone(), format!("{location}/content"), "/api/v1/artifacts".to_owned()] {
        assert_eq!(ask(&app, Method::GET, &path, &viewer, None).await.status, StatusCode::OK, "{path}");
    }
    ask(&app, Method::DELETE, &location, &viewer, None).await.assert_problem(403, "forbidden");
    assert_eq!(ask(&app, Method::DELETE, &location, &operator, None).await.status, StatusCode::NO_CONTENT);
    let stranger = Answer::of(app.client.post(path).body("x").send().await).await;
    stranger.assert_problem(401, "unauthorized");
    let told = crate::audit::entries(&app, "actor=operator@test", 2).await;
    assert_eq!((&told[0]["action"], &told[1]["action"]), (&json!("deleteArtifact"), &json!("uploadArtifact")));
    assert_eq!(told[1]["target"], location.rsplit('/').next().unwrap());
    ask(&app, Method::GET, "/api/v1/artifacts", CONFIGURED, None).await;
}

#[tokio::test]
async fn bytes_in_and_out_are_counted() {
    let app = TestApp::start().await;
    let registry = prometheus::Registry::new();
    app.artifacts.register(&registry).unwrap();
    let id = hello(&app).await;
    content(&app, &id, &[("Range", "bytes=0-1")]).await;
    let text = prometheus::TextEncoder::new().encode_to_string(&registry.gather()).unwrap();
    for line in [r#"ruche_artifact_bytes_total{direction="in"} 5"#, r#"ruche_artifact_bytes_total{direction="out"} 2"#] {
        assert!(text.contains(line), "{text}");
    }
}

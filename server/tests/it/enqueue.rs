use poem::http::StatusCode;
use ruche_server::ServerOptions;
use serde_json::json;

use crate::harness::{Answer, TestApp};

#[tokio::test]
async fn an_accepted_task_is_stored_and_shown_the_same() {
    let app = TestApp::start().await;
    let body = json!({
        "task": "http.request", "kwargs": {"url": "https://example.com/"}, "queue": "hooks", "priority": 3, "countdown_ms": 60_000,
        "expires_at": "2030-01-01T00:00:00Z", "max_attempts": 7, "timeout_ms": 1_000, "retry": {"initial_ms": 5},
    });
    let accepted = app.post("/api/v1/tasks", &body).await;
    assert_eq!(accepted.status, StatusCode::CREATED, "{:#}", accepted.body);
    assert_eq!(accepted.header("location"), format!("/api/v1/tasks/{}", accepted.id()));
    let mut shown = app.get(accepted.header("location")).await;
    assert_eq!(shown.status, StatusCode::OK);
    // Why it waits is only said to who asks for it.
    assert_eq!(shown.body["waiting"].take()["reason"], "eta");
    assert_eq!(shown.body, accepted.body);
    let task = &shown.body;
    assert_eq!((&task["state"], &task["queue"], &task["priority"]), (&json!("scheduled"), &json!("hooks"), &json!(3)));
    assert_eq!((&task["max_attempts"], &task["timeout_ms"]), (&json!(7), &json!(1_000)));
    assert_eq!((&task["retry"]["initial_ms"], &task["retry"]["factor"]), (&json!(5), &json!(2.0)));
    assert_eq!(task["kwargs"], json!({"url": "https://example.com/"}));
}

#[tokio::test]
async fn what_a_task_does_not_say_its_definition_says() {
    let app = TestApp::start().await;
    let task = app.post("/api/v1/tasks", &json!({"task": "math.add", "args": [1, 2]})).await.body;
    assert_eq!((&task["queue"], &task["state"], &task["max_attempts"]), (&json!("math"), &json!("queued"), &json!(5)));
}

#[tokio::test]
async fn big_numbers_in_arguments_stay_exact() {
    let app = TestApp::with(ServerOptions { accept_unregistered_tasks: true, ..ServerOptions::default() }).await;
    let text = r#"{"task":"any","kwargs":{"n":123456789012345678901234567890}}"#;
    let response = app.client.post("/api/v1/tasks").content_type("application/json").body(text).send().await;
    let id = response.0.headers()["location"].to_str().unwrap().to_owned();
    let text = app.client.get(id).send().await.0.into_body().into_string().await.unwrap();
    assert!(text.contains("123456789012345678901234567890"), "{text}");
}

#[tokio::test]
async fn the_callers_trace_is_kept_and_an_invalid_one_is_ignored() {
    let app = TestApp::start().await;
    let body = json!({"task": "math.add", "args": [1, 2]});
    for (given, kept) in [("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true), ("00-zz-1", false)] {
        let request = app.client.post("/api/v1/tasks").body_json(&body).header("traceparent", given);
        let answer = Answer::of(request.send().await).await;
        let trace = answer.body["trace_id"].as_str().unwrap();
        assert_eq!(trace.len(), 32);
        assert_eq!(trace == "4bf92f3577b34da6a3ce929d0e0e4736", kept);
    }
}

#[tokio::test]
async fn an_unknown_task_is_refused_with_names_like_it() {
    let app = TestApp::start().await;
    let answer = app.post("/api/v1/tasks", &json!({"task": "http.reqest"})).await;
    answer.assert_problem(422, "unknown_task");
    assert!(answer.body["detail"].as_str().unwrap().contains("http.request"), "{:#}", answer.body);
    assert_eq!(answer.pointers(), ["/task"]);
}

#[tokio::test]
async fn a_task_registered_after_the_start_is_known_at_once() {
    let app = TestApp::start().await;
    app.add().await;
    let mut late = app.store.definitions().await.unwrap().remove(0);
    late.name = ruche_domain::TaskName::new("late").unwrap();
    app.store.register(&[late], ruche_domain::Clock::now(&*app.clock)).await.unwrap();
    // The notice may still be on its way: the list is what it arrives in.
    while !app.get("/api/v1/task-definitions").await.body.to_string().contains("\"late\"") {
        tokio::task::yield_now().await;
    }
    let answer = app.post("/api/v1/tasks", &json!({"task": "late", "kwargs": {"url": "https://example.com/"}})).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{:#}", answer.body);
}

#[tokio::test]
async fn wrong_arguments_are_pointed_at_and_not_repeated() {
    let app = TestApp::start().await;
    let kwargs = json!({"url": 5, "method": "s3cret", "x": 1});
    let answer = app.post("/api/v1/tasks", &json!({"task": "http.request", "kwargs": kwargs})).await;
    answer.assert_problem(422, "invalid_arguments");
    let mut pointers = answer.pointers();
    pointers.sort_unstable();
    assert_eq!(pointers, ["/kwargs", "/kwargs/method", "/kwargs/url"]);
    assert!(!answer.body.to_string().contains("s3cret"), "{:#}", answer.body);
}

#[tokio::test]
async fn wrong_positional_arguments_are_refused() {
    let app = TestApp::start().await;
    for args in [json!([1, "x"]), json!([1]), json!([1, 2, 3])] {
        app.post("/api/v1/tasks", &json!({"task": "math.add", "args": args})).await.assert_problem(422, "invalid_arguments");
    }
    let twice = json!({"task": "math.add", "args": [1, 2], "kwargs": {"a": 1}});
    app.post("/api/v1/tasks", &twice).await.assert_problem(422, "invalid_arguments");
}

#[tokio::test]
async fn bodies_out_of_bounds_are_refused_with_every_place_that_is_wrong() {
    let app = TestApp::start().await;
    for (extra, pointer) in [
        (json!({"priority": 10}), "/priority"),
        (json!({"priority": -1}), "/priority"),
        (json!({"priority": "high"}), "/priority"),
        (json!({"queue": "a b"}), "/queue"),
        (json!({"queue": "a\u{0}"}), "/queue"),
        (json!({"args": {}}), "/args"),
        (json!({"kwargs": [1]}), "/kwargs"),
        (json!({"eta": "tomorrow"}), "/eta"),
        (json!({"eta": "2030-01-01T00:00:00Z", "countdown_ms": 1}), "/countdown_ms"),
        (json!({"countdown_ms": 400_000_000_000_u64}), "/countdown_ms"),
        (json!({"max_attempts": 0}), "/max_attempts"),
        (json!({"max_attempts": 1_001}), "/max_attempts"),
        (json!({"timeout_ms": 0}), "/timeout_ms"),
        (json!({"retry": {"factor": 0.5}}), "/retry"),
        (json!({"retry": {"factr": 2}}), "/retry"),
        (json!({"retries": 3}), ""),
    ] {
        let mut body = json!({"task": "math.add", "args": [1, 2]});
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        let answer = app.post("/api/v1/tasks", &body).await;
        answer.assert_problem(422, "invalid_body");
        assert!(answer.pointers().contains(&pointer), "{extra}: {:#}", answer.body);
    }
    let many = app.post("/api/v1/tasks", &json!({"priority": "x", "queue": "a b", "y": 1})).await;
    assert!(many.body["errors"].as_array().unwrap().len() >= 4, "{:#}", many.body);
}

#[tokio::test]
async fn bodies_that_are_no_json_are_refused() {
    let app = TestApp::start().await;
    let deep = format!("{{\"task\":\"a\",\"kwargs\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    for bad in [&b""[..], b"{", b"{\"task\":\"a\"} x", b"{\"task\":\"\xff\"}", b"nul", deep.as_bytes()] {
        let request = app.client.post("/api/v1/tasks").content_type("application/json").body(bad.to_vec());
        Answer::of(request.send().await).await.assert_problem(400, "invalid_json");
    }
    for not_a_task in ["null", "[]", "5", "\"x\""] {
        let request = app.client.post("/api/v1/tasks").content_type("application/json").body(not_a_task);
        Answer::of(request.send().await).await.assert_problem(422, "invalid_body");
    }
}

#[tokio::test]
async fn other_media_types_and_large_bodies_are_refused() {
    let app = TestApp::with(ServerOptions { max_body_bytes: 1_000, ..ServerOptions::default() }).await;
    for media_type in ["text/plain", "application/x-www-form-urlencoded", "jsonish"] {
        let request = app.client.post("/api/v1/tasks").content_type(media_type).body("{}");
        Answer::of(request.send().await).await.assert_problem(415, "unsupported_media_type");
    }
    let without = app.client.post("/api/v1/tasks").body("{}");
    Answer::of(without.send().await).await.assert_problem(415, "unsupported_media_type");
    let long = app.client.post("/api/v1/tasks").content_type("application/json").header("content-length", "1001").body("{}");
    Answer::of(long.send().await).await.assert_problem(413, "body_too_large");
    // Without a length, as a chunked body comes.
    let chunks = futures::stream::iter((0..20).map(|_| Ok::<_, std::io::Error>(vec![b' '; 100])));
    let chunked = app.client.post("/api/v1/tasks").content_type("application/json").body(poem::Body::from_bytes_stream(chunks));
    Answer::of(chunked.send().await).await.assert_problem(413, "body_too_large");
}

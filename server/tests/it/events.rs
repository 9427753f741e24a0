use futures::{Stream, StreamExt};
use poem::{http::StatusCode, web::sse::Event};
use ruche_domain::{Change, ChangeKind, Changes, Clock, QueueName, TaskId, TaskName};
use ruche_server::ServerOptions;
use serde_json::{Value, json};

use crate::harness::{Answer, TestApp};

type Events = Box<dyn Stream<Item = Event> + Send + Unpin>;

async fn open(app: &TestApp, query: &str, last: Option<&str>) -> Events {
    let mut request = app.client.get(format!("/api/v1/events{query}"));
    if let Some(last) = last {
        request = request.header("Last-Event-ID", last);
    }
    let response = request.send().await;
    assert_eq!(response.0.status(), StatusCode::OK);
    assert_eq!(response.0.headers()["content-type"], "text/event-stream");
    assert_eq!(response.0.headers()["x-accel-buffering"], "no");
    Box::new(response.sse_stream())
}

/// The next message: its id, name and data.
async fn next(events: &mut Events) -> (String, String, Value) {
    loop {
        match events.next().await.expect("the stream goes on") {
            Event::Message { id, event, data } => return (id, event, serde_json::from_str(&data).unwrap()),
            Event::Retry { .. } => {}
        }
    }
}

#[tokio::test]
async fn changes_arrive_in_order() {
    let app = TestApp::start().await;
    let mut events = open(&app, "", None).await;
    let id = app.add().await;
    app.succeed(id).await;
    for state in ["queued", "running", "succeeded"] {
        let (number, name, data) = next(&mut events).await;
        assert_eq!((name.as_str(), &data["id"], &data["state"]), ("task.state", &json!(id.to_string()), &json!(state)));
        assert!(number.contains('-'), "{number}");
    }
}

#[tokio::test]
async fn filters_leave_other_tasks_out() {
    let app = TestApp::start().await;
    let wanted = app.add().await;
    let mut events = open(&app, &format!("?id={wanted}&task=math.add&queue=math"), None).await;
    app.add().await;
    app.succeed(wanted).await;
    let (_, _, data) = next(&mut events).await;
    assert_eq!((&data["id"], &data["state"]), (&json!(wanted.to_string()), &json!("running")));
}

#[tokio::test]
async fn a_client_that_comes_back_gets_what_it_missed() {
    let app = TestApp::start().await;
    let mut events = open(&app, "", None).await;
    let first = app.add().await;
    let (last, _, _) = next(&mut events).await;
    let second = app.add().await;
    next(&mut events).await;
    drop(events);
    let mut events = open(&app, "", Some(&last)).await;
    let (_, name, data) = next(&mut events).await;
    assert_eq!((name.as_str(), &data["id"]), ("task.state", &json!(second.to_string())));
    assert_ne!(first, second);
}

#[tokio::test]
async fn a_client_with_an_id_of_another_process_is_told_to_reset() {
    let app = TestApp::start().await;
    for id in ["000000000000-1", "x", "-"] {
        let mut events = open(&app, "", Some(id)).await;
        let (_, name, data) = next(&mut events).await;
        assert_eq!((name.as_str(), data), ("reset", json!({"reason": "unknown_id"})));
    }
}

#[tokio::test]
async fn there_are_only_so_many_streams_and_places_are_given_back() {
    let app = TestApp::with(ServerOptions { max_event_streams: 1, ..ServerOptions::default() }).await;
    let events = open(&app, "", None).await;
    let refused = app.get("/api/v1/events").await;
    refused.assert_problem(503, "too_many_streams");
    assert_eq!(refused.header("retry-after"), "5");
    drop(events);
    drop(open(&app, "", None).await);
}

#[tokio::test]
async fn a_client_that_is_too_slow_is_told_to_reset() {
    let app = TestApp::start().await;
    let mut events = open(&app, "", None).await;
    let task = |n: u128| Change {
        id: TaskId::from(uuid::Uuid::from_u128(n)),
        name: TaskName::new("math.add").unwrap(),
        queue: QueueName::default_queue(),
        attempt: 1,
        at: app.clock.now(),
        kind: ChangeKind::Progress,
    };
    // More than a client may fall behind by, in few notices, while nobody reads.
    for _ in 0..10 {
        app.store.feed().announce_all(Changes::Each((0..200).map(task).collect()));
    }
    let (_, name, data) = next(&mut events).await;
    assert_eq!((name.as_str(), data), ("reset", json!({"reason": "slow_client"})));
    assert_eq!(next(&mut events).await.1, "task.progress");
}

#[tokio::test]
async fn a_shutdown_ends_the_streams() {
    let app = TestApp::start().await;
    let mut events = open(&app, "", None).await;
    app.shutdown.cancel();
    while let Some(event) = events.next().await {
        assert!(matches!(event, Event::Retry { .. }), "{event:?}");
    }
}

#[tokio::test]
async fn wrong_filters_are_refused() {
    let app = TestApp::start().await;
    for query in ["id=x", "task=a%20b", "queue=%00", "topic=x"] {
        let response = app.client.get(format!("/api/v1/events?{query}")).send().await;
        Answer::of(response).await.assert_problem(400, "invalid_parameter");
    }
}

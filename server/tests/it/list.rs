use std::{collections::HashSet, time::Duration};

use poem::http::StatusCode;
use ruche_domain::Timestamp;
use serde_json::json;

use crate::harness::TestApp;

#[tokio::test]
async fn pages_show_every_task_once_newest_first() {
    let app = TestApp::start().await;
    for _ in 0..7 {
        app.add().await;
        app.clock.advance(Duration::from_millis(1));
    }
    let (mut path, mut seen) = ("/api/v1/tasks?limit=3&queue=math".to_owned(), Vec::new());
    loop {
        let page = app.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{:#}", page.body);
        seen.extend(
            page.body["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|task| task["created_at"].as_str().unwrap().parse::<Timestamp>().unwrap()),
        );
        assert_eq!(page.body["has_more"], json!(!page.body["next_cursor"].is_null()));
        if page.body["next_cursor"].is_null() {
            assert!(!page.headers.contains_key("link"));
            break;
        }
        let link = page.header("link").to_owned();
        assert!(link.ends_with(">; rel=\"next\"") && link.contains("limit=3&queue=math"), "{link}");
        path = link[1..link.find('>').unwrap()].to_owned();
    }
    assert_eq!(seen.len(), 7);
    assert_eq!(seen.iter().collect::<HashSet<_>>().len(), 7);
    assert!(seen.is_sorted_by(|a, b| a >= b));
}

#[tokio::test]
async fn filters_are_combined() {
    let app = TestApp::start().await;
    let done = app.add().await;
    app.succeed(done).await;
    app.clock.advance(Duration::from_secs(60));
    app.add().await;
    for (query, expected) in [
        ("state=succeeded", 1),
        ("state=queued", 1),
        ("task=math.add", 2),
        ("task=http.request", 0),
        ("queue=math&state=failed", 0),
        ("worker=ruche@test", 1),
        ("created_before=2027-01-15T08:00:30Z", 1),
        ("created_from=2027-01-15T08:00:30Z", 1),
        ("created_from=2027-01-15T08:00:30Z&state=succeeded", 0),
    ] {
        let page = app.get(&format!("/api/v1/tasks?{query}")).await;
        assert_eq!(page.body["data"].as_array().map(Vec::len), Some(expected), "{query}: {:#}", page.body);
    }
}

#[tokio::test]
async fn wrong_filters_are_refused() {
    let app = TestApp::start().await;
    for query in [
        "state=done",
        "state=",
        "limit=0",
        "limit=201",
        "limit=x",
        "limit=-1",
        "task=a%20b",
        "queue=%00",
        "worker=%F0%9F%90%9D",
        "cursor=",
        "created_from=yesterday",
        "created_before=%2B262142-12-31T00:00:00Z",
        "stat=failed",
        "state=queued&state=failed",
        "x",
        "task='%20or%201=1--",
    ] {
        app.get(&format!("/api/v1/tasks?{query}")).await.assert_problem(400, "invalid_parameter");
    }
}

#[tokio::test]
async fn a_cursor_is_of_the_filters_it_was_made_for() {
    let app = TestApp::start().await;
    app.add().await;
    app.add().await;
    let page = app.get("/api/v1/tasks?limit=1").await;
    let cursor = page.body["next_cursor"].as_str().unwrap();
    assert_eq!(app.get(&format!("/api/v1/tasks?limit=2&cursor={cursor}")).await.status, StatusCode::OK);
    for query in [&format!("state=queued&cursor={cursor}"), "cursor=abc", "cursor=%00"] {
        app.get(&format!("/api/v1/tasks?{query}")).await.assert_problem(422, "invalid_cursor");
    }
}

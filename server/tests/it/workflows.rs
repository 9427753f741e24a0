use std::time::Duration;

use poem::http::StatusCode;
use ruche_domain::{AttemptOutcome, RawJson, TaskFailure, TaskId};
use ruche_server::{maintenance::Duties, publisher::Publisher};
use ruche_store::Retention;
use serde_json::{Value, json};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::harness::{Answer, TestApp, UNKNOWN_ID};

const WORKFLOWS: &str = "/api/v1/workflows";

fn add(key: &str, depends_on: &[&str]) -> Value {
    json!({"key": key, "depends_on": depends_on, "task": {"task": "math.add", "kwargs": {"a": 1, "b": 2}}})
}

fn of(nodes: &[Value]) -> Value {
    json!({"name": "sums", "nodes": nodes})
}

async fn create(app: &TestApp, body: &Value) -> Answer {
    let answer = app.post(WORKFLOWS, body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{:#}", answer.body);
    answer
}

fn task_of(workflow: &Value, key: &str) -> TaskId {
    let nodes = workflow["nodes"].as_array().unwrap();
    let node = nodes.iter().find(|node| node["key"] == key).unwrap();
    node["task_id"].as_str().unwrap().parse().unwrap()
}

fn states(workflow: &Value) -> Vec<&str> {
    workflow["nodes"].as_array().unwrap().iter().map(|node| node["state"].as_str().unwrap()).collect()
}

fn failed() -> AttemptOutcome {
    AttemptOutcome::Failed { failure: TaskFailure::new("boom", "it went wrong") }
}

#[tokio::test]
async fn a_workflow_runs_to_its_end_with_its_results_handed_on() {
    let app = TestApp::start().await;
    let mut sum = add("sum", &["left", "right"]);
    sum["task"]["kwargs"] = json!({"a": {"$result": "left"}, "b": {"$result": "right", "pointer": ""}});
    let created = create(&app, &of(&[add("left", &[]), add("right", &[]), sum])).await;
    let address = created.header("location").to_owned();
    assert_eq!(states(&created.body), ["queued", "queued", "blocked"]);
    assert_eq!(created.body["nodes"][2]["depends_on"], json!(["left", "right"]));
    app.succeed(task_of(&created.body, "left")).await;
    app.succeed(task_of(&created.body, "right")).await;
    let id = task_of(&created.body, "sum");
    assert_eq!(app.get(&format!("/api/v1/tasks/{id}")).await.body["kwargs"], json!({"a": 3, "b": 3}));
    app.succeed(id).await;
    let ended = app.get(&address).await;
    assert_eq!((&ended.body["state"], states(&ended.body)), (&json!("succeeded"), vec!["succeeded"; 3]));
    assert!(ended.body["finished_at"].is_string());
    app.post_empty(&format!("{address}/cancel")).await.assert_problem(409, "workflow_ended");
    app.post_empty(&format!("{address}/retry")).await.assert_problem(409, "nothing_to_retry");
}

#[tokio::test]
async fn a_failed_workflow_is_retried_from_the_failed_node() {
    let app = TestApp::start().await;
    let created = create(&app, &of(&[add("a", &[]), add("b", &["a"]), add("c", &["b"])])).await;
    let address = created.header("location").to_owned();
    app.succeed(task_of(&created.body, "a")).await;
    let attempt = app.claim(task_of(&created.body, "b")).await;
    app.finish(attempt, failed()).await;
    let failed = app.get(&address).await;
    assert_eq!((&failed.body["state"], states(&failed.body)), (&json!("failed"), vec!["succeeded", "failed", "cancelled"]));
    assert_eq!(failed.body["nodes"][1]["failure"]["kind"], "boom");
    let retried = app.post_empty(&format!("{address}/retry")).await;
    assert_eq!((retried.status, states(&retried.body)), (StatusCode::OK, vec!["succeeded", "queued", "blocked"]));
    let cancelled = app.post_empty(&format!("{address}/cancel")).await;
    assert_eq!(
        (&cancelled.body["state"], states(&cancelled.body)),
        (&json!("cancelled"), vec!["succeeded", "cancelled", "cancelled"])
    );
}

#[tokio::test]
async fn workflows_are_listed_in_pages() {
    let app = TestApp::start().await;
    for _ in 0..3 {
        create(&app, &of(&[add("a", &[])])).await;
    }
    let first = app.get(&format!("{WORKFLOWS}?limit=2")).await;
    assert_eq!((first.body["data"].as_array().unwrap().len(), &first.body["has_more"]), (2, &json!(true)));
    assert!(first.header("link").contains("rel=\"next\""));
    let cursor = first.body["next_cursor"].as_str().unwrap();
    let second = app.get(&format!("{WORKFLOWS}?limit=2&cursor={cursor}")).await;
    assert_eq!((second.body["data"].as_array().unwrap().len(), &second.body["has_more"]), (1, &json!(false)));
    app.get(&format!("{WORKFLOWS}?cursor=AAAA")).await.assert_problem(422, "invalid_cursor");
    for path in ["", "/cancel", "/retry"] {
        let path = format!("{WORKFLOWS}/{UNKNOWN_ID}{path}");
        let answer = if path.ends_with(UNKNOWN_ID) { app.get(&path).await } else { app.post_empty(&path).await };
        answer.assert_problem(404, "workflow_not_found");
    }
    app.get(&format!("{WORKFLOWS}/x")).await.assert_problem(400, "invalid_parameter");
}

#[tokio::test]
async fn bad_workflows_are_refused_with_the_place() {
    let app = TestApp::start().await;
    let with = |kwargs: Value| {
        let mut node = add("b", &["a"]);
        node["task"]["kwargs"] = kwargs;
        of(&[add("a", &[]), add("x", &[]), node])
    };
    let many: Vec<_> = (0..=1_000).map(|n| add(&format!("n{n}"), &[])).collect();
    for (body, pointer) in [
        (of(&[]), "/nodes"),
        (of(&many), "/nodes"),
        (of(&[add("a b", &[])]), "/nodes/0/key"),
        (of(&[add("a", &[]), add("a", &[])]), "/nodes/1/key"),
        (of(&[add("a", &["x"])]), "/nodes/0/depends_on/0"),
        (of(&[add("a", &["a"])]), "/nodes/0/depends_on/0"),
        (of(&[add("a", &[]), add("b", &["a", "a"])]), "/nodes/1/depends_on/1"),
        (of(&[add("r", &[]), add("a", &["b"]), add("b", &["a"])]), "/nodes/1/depends_on"),
        (with(json!({"a": {"$result": "x"}, "b": 1})), "/nodes/2/task/kwargs"),
        (with(json!({"a": {"$result": 7}, "b": 1})), "/nodes/2/task/kwargs"),
        (with(json!({"a": {"$result": "a", "more": 1}, "b": 1})), "/nodes/2/task/kwargs"),
        (json!({"name": "x".repeat(201), "nodes": [add("a", &[])]}), "/name"),
    ] {
        let answer = app.post(WORKFLOWS, &body).await;
        assert_eq!(answer.assert_problem(422, "invalid_body").pointers(), [pointer], "{:#}", answer.body);
    }
    let wrong = app.post(WORKFLOWS, &with(json!({"a": "one", "b": 1}))).await;
    assert_eq!(wrong.assert_problem(422, "invalid_arguments").pointers(), ["/nodes/2/task/kwargs/a"]);
    assert_eq!(app.get(WORKFLOWS).await.body["data"], json!([]), "nothing was stored");
}

#[tokio::test]
async fn the_next_link_is_published_within_moments() {
    let app = TestApp::start().await;
    let registry = prometheus::Registry::new();
    let publisher = Publisher::start(app.store.clone(), app.broker.clone(), &registry).unwrap();
    let never = Duration::from_secs(1_000_000_000);
    let retention = Retention { succeeded: never, failed: never, other: never, idempotency_keys: never };
    let (store, broker, clock) = (app.store.clone(), app.broker.clone(), app.clock.clone());
    let tracker = TaskTracker::new();
    let stop = CancellationToken::new();
    Duties { store, broker, publisher, clock, retention, accept_unregistered_tasks: false }.start(&tracker, &stop);
    let created = create(&app, &of(&[add("a", &[]), add("b", &["a"])])).await;
    let math = ruche_domain::QueueName::new("math").unwrap();
    let depth = || async { app.broker.depth(&math).await.unwrap().ready };
    let reaches = |wanted: u64| async move {
        while depth().await < wanted {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), reaches(1)).await.expect("the first link is published");
    let attempt = app.claim(task_of(&created.body, "a")).await;
    app.finish(attempt, AttemptOutcome::Succeeded { result: RawJson::null() }).await;
    // The relay's pause is a second, the refill's five: only the wake is as quick as this.
    tokio::time::timeout(Duration::from_millis(700), reaches(2)).await.expect("the second link is published at once");
    stop.cancel();
    tracker.close();
    tracker.wait().await;
}

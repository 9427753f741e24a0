use std::time::Duration;

use poem::http::{Method, StatusCode};
use ruche_domain::{AttemptOutcome, Clock, RawJson, TaskFailure, TaskId};
use serde_json::{Value, json};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::harness::{Answer, TestApp, UNKNOWN_ID};

const WORKFLOWS: &str = "/api/v1/workflows";

fn add(key: &str, depends_on: &[&str]) -> Value {
    json!({"key": key, "depends_on": depends_on, "task": {"task": "math.add", "kwargs": {"a": 1, "b": 2}}})
}

fn unnamed() -> Value {
    json!({"task": {"task": "math.add", "kwargs": {"a": 1, "b": 2}}})
}

fn step(key: &str) -> Value {
    json!({"key": key, "task": {"task": "math.add", "kwargs": {"a": 1, "b": 2}}})
}

/// A chain in a chain in a chain.
fn deep(depth: usize) -> Value {
    (1..depth).fold(json!({"chain": [step("a")]}), |inner, _| json!({"chain": [inner]}))
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
        (json!({"name": "nothing"}), ""),
        (json!({"nodes": [add("a", &[])], "chain": [step("a")]}), ""),
        (json!({"chain": []}), "/chain"),
        (json!({"chain": [step("a"), {"group": []}]}), "/chain/1/group"),
        (json!({"chain": [step("a"), {}]}), "/chain/1"),
        (json!({"chain": [{"key": "a", "group": [step("a")]}]}), "/chain/0"),
        (json!({"group": [step("a"), step("a")]}), "/group/1/key"),
        (json!({"group": [step("a b")]}), "/group/0/key"),
        (json!({"chord": {"header": [], "body": step("a")}}), "/chord/header"),
        (json!({"chord": {"header": [step("a")], "body": {"chain": [{}]}}}), "/chord/body/chain/0"),
        (deep(11), "/chain/0/chain/0/chain/0/chain/0/chain/0/chain/0/chain/0/chain/0/chain/0/chain/0"),
        (json!({"chain": [{"group": vec![unnamed(); 101]}, {"group": vec![unnamed(); 100]}]}), ""),
        (
            json!({"chain": [step("a"), {"task": {"task": "math.add", "kwargs": {"a": {"$result": "b"}, "b": 1}}}]}),
            "/chain/1/task/kwargs",
        ),
        (
            json!({"chain": [{"task": {"task": "math.add", "kwargs": {"a": 1, "b": 2}, "unique": {"key": "k"}}}]}),
            "/chain/0/task/unique",
        ),
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
    let (tracker, stop) = (TaskTracker::new(), CancellationToken::new());
    app.duties(&prometheus::Registry::new()).start(&tracker, &stop);
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

#[tokio::test]
async fn shapes_stand_for_graphs() {
    let app = TestApp::start().await;
    let sum = json!({"key": "sum", "task": {"task": "math.add", "kwargs": {"a": {"$result": "left"}, "b": {"$result": "2.2"}}}});
    let body = json!({"name": "shapes", "chain": [step("first"), {"group": [step("left"), unnamed()]}, sum]});
    let created = create(&app, &body).await;
    let graph: Vec<_> =
        created.body["nodes"].as_array().unwrap().iter().map(|node| (&node["key"], &node["depends_on"])).collect();
    assert_eq!(json!(graph), json!([["first", []], ["left", ["first"]], ["2.2", ["first"]], ["sum", ["2.2", "left"]]]));
    for key in ["first", "left", "2.2"] {
        app.succeed(task_of(&created.body, key)).await;
    }
    let id = task_of(&created.body, "sum");
    assert_eq!(app.get(&format!("/api/v1/tasks/{id}")).await.body["kwargs"], json!({"a": 3, "b": 3}));
    let chord =
        json!({"chord": {"header": [step("a"), step("b")], "body": {"chain": [step("c"), {"group": [step("d"), step("e")]}]}}});
    let created = create(&app, &chord).await;
    assert_eq!(states(&created.body), ["queued", "queued", "blocked", "blocked", "blocked"]);
    assert_eq!(created.body["nodes"][2]["depends_on"], json!(["a", "b"]));
    assert_eq!(create(&app, &deep(10)).await.body["nodes"].as_array().unwrap().len(), 1);
    let group = create(&app, &json!({"group": vec![unnamed(); 1_000]})).await;
    assert_eq!(group.body["nodes"][999]["key"], "1000");
}

#[tokio::test]
async fn a_repeated_request_is_answered_with_its_workflow() {
    let app = TestApp::start().await;
    let body = json!({"chain": [step("a"), step("b")]});
    let with = async |key: &str, body: Value| {
        Answer::of(app.request(Method::POST, WORKFLOWS).header("idempotency-key", key).body_json(&body).send().await).await
    };
    let first = with("k", body.clone()).await;
    assert_eq!(first.status, StatusCode::CREATED);
    app.succeed(task_of(&first.body, "a")).await;
    let again = with("k", body.clone()).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (StatusCode::OK, "true"));
    assert_eq!((&again.body["id"], states(&again.body)), (&first.body["id"], vec!["succeeded", "queued"]), "as it stands now");
    assert_eq!(again.header("location"), first.header("location"));
    with("k", json!({"chain": [step("a")]})).await.assert_problem(422, "idempotency_key_reused");
    let refused = with("l", json!({"chain": []})).await;
    refused.assert_problem(422, "invalid_body");
    assert_eq!(with("l", body).await.status, StatusCode::CREATED, "a refused request uses no key up");
    assert_eq!(app.get(WORKFLOWS).await.body["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn nodes_whose_key_is_full_refuse_the_workflow() {
    let app = TestApp::start().await;
    let limits = json!({"limits": {"per_key": {"max_running": 1, "strategy": "reject_newest"}}});
    let limited = Answer::of(app.request(Method::PATCH, "/api/v1/queues/math").body_json(&limits).send().await).await;
    assert_eq!(limited.status, StatusCode::OK, "{:#}", limited.body);
    let keyed = json!({"key": "b", "task": {"task": "math.add", "kwargs": {"a": 1, "b": 2}, "concurrency_key": "k"}});
    create(&app, &json!({"chain": [step("a"), keyed]})).await;
    let full = app.post(WORKFLOWS, &json!({"chain": [step("a"), {"group": [keyed]}]})).await;
    assert_eq!(full.assert_problem(409, "key_full").pointers(), ["/chain/1/group/0/task/concurrency_key"]);
}

#[tokio::test]
async fn what_a_workflow_needs_is_not_deleted_nor_run_before_its_time() {
    let app = TestApp::start().await;
    let created = create(&app, &json!({"chain": [step("a"), step("b"), step("c")]})).await;
    let address = created.header("location").to_owned();
    let attempt = app.claim(task_of(&created.body, "a")).await;
    app.finish(attempt, failed()).await;
    let early = app.post_empty(&format!("/api/v1/tasks/{}/retry", task_of(&created.body, "c"))).await;
    let detail = early.assert_problem(409, "not_retryable").body["detail"].as_str().unwrap();
    assert!(detail.contains("its workflow"), "{detail}");
    let operation = json!({"action": "delete", "filter": {"state": "failed"}});
    assert_eq!(app.post("/api/v1/operations", &operation).await.status, StatusCode::ACCEPTED);
    while app.store.work_on_operation(app.clock.now(), 100).await.unwrap().is_some() {}
    let whole = app.get(&address).await;
    assert_eq!((states(&whole.body), &whole.body["nodes"][0]["task"]), (vec!["failed", "cancelled", "cancelled"], &json!(null)));
    app.post_empty(&format!("{address}/retry")).await.assert_problem(409, "workflow_incomplete");
}

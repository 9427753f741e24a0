//! Of workflows.

use serde_json::{Value, json};

use super::{AT, ID};

pub fn create() -> Value {
    json!({
        "name": "publish-report",
        "chain": [
            {"key": "fetch", "task": {"task": "http.request", "kwargs": {"url": "https://example.com/report"}}},
            {"key": "publish", "task": {
                "task": "http.request",
                "kwargs": {"url": "https://example.com/publish", "method": "POST", "body": {"$result": "fetch", "pointer": "/body"}},
            }},
        ],
        "failure_policy": "cancel_rest",
    })
}

pub fn summary() -> Value {
    json!({
        "id": ID, "name": "publish-report", "state": "running", "failure_policy": "cancel_rest", "created_at": AT,
        "finished_at": null, "node_count": 2, "open": 1,
    })
}

pub fn workflow() -> Value {
    let node = |key: &str, depends_on: Value, state: &str, attempt: u32, at: Value| {
        json!({
            "key": key, "task_id": ID, "task": "http.request", "depends_on": depends_on, "on_failure": "fail", "state": state,
            "attempt": attempt, "queued_at": AT, "started_at": at, "finished_at": at, "failure": null,
        })
    };
    json!({
        "id": ID, "name": "publish-report", "state": "running", "failure_policy": "cancel_rest", "created_at": AT,
        "finished_at": null,
        "nodes": [node("fetch", json!([]), "succeeded", 1, json!(AT)), node("publish", json!(["fetch"]), "queued", 0, json!(null))],
    })
}

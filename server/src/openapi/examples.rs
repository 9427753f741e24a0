//! Examples: one per schema, shown wherever a body is of that schema.

mod artifacts;
mod schedules;
mod webhooks;
mod workflows;

use poem::http::StatusCode;
use serde_json::{Value, json};

use super::{access_examples, each_operation};
use crate::problem::Code;

const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
/// Where a cursor is refused.
const CURSOR: &str = "/api/v1/tasks?cursor=abc";
/// The same of lists with names.
const CURSORED: &str = "?cursor=abc";
const AT: &str = "2026-11-22T12:00:00.000123Z";

/// Puts an example beside every schema that has one.
pub fn fill(document: &mut Value) {
    each_operation(document, |path, operation| {
        let path = path.replace("{id}", ID).replace("{name}", "default");
        if let Some(request) = operation.get_mut("requestBody") {
            fill_content(request, None, &path);
        }
        let cursor = operation["operationId"] == "listTasks";
        let lists =
            ["listSchedules", "listScheduleTicks", "listWorkflows", "listArtifacts", "listWebhooks", "listWebhookDeliveries"];
        let named = operation["operationId"].as_str().is_some_and(|id| lists.contains(&id));
        let cursored = format!("{path}{CURSORED}");
        for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
            let path = if cursor && status == "422" { CURSOR } else { &path };
            let path = if named && status == "422" { &cursored } else { path };
            fill_content(response, Some(status), path);
        }
    });
}

fn fill_content(body: &mut Value, status: Option<&str>, path: &str) {
    for (media_type, media) in body.get_mut("content").and_then(Value::as_object_mut).into_iter().flatten() {
        let name = media["schema"]["$ref"].as_str().and_then(|target| target.rsplit('/').next()).unwrap_or_default();
        let example = match name {
            "Problem" => status.and_then(|status| problem(status, path)),
            "" => text(media_type, path),
            name => of(name),
        };
        if let (Some(example), true) = (example, media["example"].is_null()) {
            media["example"] = example;
        }
    }
}

fn text(media_type: &str, path: &str) -> Option<Value> {
    let event = format!("id: 6f2c19d4a0b7-17\nevent: task.state\ndata: {}\n\n", of("TaskEvent")?);
    match media_type {
        "text/event-stream" => Some(json!(event)),
        _ if path == "/metrics" => Some(json!("# HELP ruche_build_info What runs; always 1.\n# TYPE ruche_build_info gauge\n")),
        _ => Some(json!("ok\n")),
    }
}

fn problem(status: &str, path: &str) -> Option<Value> {
    let status = StatusCode::from_bytes(status.as_bytes()).ok()?;
    let fits = |code: &&Code| code.status() == status;
    let special = match (status.as_u16(), path) {
        (404, path) if path.contains("/artifacts/") => Some(Code::ArtifactNotFound),
        (422, path) if path.ends_with("/artifacts") => Some(Code::InvalidFileName),
        (404, path) if path.contains("/webhooks/") && path.contains(ID) => Some(Code::DeliveryNotFound),
        (404, path) if path.contains("/webhooks/") => Some(Code::WebhookNotFound),
        (409, path) if path.ends_with("/webhooks") => Some(Code::WebhookExists),
        (409, path) if path.contains("/webhooks/") && path.ends_with("/test") => Some(Code::WebhookPaused),
        (409, path) if path.contains("/webhooks/") => Some(Code::DeliveryOpen),
        (404, path) if path.contains("/keys/") => Some(Code::KeyNotFound),
        (409, path) if path.ends_with("/keys") => Some(Code::TooManyKeys),
        (404, path) if path.contains("/operations/") => Some(Code::OperationNotFound),
        (404, path) if path.contains("/dead-letters/") => Some(Code::DeadLetterNotFound),
        (409, path) if path.contains("/operations/") => Some(Code::OperationEnded),
        (409, "/api/v1/operations") => Some(Code::TooManyOperations),
        (410, path) if path.contains("/operations") || path.contains("/dead-letters/") => Some(Code::OperationPruned),
        (404, path) if path.contains("/task-limits/") => Some(Code::TaskLimitNotFound),
        (404, path) if path.contains("/queues/") => Some(Code::QueueNotFound),
        (404, path) if path.contains("/tasks/") && path.contains(ID) => Some(Code::TaskNotFound),
        (404, path) if path.contains("/workflows/") => Some(Code::WorkflowNotFound),
        (409, path) if path.ends_with("/workflows") => Some(Code::KeyFull),
        (410, path) if path.ends_with("/workflows") => Some(Code::WorkflowPruned),
        (409, path) if path.contains("/workflows/") && path.ends_with("/cancel") => Some(Code::WorkflowEnded),
        (409, path) if path.contains("/workflows/") && path.ends_with("/retry") => Some(Code::NothingToRetry),
        (409, path) if path.ends_with("/cancel") => Some(Code::TaskEnded),
        (409, path) if path.ends_with("/retry") => Some(Code::NotRetryable),
        (404, path) if path.contains("/schedules/") => Some(Code::ScheduleNotFound),
        (404, _) => Some(Code::DefinitionNotFound),
        (409, path) if path.ends_with("/run") => Some(Code::ScheduleOverlap),
        (409, path) if path.ends_with("/schedules") => Some(Code::ScheduleExists),
        (422, path) if path.ends_with(CURSORED) => Some(Code::InvalidCursor),
        (422, CURSOR) => Some(Code::InvalidCursor),
        (400, _) => Some(Code::InvalidParameter),
        (503, "/readyz") => Some(Code::NotReady),
        _ => None,
    };
    let code = special.or_else(|| Code::ALL.iter().find(fits).copied())?;
    let mut example = json!({
        "type": format!("/problems/{}", code.as_str()),
        "title": code.title(),
        "status": status.as_u16(),
        "instance": path.split('?').next(),
        "code": code.as_str(),
        "request_id": "0193526f8a7e7c3ab1d2c3d4e5f60718",
        "errors": [],
    });
    let one = |at: (&str, &str), code: &str, detail: &str| json!([{at.0: at.1, "code": code, "detail": detail}]);
    match code {
        Code::InvalidParameter => example["errors"] = one(("parameter", "limit"), "invalid_parameter", "at most 200"),
        Code::InvalidBody => example["errors"] = one(("pointer", "/priority"), "maximum", "0 to 9"),
        _ => {}
    }
    Some(example)
}

/// The example of a component.
pub(super) fn of(schema: &str) -> Option<Value> {
    Some(match schema {
        "EnqueueTask" => json!({
            "task": "http.request",
            "kwargs": {"url": "https://example.com/hook", "method": "POST"},
            "priority": 5,
            "countdown_ms": 60_000,
            "retry": {"max_attempts": 8, "initial_ms": 2_000},
            "unique": {"key": "order-42", "policy": "existing"},
        }),
        "EnqueueBatch" => json!({"tasks": [
            {"task": "http.request", "kwargs": {"url": "https://example.com/hook?order=1"}},
            {"task": "http.request", "kwargs": {"url": "https://example.com/hook?order=2"}},
        ]}),
        "EnqueuedBatch" => json!({"ids": [ID, "01890a5d-ac96-774b-bcce-b302099a8058"]}),
        "CreateSchedule" => schedules::create(),
        "ReplaceSchedule" => schedules::replace(),
        "PreviewSchedule" => json!({"rule": {"cron": "30 2 * * *", "time_zone": "Europe/Paris"}}),
        "BackfillSchedule" => json!({"from": "2026-11-20T00:00:00Z", "until": "2026-11-22T00:00:00Z"}),
        "Schedule" => schedules::schedule(),
        "SchedulePage" => json!({"data": [schedules::schedule()], "next_cursor": null, "has_more": false}),
        "SchedulePreview" => schedules::preview(),
        "FilledSchedule" => {
            json!({"ticks": 2, "data": [{"tick_at": "2026-11-20T01:30:00Z", "task_id": ID}]})
        }
        "CreateWorkflow" => workflows::create(),
        "Workflow" => workflows::workflow(),
        "WorkflowPage" => json!({"data": [workflows::summary()], "next_cursor": null, "has_more": false}),
        "TickPage" => schedules::ticks(),
        "CreateWebhook" => webhooks::create(),
        "ReplaceWebhook" => webhooks::replace(),
        "RotateWebhookSecret" => json!({"previous_valid_ms": 3_600_000}),
        "ReplayWebhook" => json!({"since": "2026-11-22T00:00:00Z"}),
        "ReplayedWebhook" => json!({"replayed": 12}),
        "Webhook" => webhooks::webhook(),
        "WebhookWithSecret" => webhooks::with_secret(),
        "WebhookPage" => json!({"data": [webhooks::webhook()], "next_cursor": null, "has_more": false}),
        "WebhookDelivery" => webhooks::delivery(),
        "WebhookDeliveryPage" => json!({"data": [webhooks::delivery()], "next_cursor": null, "has_more": false}),
        "Task" => task(),
        "TaskPage" => json!({"data": [summary()], "next_cursor": "AAZF1dY4ZAB7AYkKXayWd0u8zrMCCZqAVw", "has_more": true}),
        "TaskResult" => json!({"id": ID, "state": "succeeded", "ready": true, "result": {"status": 200}, "failure": null}),
        "AttemptList" => json!({"data": [{
            "attempt": 1, "worker": "ruche@host-1", "state": "succeeded", "queued_at": AT, "started_at": AT, "finished_at": AT,
            "failure": null,
        }]}),
        "LogPage" => json!({
            "data": [{"seq": 1, "attempt": 1, "at": AT, "level": "info", "message": "POST https://example.com/hook: 200"}],
            "next_after": 1, "has_more": false,
        }),
        "Timeline" => json!({"data": [
            event("accepted", None, None), event("queued", Some(1), Some("queued")), event("started", Some(1), Some("running")),
            event("ended", Some(1), Some("succeeded")),
        ]}),
        "Definition" => definition(),
        "DefinitionList" => json!({"data": [definition()]}),
        "Queue" => queue(&json!({"ready": 2, "consumers": 1})),
        "QueueChange" => json!({"limits": limits()}),
        "TaskLimit" => task_limit(),
        "TaskLimitList" => json!({"data": [task_limit()]}),
        "TaskLimitChange" => json!({"rate": {"count": 100, "per_ms": 60_000, "burst": 10}}),
        "QueueList" => json!({"data": [queue(&Value::Null)]}),
        "WorkerList" => json!({"data": [{
            "name": "ruche@host-1", "status": "online", "queues": ["default"], "tasks": ["http.request"], "slots": 10, "busy": 1,
            "version": "0.1.0", "started_at": AT, "seen_at": AT,
        }]}),
        "Stats" => json!({
            "at": AT,
            "tasks": [{"state": "queued", "count": 2, "at_least": false}, {"state": "succeeded", "count": 10_000, "at_least": true}],
            "outbox": {"pending": 0, "oldest_at": null},
            "workers": {"workers": 1, "slots": 10, "busy": 1},
        }),
        "StatsHistory" => {
            json!({"step_ms": 30_000, "data": [{"from": AT, "entered": {"succeeded": 120}, "waiting": 3, "running": 4}]})
        }
        "NewOperation" => json!({"action": "retry", "filter": {"state": "failed", "task": "http.request"}, "dry_run": false}),
        "Operation" => operation(),
        "OperationList" => json!({"data": [operation()], "next_cursor": null, "has_more": false}),
        "OperationPreview" => json!({
            "action": "retry", "count": 10_000, "at_least": true,
            "states": [{"state": "failed", "count": 10_000, "at_least": true}],
        }),
        "DeadLetter" => dead_letter(),
        "DeadLetterPage" => json!({"data": [dead_letter()], "next_cursor": null, "has_more": false}),
        "RetryTask" => json!({"kwargs": {"url": "https://example.com/other"}, "priority": 9}),
        "Artifact" => artifacts::artifact(),
        "ArtifactPage" => json!({"data": [artifacts::artifact()], "next_cursor": null, "has_more": false}),
        "TaskEvent" => {
            json!({"id": ID, "task": "http.request", "queue": "default", "attempt": 1, "at": AT, "state": "succeeded"})
        }
        other => return access_examples::of(other),
    })
}

fn summary() -> Value {
    json!({
        "id": ID, "task": "http.request", "queue": "default", "priority": 5, "state": "succeeded", "attempt": 1, "attempts_used": 1,
        "max_attempts": 8, "created_at": AT, "queued_at": AT, "due_at": null, "started_at": AT, "finished_at": AT,
        "lease_until": null, "expires_at": null, "worker": "ruche@host-1", "cancel_requested": false, "progress": null, "failure": null,
    })
}

fn task() -> Value {
    let mut task = summary();
    let more = json!({
        "args": [], "kwargs": {"url": "https://example.com/hook", "method": "POST"}, "eta": null, "timeout_ms": null,
        "retry": {"max_attempts": 8, "initial_ms": 2_000, "max_ms": 600_000, "factor": 2.0, "jitter": 0.5},
        "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736", "schedule": null, "tick_at": null, "concurrency_key": "tenant-7", "waiting": null,
        "result": {"status": 200},
    });
    if let (Some(task), Value::Object(more)) = (task.as_object_mut(), more) {
        task.extend(more);
    }
    task
}

fn operation() -> Value {
    json!({
        "id": ID, "action": "retry", "filter": {"state": "failed", "task": "http.request"}, "parameters": {}, "state": "running",
        "matched": 1_500, "changed": 1_499, "skipped": 1, "skipped_tasks": [{"id": ID, "reason": "moved_on"}], "error": null,
        "created_at": AT, "started_at": AT, "finished_at": null,
    })
}

fn dead_letter() -> Value {
    json!({
        "fingerprint": "ec90270c9863766d", "task": "http.request", "count": 12, "at_least": false, "first_seen": AT, "last_seen": AT,
        "sample": ID, "failure": {"kind": "http_status", "message": "answered 503 after 12 ms", "details": null},
    })
}

fn event(kind: &str, attempt: Option<u32>, state: Option<&str>) -> Value {
    let worker = (kind == "started").then_some("ruche@host-1");
    json!({"kind": kind, "at": AT, "attempt": attempt, "worker": worker, "state": state, "progress": null, "failure": null})
}

fn definition() -> Value {
    json!({
        "name": "http.request", "summary": "Sends an HTTP request.", "description": "Sends an HTTP request.",
        "arguments": {"type": "object", "properties": {"url": {"type": "string", "format": "uri"}}, "required": ["url"]},
        "result": {"type": "object"}, "queue": "default", "priority": 0,
        "retry": {"max_attempts": 5, "initial_ms": 1_000, "max_ms": 600_000, "factor": 2.0, "jitter": 0.5}, "timeout_ms": 300_000,
    })
}

fn limits() -> Value {
    json!({
        "max_running": 50, "rate": {"count": 100, "per_ms": 1_000, "burst": 200},
        "per_key": {"max_running": 2, "strategy": "queue", "rate": null},
    })
}

fn task_limit() -> Value {
    json!({"task": "email.send", "rate": {"count": 100, "per_ms": 60_000, "burst": 10}, "next_at": null})
}

fn queue(broker: &Value) -> Value {
    let waiting = json!({
        "held": [
            {"reason": "key_limit", "tasks": 1, "next_at": null},
            {"reason": "rate_limit", "tasks": 1, "next_at": AT},
        ],
        "keys": [{"key": "tenant-7", "running": 2, "waiting": 1}],
    });
    json!({
        "name": "default", "tasks": {"blocked": 0, "scheduled": 0, "queued": 2, "running": 1, "retrying": 0},
        "oldest_queued_at": AT, "oldest_started_at": AT, "workers": 1, "broker": broker, "paused_at": null, "limits": limits(),
        "admitted": if broker.is_null() { Value::Null } else { json!(1) },
        "waiting": if broker.is_null() { Value::Null } else { waiting },
    })
}

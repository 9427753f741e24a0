//! Of schedules.

use serde_json::{Value, json};

use super::{AT, ID};

pub fn replace() -> Value {
    json!({
        "description": "Every night at half past two, on the clocks of Paris.",
        "rule": {"cron": "30 2 * * *", "time_zone": "Europe/Paris"},
        "task": {"task": "http.request", "kwargs": {"url": "https://example.com/nightly", "method": "POST"}},
        "overlap": "skip",
        "catch_up": "last",
        "jitter_ms": 30_000,
    })
}

pub fn create() -> Value {
    let mut create = replace();
    create["name"] = json!("nightly-report");
    create
}

pub fn schedule() -> Value {
    let mut schedule = create();
    let more = json!({
        "catch_up_window_ms": null, "paused": false, "next_tick_at": "2026-11-23T01:30:00Z", "due_at": "2026-11-23T01:30:11.204Z",
        "last_tick_at": "2026-11-22T01:30:00Z", "last_task_id": ID, "created_at": AT, "updated_at": AT, "revision": 1,
    });
    if let (Some(schedule), Value::Object(more)) = (schedule.as_object_mut(), more) {
        schedule.extend(more);
    }
    schedule
}

pub fn preview() -> Value {
    json!({"data": [
        {"tick_at": "2027-03-28T01:00:00Z", "local": "2027-03-28T03:00:00+02:00", "due_at": null},
        {"tick_at": "2027-03-29T00:30:00Z", "local": "2027-03-29T02:30:00+02:00", "due_at": null},
    ]})
}

pub fn ticks() -> Value {
    json!({
        "data": [
            {"tick_at": "2026-11-22T01:30:00Z", "kind": "tick", "decided_at": AT, "task_id": ID, "skipped": null, "through": null,
             "detail": null},
            {"tick_at": "2026-11-18T01:30:00Z", "kind": "tick", "decided_at": AT, "task_id": null, "skipped": "missed",
             "through": "2026-11-21T01:30:00Z", "detail": null},
        ],
        "next_cursor": null, "has_more": false,
    })
}

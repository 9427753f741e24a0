//! Of webhooks.

use serde_json::{Value, json};

use super::{AT, ID};

pub fn replace() -> Value {
    json!({
        "description": "Tells billing of orders that could not be paid.",
        "url": "https://billing.example.com/hooks/ruche",
        "events": ["task.failed", "task.expired"],
        "queues": ["orders"],
        "tasks": ["orders.pay"],
        "include": ["kwargs"],
    })
}

pub fn create() -> Value {
    let mut create = replace();
    create["name"] = json!("billing");
    create
}

pub fn webhook() -> Value {
    let mut webhook = create();
    let more = json!({
        "paused_at": null, "pause_reason": null, "failing_since": null, "rotated_at": null, "previous_secret_until": null,
        "created_at": AT, "updated_at": AT, "revision": 1,
    });
    if let (Some(webhook), Value::Object(more)) = (webhook.as_object_mut(), more) {
        webhook.extend(more);
    }
    webhook
}

/// The secret is that of the specification's example.
pub fn with_secret() -> Value {
    json!({"webhook": webhook(), "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})
}

pub fn delivery() -> Value {
    json!({
        "id": "7d5f3bb5-3a0f-4f8e-9b7a-0c9a3a1f6d2e", "event": "task.failed", "task_id": ID, "occurred_at": AT, "state": "sending",
        "tries": 2, "replays": 0, "last_try_at": AT, "last_status": 503, "last_error": "the answer was 503",
        "next_try_at": "2026-11-22T12:05:00Z", "ended_at": null, "delivered_by": "01890a5d-ac96-774b-bcce-b302099a8058",
    })
}

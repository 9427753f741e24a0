//! Examples of artifacts.

use serde_json::{Value, json};

use super::{AT, ID};

/// One that a task made.
pub fn artifact() -> Value {
    json!({
        "id": ID, "name": "orders.ndjson", "content_type": "application/x-ndjson", "size": 48_213,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "task_id": ID, "attempt": 1,
        "created_at": AT, "expires_at": "2026-11-29T12:00:00.000123Z",
    })
}

//! Examples of keys, sessions and the audit log.

use serde_json::{Value, json};

const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
const AT: &str = "2026-11-22T12:00:00.000123Z";
const CURSOR: &str = "AAZF1dY4ZAB7AYkKXayWd0u8zrMCCZqAVw";

/// The example of a component.
pub fn of(schema: &str) -> Option<Value> {
    // Not a key that anybody has: its secret says so.
    let secret = format!("rk_01890a5dac96774bbcceb302099a8057_{}", "0123456789abcdef".repeat(4));
    Some(match schema {
        "CreateKey" => json!({"name": "deploy@example.com", "role": "operator", "expires_at": "2030-01-01T00:00:00Z"}),
        "CreatedKey" => json!({"secret": secret, "key": key()}),
        "Key" => key(),
        "KeyPage" => json!({"data": [key()], "next_cursor": CURSOR, "has_more": true}),
        "Login" => json!({"key": secret}),
        "Session" => json!({
            "name": "deploy@example.com", "role": "operator", "key_id": ID, "credential": "session", "expires_at": AT,
        }),
        "AuditPage" => json!({
            "data": [{
                "id": ID, "at": AT, "actor": "deploy@example.com", "key_id": ID, "role": "operator", "action": "cancelTask",
                "target": ID, "address": "203.0.113.9", "request_id": "0193526f8a7e7c3ab1d2c3d4e5f60718", "status": 200,
            }],
            "next_cursor": CURSOR,
            "has_more": true,
        }),
        _ => return None,
    })
}

fn key() -> Value {
    json!({
        "id": ID, "name": "deploy@example.com", "role": "operator", "created_at": AT, "created_by": "configured",
        "expires_at": "2030-01-01T00:00:00Z", "revoked_at": null, "last_used_at": AT,
    })
}

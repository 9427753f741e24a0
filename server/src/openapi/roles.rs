//! What each operation asks of its caller, for the document: `x-ruche-role`, the security requirement, a sentence.

use poem::http::Method;
use serde_json::{Value, json};

use crate::access::rules::{self, Needs};

/// The extension that names the role.
const EXTENSION: &str = "x-ruche-role";

/// Marks each operation of the API with its role; typed endpoints take it over from their pattern.
pub fn mark(document: &mut Value) {
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            let method = method.to_uppercase().parse::<Method>().unwrap_or_default();
            let id = operation["operationId"].as_str().unwrap_or_default();
            if let (true, Needs::Role(role)) = (path.starts_with("/api/"), rules::of(id, &method).needs) {
                operation[EXTENSION] = json!(role.as_str());
            }
        }
    }
}

/// How to show who one is.
pub fn schemes() -> Value {
    json!({
        "apiKey": {
            "type": "http",
            "scheme": "bearer",
            "description": "An API key. A server that asks for none lets everybody in.",
        },
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "__Host-ruche",
            "description": "The cookie of a browser's session (see `login`); over plain HTTP its name is `ruche_session`. Changes have \
                            to come from a page of this site.",
        },
    })
}

/// Says what a marked operation asks for; whether it may be refused for want of it.
pub fn describe(operation: &mut Value) -> bool {
    let Some(role) = operation[EXTENSION].as_str().map(ToOwned::to_owned) else { return false };
    let description = operation["description"].as_str().unwrap_or_default();
    operation["description"] = json!(format!("{description}\n\nNeeds the role `{role}`.").trim_start());
    operation["security"] = json!([{"apiKey": []}, {"session": []}]);
    role != "viewer"
}

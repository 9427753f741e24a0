//! What every operation has: refusals, headers, the API key.

use poem::http::StatusCode;
use serde_json::{Map, Value, json};

use super::{each_operation, roles};

/// Completes responses and security.
pub fn complete(document: &mut Value) {
    document["components"]["securitySchemes"] = roles::schemes();
    document["components"]["headers"] = json!({
        "RequestId": header("Names the request in the server's logs: the caller's `X-Request-Id`, or a new id.", true),
        "RetryAfter": {"description": "When to try again, in seconds.", "schema": {"type": "integer", "minimum": 0}},
        "Authenticate": header("How to authenticate.", true),
    });
    each_operation(document, |path, operation| {
        let api = path.starts_with("/api/");
        refusals(&mut operation["responses"], if api { &[400, 401, 500, 503] } else { &[500] });
        if roles::describe(operation) {
            refusals(&mut operation["responses"], &[403]);
        }
        for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
            describe(status, response);
        }
    });
}

fn header(description: &str, required: bool) -> Value {
    json!({"description": description, "required": required, "schema": {"type": "string"}})
}

fn refusals(responses: &mut Value, statuses: &[u16]) {
    for status in statuses {
        let key = status.to_string();
        if responses[&key].is_null() {
            let schema = json!({"$ref": "#/components/schemas/Problem"});
            responses[&key] = json!({"description": "", "content": {"application/problem+json": {"schema": schema}}});
        }
    }
}

fn describe(status: &str, response: &mut Value) {
    if response["description"].as_str().is_none_or(str::is_empty) {
        let reason =
            status.parse().ok().and_then(|code| StatusCode::from_u16(code).ok()).and_then(|code| code.canonical_reason());
        response["description"] = json!(reason.unwrap_or("An answer"));
    }
    let named: Map<String, Value> =
        response["headers"].as_object().into_iter().flatten().map(|(name, header)| (spelled(name), header.clone())).collect();
    response["headers"] = Value::Object(named);
    response["headers"]["X-Request-Id"] = json!({"$ref": "#/components/headers/RequestId"});
    if matches!(status, "409" | "429" | "503") {
        response["headers"]["Retry-After"] = json!({"$ref": "#/components/headers/RetryAfter"});
    }
    if status == "401" {
        response["headers"]["WWW-Authenticate"] = json!({"$ref": "#/components/headers/Authenticate"});
    }
}

/// poem-openapi writes header names in capitals.
fn spelled(name: &str) -> String {
    if name.eq_ignore_ascii_case("etag") {
        return "ETag".to_owned();
    }
    let words =
        name.split('-').map(|word| word.chars().take(1).chain(word.chars().skip(1).flat_map(char::to_lowercase)).collect());
    words.collect::<Vec<String>>().join("-")
}

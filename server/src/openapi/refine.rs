//! What poem-openapi does not say about schemas and parameters.

use serde_json::{Value, json};

use super::each_operation;

/// Schemas that requests are read as: unknown fields are refused there, and nowhere else.
const READ: &[&str] = &[
    "EnqueueTask",
    "EnqueueBatch",
    "Unique",
    "Retry",
    "CreateSchedule",
    "ReplaceSchedule",
    "ScheduleRule",
    "PreviewSchedule",
    "BackfillSchedule",
    "CreateNode",
    "CreateWorkflow",
    "WorkflowStep",
    "Chord",
    "CreateWebhook",
    "ReplaceWebhook",
    "RotateWebhookSecret",
    "ReplayWebhook",
    "CreateKey",
    "Login",
    "NewOperation",
    "OperationFilter",
    "OperationParameters",
    "RetryTask",
    "QueueChange",
    "QueueLimits",
    "KeyLimits",
    "Rate",
];

const DESCRIPTION: &str = "Ruche runs background work. Enqueue tasks, follow them, stop and retry them.\n\n\
    Errors are problems (RFC 9457, `application/problem+json`); `type` leads to an explanation. Every answer carries \
    `X-Request-Id`, the caller's if it sent one. Times are RFC 3339 in UTC, with microseconds. Durations carry their unit. \
    Each operation names the role it needs (`x-ruche-role`): `viewer`, `operator` or `admin`. \
    Unknown fields and query parameters are refused; answers may grow new fields, and enumerations new words.";

/// Completes schemas, parameters and the document's head.
pub fn refine(document: &mut Value) {
    document["info"] = json!({
        "title": "Ruche",
        "version": env!("CARGO_PKG_VERSION"),
        "description": DESCRIPTION,
        "license": {"name": env!("CARGO_PKG_LICENSE")},
    });
    document["servers"] = json!([{"url": "/"}]);
    for (name, schema) in document["components"]["schemas"].as_object_mut().into_iter().flatten() {
        component(name, schema);
    }
    payload_shapes(&mut document["components"]["schemas"]);
    each_operation(document, |path, operation| {
        for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
            refine_parameter(path, parameter);
        }
    });
    unsigned(document);
}

fn component(name: &str, schema: &mut Value) {
    let required: Vec<Value> = schema["required"].as_array().cloned().unwrap_or_default();
    for (property, schema) in schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
        if !required.contains(&json!(property)) {
            schema["nullable"] = json!(true);
        }
    }
    if READ.contains(&name) {
        schema["additionalProperties"] = json!(false);
    }
}

/// Arguments may hold anything, but not be anything.
fn payload_shapes(schemas: &mut Value) {
    for (name, property, shape) in [
        ("EnqueueTask", "args", json!({"type": "array", "items": {}})),
        ("EnqueueTask", "kwargs", json!({"type": "object", "additionalProperties": true})),
        ("Task", "args", json!({"type": "array", "items": {}})),
        ("Task", "kwargs", json!({"type": "object", "additionalProperties": true})),
        ("Schedule", "task", json!({"type": "object", "additionalProperties": true})),
        ("RetryTask", "args", json!({"type": "array", "items": {}})),
        ("RetryTask", "kwargs", json!({"type": "object", "additionalProperties": true})),
        ("Definition", "arguments", json!({"type": "object", "additionalProperties": true})),
    ] {
        if let (Some(schema), Value::Object(shape)) = (schemas[name]["properties"][property].as_object_mut(), shape) {
            schema.extend(shape);
        }
    }
    for schema in ["CreateWebhook", "ReplaceWebhook"] {
        for (property, longest, pattern) in
            [("queues", 100, "^[A-Za-z0-9._:-]{1,100}$"), ("tasks", 200, "^[A-Za-z0-9._:/-]{1,200}$")]
        {
            let name = json!({"type": "string", "minLength": 1, "maxLength": longest, "pattern": pattern});
            schemas[schema]["properties"][property]["items"] = name;
        }
    }
    schemas["OperationFilter"]["minProperties"] = json!(1);
    let exclusive = json!({"required": ["eta", "countdown_ms"]});
    schemas["EnqueueTask"]["not"] = exclusive;
    // A value of null is as good as none, so only two that are given exclude each other.
    schemas["EnqueueTask"]["not"]["properties"] = json!({"eta": {"type": "string"}, "countdown_ms": {"type": "integer"}});
}

fn refine_parameter(path: &str, parameter: &mut Value) {
    let place =
        (parameter["in"].as_str().unwrap_or_default().to_owned(), parameter["name"].as_str().unwrap_or_default().to_owned());
    let (schema, description) = match (place.0.as_str(), place.1.as_str()) {
        ("path", "id") if path.contains("/workflows/") => {
            (json!({"type": "string", "format": "uuid", "minLength": 36, "maxLength": 36}), "Id of a workflow.")
        }
        ("path", "id") if path.contains("/operations/") => {
            (json!({"type": "string", "format": "uuid", "minLength": 36, "maxLength": 36}), "Id of an operation.")
        }
        ("path", "id") if path.contains("/artifacts/") => {
            (json!({"type": "string", "format": "uuid", "minLength": 36, "maxLength": 36}), "Id of an artifact.")
        }
        ("query", "name") if path.ends_with("/artifacts") => {
            (json!({"type": "string", "minLength": 1, "maxLength": 200}), "What the file is called.")
        }
        ("query", "task_id") => (json!({"type": "string", "format": "uuid", "minLength": 36, "maxLength": 36}), "Id of a task."),
        ("path", "id") if path.contains("/webhooks/") => {
            (json!({"type": "string", "format": "uuid", "minLength": 36, "maxLength": 36}), "Id of a delivery.")
        }
        ("path", "name") if path.contains("/webhooks/") => (
            json!({"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[A-Za-z0-9._:-]{1,100}$"}),
            "Name of a webhook.",
        ),
        ("path" | "query", "id") => {
            (json!({"type": "string", "format": "uuid", "minLength": 36, "maxLength": 36}), "Id of a task.")
        }
        ("path", "fingerprint") => (
            json!({"type": "string", "minLength": 16, "maxLength": 16, "pattern": "^[0-9a-f]{16}$"}),
            "Fingerprint of failed tasks.",
        ),
        ("path", "name") if path.contains("/queues/") => (
            json!({"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[A-Za-z0-9._:-]{1,100}$"}),
            "Name of a queue.",
        ),
        ("path", "name") if path.contains("/schedules/") => (
            json!({"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[A-Za-z0-9._:-]{1,100}$"}),
            "Name of a schedule.",
        ),
        ("path", "name") => (
            json!({"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[A-Za-z0-9._:/-]{1,200}$"}),
            "Name of a task definition.",
        ),
        _ => return,
    };
    parameter["schema"] = schema;
    if parameter["description"].as_str().is_none_or(str::is_empty) {
        parameter["description"] = json!(description);
    }
}

/// Unsigned integers are not below zero.
fn unsigned(value: &mut Value) {
    match value {
        Value::Object(object) => {
            let unsigned = object.get("format").and_then(Value::as_str).is_some_and(|format| format.starts_with("uint"));
            if unsigned && !object.contains_key("minimum") {
                object.insert("minimum".to_owned(), json!(0));
            }
            object.values_mut().for_each(unsigned_in);
        }
        Value::Array(items) => items.iter_mut().for_each(unsigned_in),
        _ => {}
    }
}

fn unsigned_in(value: &mut Value) {
    unsigned(value);
}

use std::time::Duration;

use ruche_domain::{Priority, QueueName, RawJson, RetryPolicy, TaskName};
use serde_json::json;

use super::*;

fn definition(name: &str) -> TaskDefinition {
    let arguments = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "url": {"type": "string", "format": "uri", "examples": ["https://example.com/"]},
            "method": {"$ref": "#/$defs/Method", "default": "GET"},
            "body": {"type": ["string", "null"]},
        },
        "required": ["url"],
        "additionalProperties": false,
        "$defs": {"Method": {"enum": ["GET", "POST"]}},
    });
    TaskDefinition {
        name: TaskName::new(name).unwrap(),
        description: "Sends an HTTP request.\n\nMore words.".to_owned(),
        arguments: RawJson::of(&arguments).unwrap(),
        result: RawJson::of(&json!({})).unwrap(),
        queue: QueueName::default_queue(),
        priority: Priority::default(),
        retry: RetryPolicy::STANDARD,
        timeout: Some(Duration::from_secs(30)),
    }
}

fn full() -> Value {
    openapi_value(&[definition("http.request"), definition("proj/tasks:http-request")])
}

fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let each = paths.iter().flat_map(|(path, item)| {
        item.as_object().unwrap().iter().map(move |(method, operation)| (format!("{method} {path}"), operation))
    });
    each.collect()
}

#[test]
fn every_operation_says_what_it_does_and_how_it_refuses() {
    let document = full();
    let mut ids = std::collections::HashSet::new();
    for (place, operation) in operations(&document) {
        for key in ["summary", "description", "operationId"] {
            assert!(operation[key].as_str().is_some_and(|text| !text.is_empty()), "{place} has no {key}");
        }
        let id = operation["operationId"].as_str().unwrap();
        assert!(id.starts_with(|c: char| c.is_ascii_lowercase()) && id.chars().all(|c| c.is_ascii_alphanumeric()), "{id}");
        assert!(ids.insert(id.to_owned()), "{id} is there twice");
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{place}");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2')), "{place}");
        let expected: &[&str] = if place.contains("/api/") { &["400", "401", "500", "503"] } else { &["500"] };
        for status in expected {
            let schema = &responses[*status]["content"]["application/problem+json"]["schema"]["$ref"];
            assert_eq!(schema, "#/components/schemas/Problem", "{place} {status}");
        }
        for (status, response) in responses {
            assert!(!response["description"].as_str().unwrap().is_empty(), "{place} {status}");
        }
    }
}

#[test]
fn every_parameter_is_described_and_bounded() {
    for (place, operation) in operations(&full()) {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let place = format!("{place} {}", parameter["name"]);
            assert!(parameter["description"].as_str().is_some_and(|text| !text.is_empty()), "{place}");
            let schema = &parameter["schema"];
            let bounded = match schema["type"].as_str() {
                Some("string") => ["maxLength", "format", "enum"].iter().any(|key| !schema[key].is_null()),
                Some("integer") => !schema["maximum"].is_null() && !schema["minimum"].is_null(),
                Some("boolean") => true,
                _ => !schema["$ref"].is_null() || !schema["allOf"].is_null(),
            };
            assert!(bounded, "{place}: {schema}");
        }
    }
}

#[test]
fn every_reference_resolves() {
    fn check(value: &Value, document: &Value) {
        match value {
            Value::Object(object) => {
                if let Some(Value::String(target)) = object.get("$ref") {
                    assert!(document.pointer(&target[1..]).is_some(), "{target}");
                }
                object.values().for_each(|value| check(value, document));
            }
            Value::Array(items) => items.iter().for_each(|value| check(value, document)),
            _ => {}
        }
    }
    let document = full();
    check(&document, &document);
}

#[test]
fn every_json_body_has_an_example_that_fits() {
    let document = full();
    for (place, operation) in operations(&document) {
        let request = operation["requestBody"]["content"].as_object().into_iter().flatten();
        let responses = operation["responses"].as_object().unwrap().values();
        let answers = responses.flat_map(|response| response["content"].as_object().into_iter().flatten());
        for (media_type, media) in request.chain(answers) {
            let example = &media["example"];
            assert!(!example.is_null(), "{place} {media_type} {}", media["schema"]);
            let schema = to_json_schema::with_definitions(&document, media["schema"].clone());
            let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
            let errors: Vec<_> =
                validator.iter_errors(example).map(|error| format!("{error} at {}", error.instance_path())).collect();
            assert!(errors.is_empty(), "{place} {media_type}: {errors:?}");
        }
    }
}

#[test]
fn each_definition_has_its_endpoint_and_the_pattern_is_gone() {
    let document = full();
    let operation = &document["paths"]["/api/v1/tasks/http.request"]["post"];
    assert_eq!(operation["operationId"], "enqueueHttpRequest");
    assert_eq!(operation["summary"], "Sends an HTTP request");
    assert!(operation["parameters"].as_array().unwrap().iter().all(|parameter| parameter["in"] != "path"));
    let body = &operation["requestBody"]["content"]["application/json"];
    assert_eq!(body["example"], json!({"url": "https://example.com/"}));
    assert_eq!(
        document["paths"]["/api/v1/tasks/proj%2Ftasks:http-request"]["post"]["operationId"],
        "enqueueProjTasksHttpRequest"
    );
    assert!(document["paths"].get("/api/v1/tasks/{name}").is_none());
    assert_eq!(document["components"]["schemas"]["HttpRequestArguments.Method"]["enum"], json!(["GET", "POST"]));
}

#[test]
fn bodies_that_are_read_refuse_what_their_schema_refuses() {
    let schema = json_schema_of("EnqueueTask").unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let task = |extra: Value| {
        let mut task = json!({"task": "a"});
        task.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        task
    };
    for good in
        [json!({}), json!({"queue": null, "args": [1]}), json!({"eta": null, "countdown_ms": 5}), json!({"retry": {"jitter": 0}})]
    {
        assert!(validator.is_valid(&task(good.clone())), "{good}");
    }
    for bad in [
        json!({"x": 1}),
        json!({"task": ""}),
        json!({"args": {}}),
        json!({"kwargs": []}),
        json!({"priority": 10}),
        json!({"priority": -1}),
        json!({"max_attempts": 0}),
        json!({"retry": {"factor": 11}}),
        json!({"retry": {"x": 1}}),
        json!({"eta": "2026-01-01T00:00:00Z", "countdown_ms": 1}),
    ] {
        assert!(!validator.is_valid(&task(bad.clone())), "{bad}");
    }
}

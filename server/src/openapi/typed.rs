//! One endpoint per task definition, in place of `POST /tasks/{name}`.

use std::collections::HashSet;

use ruche_domain::TaskDefinition;
use serde_json::{Value, json};

use super::from_json_schema;

const PATTERN: &str = "/api/v1/tasks/{name}";

/// Takes the pattern out of the document and puts the typed endpoints in.
pub fn expand(document: &mut Value, definitions: &[TaskDefinition]) {
    let Some(mut item) = document["paths"].as_object_mut().and_then(|paths| paths.remove(PATTERN)) else { return };
    let template = item["post"].take();
    let mut names = HashSet::new();
    for definition in definitions {
        let mut name = pascal(definition.name.as_str());
        while !names.insert(name.clone()) {
            name.push('_');
        }
        endpoint(document, &template, definition, &name);
    }
}

fn endpoint(document: &mut Value, template: &Value, definition: &TaskDefinition, name: &str) {
    let schema: Value = definition.arguments.decode().unwrap_or_default();
    let component = format!("{name}Arguments");
    let converted = from_json_schema::convert(&schema, &component);
    let example = sample(&schema, &schema, 0).filter(|sample| jsonschema::is_valid(&schema, sample));

    let mut operation = template.clone();
    let (summary, description) = words(definition);
    operation["summary"] = json!(summary);
    operation["description"] = json!(description);
    operation["operationId"] = json!(format!("enqueue{name}"));
    if let Some(Value::Array(parameters)) = operation.get_mut("parameters") {
        parameters.retain(|parameter| parameter["in"] != "path");
    }
    let mut media = json!({"schema": {"$ref": format!("#/components/schemas/{component}")}});
    if let Some(example) = example {
        media["example"] = example;
    }
    operation["requestBody"] = json!({"required": true, "content": {"application/json": media}});

    document["components"]["schemas"][&component] = converted.schema;
    for (name, schema) in converted.components {
        document["components"]["schemas"][name] = schema;
    }
    let path = definition.name.as_str().replace('/', "%2F");
    document["paths"][format!("/api/v1/tasks/{path}")] = json!({"post": operation});
}

fn words(definition: &TaskDefinition) -> (String, String) {
    let (first, rest) = definition.summary_and_rest();
    let summary = if first.is_empty() { format!("Enqueue {}", definition.name) } else { first.trim_end_matches('.').to_owned() };
    let timeout = definition.timeout.map_or_else(|| "none".to_owned(), |timeout| format!("{} ms", timeout.as_millis()));
    let defaults = format!(
        "Enqueues a `{}` task; the body is its arguments. Unless asked otherwise: queue `{}`, priority {}, at most {} attempts, timeout {}.",
        definition.name,
        definition.queue,
        definition.priority.get(),
        definition.retry.max_attempts(),
        timeout,
    );
    (summary, if rest.is_empty() { defaults } else { format!("{rest}\n\n{defaults}") })
}

/// `http.request` becomes `HttpRequest`.
fn pascal(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}

/// Arguments that fit the schema, if its examples, defaults and types say enough.
fn sample(schema: &Value, root: &Value, depth: u8) -> Option<Value> {
    if depth > 8 {
        return None;
    }
    let given = schema["examples"].get(0).or_else(|| schema.get("example")).or_else(|| schema.get("default"));
    if let Some(given) = given.or_else(|| schema.get("const")).or_else(|| schema["enum"].get(0)) {
        return Some(given.clone());
    }
    if let Some(name) = schema["$ref"].as_str().and_then(|target| target.strip_prefix("#/$defs/")) {
        return sample(&root["$defs"][name], root, depth + 1);
    }
    for key in ["allOf", "anyOf", "oneOf"] {
        if let Some(first) = schema[key].get(0) {
            return sample(first, root, depth + 1);
        }
    }
    let ty = schema["type"].as_str().or_else(|| schema["type"].get(0).and_then(Value::as_str));
    match ty {
        Some("object") => {
            let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let properties = schema["properties"].as_object().into_iter().flatten();
            let chosen =
                properties.filter(|(name, property)| required.contains(&name.as_str()) || property["examples"].is_array());
            Some(chosen.filter_map(|(name, property)| Some((name.clone(), sample(property, root, depth + 1)?))).collect())
        }
        Some("array") => Some(json!([])),
        Some("string") => Some(json!(text(schema["format"].as_str()))),
        Some("integer" | "number") => Some(schema.get("minimum").cloned().unwrap_or(json!(1))),
        Some("boolean") => Some(json!(true)),
        _ => Some(Value::Null),
    }
}

fn text(format: Option<&str>) -> &'static str {
    match format {
        Some("uri" | "url") => "https://example.com/",
        Some("email") => "someone@example.com",
        Some("date-time") => "2026-11-22T12:00:00Z",
        Some("date") => "2026-11-22",
        Some("uuid") => "01890a5d-ac96-774b-bcce-b302099a8057",
        _ => "text",
    }
}

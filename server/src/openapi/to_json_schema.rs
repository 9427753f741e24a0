//! From the document's schemas (OpenAPI 3.0) to JSON Schema, for validators.

use serde_json::{Map, Value, json};

use super::refined;

/// A component of the document as a JSON Schema that stands by itself.
pub fn json_schema_of(name: &str) -> Option<Value> {
    let document = refined();
    document["components"]["schemas"].get(name)?;
    Some(with_definitions(&document, json!({"$ref": format!("#/components/schemas/{name}")})))
}

/// A schema of the document as one that stands by itself.
pub(super) fn with_definitions(document: &Value, schema: Value) -> Value {
    let mut converted = convert(schema);
    let components = document["components"]["schemas"].as_object().into_iter().flatten();
    let definitions: Map<String, Value> = components.map(|(name, schema)| (name.clone(), convert(schema.clone()))).collect();
    converted["$defs"] = Value::Object(definitions);
    converted
}

fn convert(value: Value) -> Value {
    match value {
        Value::Object(object) => convert_object(object),
        Value::Array(items) => Value::Array(items.into_iter().map(convert).collect()),
        other => other,
    }
}

fn convert_object(mut object: Map<String, Value>) -> Value {
    object.remove("example");
    let nullable = object.remove("nullable").is_some_and(|nullable| nullable == json!(true));
    if let Some(Value::String(reference)) = object.get_mut("$ref") {
        *reference = reference.replace("#/components/schemas/", "#/$defs/");
    }
    for (bound, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
        match object.remove(exclusive) {
            Some(Value::Bool(true)) => {
                if let Some(value) = object.remove(bound) {
                    object.insert(exclusive.to_owned(), value);
                }
            }
            Some(Value::Bool(false)) | None => {}
            Some(other) => drop(object.insert(exclusive.to_owned(), other)),
        }
    }
    let converted: Map<String, Value> = object.into_iter().map(|(key, value)| (key, convert(value))).collect();
    if nullable { json!({"anyOf": [converted, {"type": "null"}]}) } else { Value::Object(converted) }
}

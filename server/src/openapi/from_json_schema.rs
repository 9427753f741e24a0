//! From JSON Schema (2020-12, what task definitions have) to OpenAPI 3.0's older dialect, for Swagger UI. It may say less than the
//! original, never something else: what it cannot say is left out, and checked by the server all the same.

use serde_json::{Map, Value, json};

/// Keywords that OpenAPI 3.0 has not.
const UNKNOWN: &[&str] = &[
    "$schema",
    "$id",
    "$anchor",
    "$comment",
    "$vocabulary",
    "$dynamicRef",
    "$dynamicAnchor",
    "$defs",
    "definitions",
    "if",
    "then",
    "else",
    "dependentRequired",
    "dependentSchemas",
    "patternProperties",
    "propertyNames",
    "unevaluatedProperties",
    "unevaluatedItems",
    "contains",
    "minContains",
    "maxContains",
    "prefixItems",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
];

/// A schema and the definitions it refers to, each under its component name.
pub struct Converted {
    /// The schema.
    pub schema: Value,
    /// What it refers to.
    pub components: Map<String, Value>,
}

/// Converts a schema; its definitions become components whose names begin with `prefix`.
pub fn convert(schema: &Value, prefix: &str) -> Converted {
    let mut components = Map::new();
    for key in ["$defs", "definitions"] {
        for (name, definition) in schema[key].as_object().into_iter().flatten() {
            components.insert(component(prefix, name), value(definition, prefix));
        }
    }
    Converted { schema: value(schema, prefix), components }
}

fn component(prefix: &str, name: &str) -> String {
    let safe: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '_' }).collect();
    format!("{prefix}.{safe}")
}

fn value(schema: &Value, prefix: &str) -> Value {
    match schema {
        Value::Object(schema) => object(schema, prefix),
        Value::Bool(false) => json!({"not": {}}),
        // `true`, and anything that is no schema, says nothing.
        _ => json!({}),
    }
}

fn object(schema: &Map<String, Value>, prefix: &str) -> Value {
    let mut out = Map::new();
    for (key, inner) in schema {
        match key.as_str() {
            key if UNKNOWN.contains(&key) || key.starts_with("x-") => {}
            "properties" => {
                let all = inner.as_object().into_iter().flatten().map(|(name, schema)| (name.clone(), value(schema, prefix)));
                out.insert(key.clone(), Value::Object(all.collect()));
            }
            "items" | "not" => drop(out.insert(key.clone(), value(inner, prefix))),
            "additionalProperties" if inner.is_object() => drop(out.insert(key.clone(), value(inner, prefix))),
            "allOf" | "anyOf" | "oneOf" => {
                let all = inner.as_array().into_iter().flatten().map(|schema| value(schema, prefix)).collect();
                out.insert(key.clone(), Value::Array(all));
            }
            "const" => drop(out.insert("enum".to_owned(), json!([inner]))),
            "examples" => drop(inner.get(0).map(|first| out.insert("example".to_owned(), first.clone()))),
            "exclusiveMinimum" if inner.is_number() => exclusive(&mut out, "minimum", key, inner),
            "exclusiveMaximum" if inner.is_number() => exclusive(&mut out, "maximum", key, inner),
            _ => drop(out.insert(key.clone(), inner.clone())),
        }
    }
    types(&mut out);
    alternatives(&mut out);
    if out.get("type") == Some(&json!("array")) && !out.contains_key("items") {
        out.insert("items".to_owned(), json!({}));
    }
    reference(out, prefix)
}

fn exclusive(out: &mut Map<String, Value>, bound: &str, key: &str, limit: &Value) {
    out.insert(bound.to_owned(), limit.clone());
    out.insert(key.to_owned(), json!(true));
}

/// One type, and whether null is allowed too, is all that OpenAPI 3.0 knows.
fn types(out: &mut Map<String, Value>) {
    match out.remove("type") {
        Some(Value::Array(types)) => {
            let mut named: Vec<Value> = types.iter().filter(|ty| **ty != json!("null")).cloned().collect();
            if named.len() < types.len() {
                out.insert("nullable".to_owned(), json!(true));
            }
            match named.len() {
                0 => {}
                1 => drop(out.insert("type".to_owned(), named.remove(0))),
                _ => {
                    let each = named
                        .into_iter()
                        .map(|ty| if ty == json!("array") { json!({"type": ty, "items": {}}) } else { json!({"type": ty}) });
                    out.entry("anyOf").or_insert_with(|| each.collect());
                }
            }
        }
        Some(Value::String(ty)) if ty == "null" => {
            out.insert("nullable".to_owned(), json!(true));
            out.insert("enum".to_owned(), json!([null]));
        }
        Some(ty) => drop(out.insert("type".to_owned(), ty)),
        None => {}
    }
}

/// `anyOf: [X, null]` is `X` that may be null.
fn alternatives(out: &mut Map<String, Value>) {
    for key in ["anyOf", "oneOf"] {
        let Some(Value::Array(all)) = out.get_mut(key) else { continue };
        let before = all.len();
        all.retain(|schema| schema.get("enum") != Some(&json!([null])));
        if all.len() == before {
            continue;
        }
        let rest = std::mem::take(all);
        out.remove(key);
        out.insert("nullable".to_owned(), json!(true));
        let combined = if rest.len() == 1 { "allOf" } else { key };
        out.insert(combined.to_owned(), Value::Array(rest));
    }
}

/// Beside `$ref` nothing counts in OpenAPI 3.0.
fn reference(mut out: Map<String, Value>, prefix: &str) -> Value {
    let Some(Value::String(target)) = out.remove("$ref") else { return Value::Object(out) };
    let Some(name) = target.strip_prefix("#/$defs/").or_else(|| target.strip_prefix("#/definitions/")) else {
        // To the whole schema, or elsewhere: that cannot be said.
        return Value::Object(out);
    };
    let target = json!({"$ref": format!("#/components/schemas/{}", component(prefix, name))});
    if out.is_empty() {
        return target;
    }
    out.insert("allOf".to_owned(), json!([target]));
    Value::Object(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_newer_schemas_say_is_said_in_the_older_dialect() {
        for (newer, older) in [
            (json!({"type": ["string", "null"], "maxLength": 3}), json!({"type": "string", "nullable": true, "maxLength": 3})),
            (json!({"const": "x"}), json!({"enum": ["x"]})),
            (json!({"examples": [1, 2]}), json!({"example": 1})),
            (
                json!({"type": "integer", "exclusiveMinimum": 0}),
                json!({"type": "integer", "minimum": 0, "exclusiveMinimum": true}),
            ),
            (
                json!({"anyOf": [{"$ref": "#/$defs/M"}, {"type": "null"}]}),
                json!({"allOf": [{"$ref": "#/components/schemas/P.M"}], "nullable": true}),
            ),
            (json!({"type": "array", "prefixItems": [{}]}), json!({"type": "array", "items": {}})),
            (json!({"properties": {"const": {"type": "string"}}}), json!({"properties": {"const": {"type": "string"}}})),
            (json!({"items": false}), json!({"items": {"not": {}}})),
            (
                json!({"description": "d", "$ref": "#/$defs/M"}),
                json!({"description": "d", "allOf": [{"$ref": "#/components/schemas/P.M"}]}),
            ),
        ] {
            assert_eq!(value(&newer, "P"), older);
        }
    }

    #[test]
    fn definitions_become_components() {
        let converted = convert(&json!({"$defs": {"M": {"const": 1}}, "$ref": "#/$defs/M"}), "P");
        assert_eq!(converted.schema, json!({"$ref": "#/components/schemas/P.M"}));
        assert_eq!(converted.components["P.M"], json!({"enum": [1]}));
    }
}

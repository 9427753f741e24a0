//! The configuration's JSON Schema, and reading environment variables by it.

use figment::value::Value;
use schemars::{JsonSchema, Schema, generate::SchemaSettings};

use super::Config;

/// The JSON Schema of the configuration file, as committed in `docs/config.schema.json`.
#[must_use]
pub fn document<T: JsonSchema + Default>() -> Schema {
    let mut schema = SchemaSettings::default().into_generator().into_root_schema_for::<Config<T>>();
    schema.insert("title".to_owned(), "Configuration of Ruche".into());
    schema
}

/// The schema with every section in its place.
pub(super) fn inlined<T: JsonSchema + Default>() -> Schema {
    SchemaSettings::default()
        .with(|settings| settings.inline_subschemas = true)
        .into_generator()
        .into_root_schema_for::<Config<T>>()
}

/// Reads the text of an environment variable as what the key at `path` wants: a text is taken as it is, whatever it looks like,
/// a list may be written `a,b`; everything else as TOML has it.
pub(super) fn read(schema: &Schema, path: &str, text: &str) -> Value {
    let pointer = path.split('.').fold(String::new(), |pointer, key| pointer + "/properties/" + key);
    let wanted = schema.pointer(&pointer);
    if wanted.is_some_and(|wanted| is_of_type(wanted, "string")) {
        return Value::from(text);
    }
    if wanted.is_some_and(|wanted| is_of_type(wanted, "array")) && !text.trim_start().starts_with('[') {
        let items: Vec<_> = text.split(',').map(str::trim).filter(|item| !item.is_empty()).collect();
        return Value::from(items);
    }
    text.parse().unwrap_or_else(|never: std::convert::Infallible| match never {})
}

fn is_of_type(schema: &serde_json::Value, wanted: &str) -> bool {
    let of = |value: &serde_json::Value| match value.get("type") {
        Some(serde_json::Value::String(name)) => name == wanted,
        Some(serde_json::Value::Array(names)) => names.iter().any(|name| name == wanted),
        _ => value.get("enum").is_some() && wanted == "string",
    };
    let alternatives = ["anyOf", "oneOf"].iter().filter_map(|key| schema.get(key)).filter_map(|list| list.as_array());
    of(schema) || alternatives.flatten().any(of)
}

//! Keyword arguments as the command line gives them.

use std::io::Read;

use ruche_api::{AnyJson, Definition};
use ruche_bootstrap::{ExitCode, Failure};
use ruche_domain::RawJson;
use serde_json::{Map, Value};

/// Largest input taken from standard input, in bytes; the API takes no more either.
const LARGEST: u64 = 16 * 1024 * 1024;

/// Whether the arguments are read by the task's schema.
pub fn needs_definition(arguments: &[String]) -> bool {
    arguments.iter().any(|argument| argument != "-" && !argument.trim_start().starts_with('{'))
}

/// The keyword arguments: `key=value` pairs, or one JSON object, or what `-` reads.
pub fn keyword(arguments: &[String], definition: Option<&Definition>) -> Result<Option<AnyJson>, Failure> {
    match arguments {
        [] => Ok(None),
        [one] if one == "-" => json("standard input", &read_input()?).map(Some),
        [one] if one.trim_start().starts_with('{') => json("the arguments", one).map(Some),
        pairs => {
            let schema = definition.and_then(|definition| definition.arguments.0.decode::<Value>().ok()).unwrap_or_default();
            let object = pairs.iter().map(|pair| read_pair(pair, &schema)).collect::<Result<Map<_, _>, _>>()?;
            let raw = RawJson::of(&object).map_err(|error| Failure::new(ExitCode::Usage, error))?;
            Ok(Some(raw.into()))
        }
    }
}

/// A JSON text, kept as it is.
pub fn json(what: &str, text: &str) -> Result<AnyJson, Failure> {
    serde_json::from_str(text).map_err(|error| Failure::message(ExitCode::Usage, format!("{what}: not JSON: {error}")))
}

fn read_input() -> Result<String, Failure> {
    let mut text = String::new();
    let read = std::io::stdin().lock().take(LARGEST).read_to_string(&mut text);
    read.map_err(|error| Failure::new(ExitCode::Usage, error).context("couldn't read standard input"))?;
    Ok(text)
}

fn read_pair(pair: &str, schema: &Value) -> Result<(String, Value), Failure> {
    let (key, text) = pair
        .split_once('=')
        .filter(|(key, _)| !key.is_empty())
        .ok_or_else(|| Failure::message(ExitCode::Usage, format!("expected key=value, a JSON object or -, found {pair:?}")))?;
    Ok((key.to_owned(), read_value(text, schema["properties"].get(key), schema)))
}

/// Text where the schema wants text only; else JSON, and text where it is none. The server has the last word.
fn read_value(text: &str, wanted: Option<&Value>, schema: &Value) -> Value {
    if wanted.is_some_and(|wanted| is_text(wanted, schema, 8)) {
        return text.into();
    }
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

fn is_text(wanted: &Value, schema: &Value, depth: u8) -> bool {
    if let Some(name) = wanted["$ref"].as_str().and_then(|name| name.strip_prefix('#')) {
        return depth > 0 && schema.pointer(name).is_some_and(|wanted| is_text(wanted, schema, depth - 1));
    }
    match &wanted["type"] {
        Value::String(name) => name == "string",
        Value::Array(names) => names.iter().all(|name| name == "string" || name == "null"),
        _ => ["anyOf", "oneOf"].iter().filter_map(|key| wanted[*key].as_array()).any(|choices| {
            depth > 0 && choices.iter().all(|choice| choice["type"] == "null" || is_text(choice, schema, depth - 1))
        }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn definition() -> Definition {
        let schema = json!({
            "properties": {
                "url": { "type": "string" },
                "note": { "type": ["string", "null"] },
                "method": { "$ref": "#/$defs/Method" },
                "sign": { "anyOf": [{ "$ref": "#/$defs/Method" }, { "type": "null" }] },
                "body": {},
                "seconds": { "type": "number" },
            },
            "$defs": { "Method": { "type": "string", "enum": ["GET"] } },
        });
        serde_json::from_value(json!({
            "name": "x", "summary": "", "description": "", "arguments": schema, "result": {}, "queue": "default", "priority": 0,
            "retry": {}, "timeout_ms": null,
        }))
        .unwrap()
    }

    fn read(arguments: &[&str]) -> Value {
        let arguments: Vec<_> = arguments.iter().map(ToString::to_string).collect();
        keyword(&arguments, Some(&definition())).unwrap().unwrap().0.decode().unwrap()
    }

    #[test]
    fn values_are_read_as_the_task_wants_them() {
        let pairs = ["url=1", "note=null", "method=true", "sign=2", "body={\"a\":[1]}", "seconds=0.5", "other=x y", "n=7"];
        let expected = json!({
            "url": "1", "note": "null", "method": "true", "sign": "2", "body": {"a": [1]}, "seconds": 0.5, "other": "x y", "n": 7
        });
        assert_eq!(read(&pairs), expected);
        assert_eq!(read(&["a=b=c"]), json!({"a": "b=c"}));
    }

    #[test]
    fn an_object_is_taken_as_it_is() {
        let big = r#"{"n":123456789012345678901234567890}"#;
        let taken = keyword(&[big.to_owned()], None).unwrap().unwrap();
        assert_eq!(taken.0.as_str(), big);
        assert!(!needs_definition(&[big.to_owned()]) && needs_definition(&["a=b".to_owned()]) && !needs_definition(&[]));
    }

    #[test]
    fn what_is_no_pair_is_a_usage_error() {
        for bad in [&["url"][..], &["=x"], &["a=b", "{}"], &["{"]] {
            let arguments: Vec<_> = bad.iter().map(ToString::to_string).collect();
            assert_eq!(keyword(&arguments, None).unwrap_err().code(), ExitCode::Usage, "{bad:?}");
        }
    }
}

//! `ruche enqueue NAME --help`

use std::fmt::Write as _;

use ruche_api::Definition;
use ruche_bootstrap::{ExitCode, Failure};
use ruche_domain::TaskName;
use serde_json::Value;

use crate::{api::Client, args::ServerArgs, output};

/// Shows what a task does and takes, as the server knows it.
pub async fn of_task(server: &ServerArgs, name: &TaskName) -> Result<ExitCode, Failure> {
    let client = Client::new(server)?;
    let Some(definition) = super::definition_of(&client, name).await? else {
        let message = format!("no worker has registered {name}; `ruche definitions` lists what there is");
        return Err(Failure::message(ExitCode::NotFound, message));
    };
    // A task's description may hold anything, its lines are ours.
    for line in text(&definition).lines() {
        output::line(output::clean(line))?;
    }
    Ok(ExitCode::Success)
}

fn text(definition: &Definition) -> String {
    let schema: Value = definition.arguments.0.decode().unwrap_or_default();
    let mut text = format!("{}\n\nUsage: ruche enqueue {} [KEY=VALUE]... [OPTIONS]\n", definition.description, definition.name);
    let none = serde_json::Map::new();
    let properties = schema["properties"].as_object().unwrap_or(&none);
    if !properties.is_empty() {
        text.push_str("\nArguments:\n");
    }
    for (key, property) in properties {
        argument(&mut text, key, property, &schema);
    }
    text.push_str("\nDefaults:\n");
    let mut default = |name: &str, value: String| {
        writeln!(text, "  {name:<13} {value}").expect("writing to a string never fails");
    };
    default("queue", definition.queue.clone());
    default("priority", definition.priority.to_string());
    default("max attempts", definition.retry.max_attempts.map_or_else(|| "5".to_owned(), |attempts| attempts.to_string()));
    #[expect(clippy::cast_precision_loss, reason = "shown to people")]
    let seconds = |millis: u64| format!("{} s", millis as f64 / 1_000.0);
    default("timeout", definition.timeout_ms.map_or_else(|| "none".to_owned(), seconds));
    write!(text, "\nExample:\n  {}\n", example(definition, &schema)).expect("writing to a string never fails");
    text.push_str("\n`ruche enqueue --help` shows the options.\n");
    text
}

/// `  url <string>, required` and, indented, what it means.
fn argument(text: &mut String, key: &str, property: &Value, schema: &Value) {
    let required = schema["required"].as_array().is_some_and(|names| names.iter().any(|name| name == key));
    let note = match property.get("default") {
        _ if required => ", required".to_owned(),
        Some(Value::Null) | None => String::new(),
        Some(default) => format!(" [default: {default}]"),
    };
    writeln!(text, "  {key} <{}>{note}", kind(property, schema, 4)).expect("writing to a string never fails");
    for line in property["description"].as_str().unwrap_or_default().lines() {
        writeln!(text, "      {line}").expect("writing to a string never fails");
    }
}

/// The type in a few words: `string`, `GET|POST`, `array of string`.
fn kind(property: &Value, schema: &Value, depth: u8) -> String {
    if depth == 0 {
        return "JSON".to_owned();
    }
    if let Some(target) = property["$ref"].as_str().and_then(|name| name.strip_prefix('#')).and_then(|name| schema.pointer(name))
    {
        return kind(target, schema, depth - 1);
    }
    if let Some(words) = property["enum"].as_array() {
        return words
            .iter()
            .map(|word| word.as_str().map_or_else(|| word.to_string(), ToOwned::to_owned))
            .collect::<Vec<_>>()
            .join("|");
    }
    if let Some(word) = property.get("const") {
        return word.as_str().map_or_else(|| word.to_string(), ToOwned::to_owned);
    }
    for key in ["anyOf", "oneOf"] {
        if let Some(choices) = property[key].as_array() {
            let mut kinds: Vec<_> =
                choices.iter().map(|choice| kind(choice, schema, depth - 1)).filter(|kind| kind != "null").collect();
            kinds.dedup();
            return kinds.join("|");
        }
    }
    match &property["type"] {
        Value::String(name) if name == "array" => format!("array of {}", kind(&property["items"], schema, depth - 1)),
        Value::String(name) => name.clone(),
        Value::Array(names) => {
            let names: Vec<_> = names.iter().filter_map(Value::as_str).filter(|name| *name != "null").collect();
            names.join("|")
        }
        _ => "JSON".to_owned(),
    }
}

/// A command that could be typed: the schema's own example, else its required arguments.
fn example(definition: &Definition, schema: &Value) -> String {
    let command = format!("ruche enqueue {}", definition.name);
    if let Some(example) = schema["examples"].get(0) {
        return format!("{command} '{}'", example.to_string().replace('\'', r"'\''"));
    }
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let pairs = required.map(|key| format!(" {key}={}", sample(&schema["properties"][key], schema)));
    command + &pairs.collect::<String>()
}

fn sample(property: &Value, schema: &Value) -> String {
    if let Some(example) = property["examples"].get(0) {
        return example.as_str().map_or_else(|| format!("'{example}'"), ToOwned::to_owned);
    }
    let kind = kind(property, schema, 4);
    match kind.as_str() {
        "integer" | "number" => "1".to_owned(),
        "boolean" => "true".to_owned(),
        "object" => "'{}'".to_owned(),
        array if array.starts_with("array") => "'[]'".to_owned(),
        words if words.contains('|') => words.split('|').next().unwrap_or_default().to_owned(),
        _ if property["format"] == "uri" => "https://example.com".to_owned(),
        _ => "...".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_task_explains_itself() {
        let schema = json!({
            "required": ["url"],
            "properties": {
                "url": { "type": "string", "description": "Where to.", "examples": ["https://example.com/hook"] },
                "method": { "$ref": "#/$defs/Method", "description": "How.", "default": "GET" },
                "seconds": { "type": ["number", "null"], "default": null },
                "expect": { "type": "array", "items": { "type": "integer" } },
            },
            "$defs": { "Method": { "type": "string", "enum": ["GET", "POST"] } },
        });
        let definition = serde_json::from_value(json!({
            "name": "http.request", "summary": "", "description": "Sends a request.", "arguments": schema, "result": {},
            "queue": "default", "priority": 0, "retry": { "max_attempts": 3 }, "timeout_ms": 1500,
        }));
        let expected = "\
Sends a request.

Usage: ruche enqueue http.request [KEY=VALUE]... [OPTIONS]

Arguments:
  expect <array of integer>
  method <GET|POST> [default: \"GET\"]
      How.
  seconds <number>
  url <string>, required
      Where to.

Defaults:
  queue         default
  priority      0
  max attempts  3
  timeout       1.5 s

Example:
  ruche enqueue http.request url=https://example.com/hook

`ruche enqueue --help` shows the options.
";
        assert_eq!(text(&definition.unwrap()), expected);
    }
}

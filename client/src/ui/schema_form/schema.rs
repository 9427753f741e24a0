//! Reading a JSON Schema as far as a form can follow it.

use serde_json::Value;

use crate::{i18n::number, messages::enqueue as m};

/// A field.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    pub name: String,
    pub title: String,
    /// What it is, in its author's words.
    pub told: String,
    pub required: bool,
    pub kind: Kind,
    pub default: Option<Value>,
}

/// What is filled in.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    Text {
        format: Option<String>,
        long: bool,
        bounds: (Option<u64>, Option<u64>),
    },
    Choice(Vec<String>),
    Whole {
        least: Option<i64>,
        most: Option<i64>,
    },
    Number,
    Flag,
    List(Box<Self>),
    Group(Vec<Field>),
    /// Anything else: written as JSON.
    Any,
}

impl Field {
    /// What helps to fill it in.
    pub fn hint(&self) -> String {
        let default = match &self.default {
            None | Some(Value::Null) => None,
            Some(Value::Array(list)) if list.is_empty() => None,
            Some(Value::Object(map)) if map.is_empty() => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(other) => Some(other.to_string()),
        };
        let bounds = match self.kind {
            Kind::Whole { least: Some(least), most: Some(most) } => Some(format!("{} – {}", whole(least), whole(most))),
            Kind::Whole { least: Some(least), most: None } => Some(format!("≥ {}", whole(least))),
            Kind::Whole { least: None, most: Some(most) } => Some(format!("≤ {}", whole(most))),
            _ => None,
        };
        let told = Some(self.told.replace('\n', " ")).filter(|told| !told.is_empty());
        let default = default.map(|default| m::by_default(&default).into_owned());
        [told, bounds, default].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

fn whole(number: i64) -> String {
    u64::try_from(number).map_or_else(|_| number.to_string(), number::whole)
}

/// The fields of an object's schema, those that are needed first; empty where it says nothing of properties.
pub fn fields(text: &str) -> Vec<Field> {
    serde_json::from_str(text).map(|root| properties(&root, &root, 0)).unwrap_or_default()
}

/// An example that the schema gives.
pub fn example(text: &str) -> Option<Value> {
    let root: Value = serde_json::from_str(text).ok()?;
    root.get("examples")?.get(0).cloned()
}

/// How deep groups go before they are written as JSON.
const DEEPEST: usize = 3;

fn properties(schema: &Value, root: &Value, depth: usize) -> Vec<Field> {
    let needed: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let Some(known) = schema["properties"].as_object() else { return Vec::new() };
    let mut fields: Vec<Field> = known
        .iter()
        .map(|(name, of)| {
            let of = resolved(of, root);
            let text = |key: &str| of[key].as_str().map(str::to_owned);
            let required = needed.contains(&name.as_str());
            // What has to be there is mostly a name or an address, whatever its schema leaves open.
            let kind = match kind(&of, root, depth) {
                Kind::Text { format, bounds, .. } if required => Kind::Text { format, bounds, long: false },
                other => other,
            };
            Field {
                name: name.clone(),
                title: name.clone(),
                told: text("description").unwrap_or_default(),
                required,
                kind,
                default: of.get("default").cloned(),
            }
        })
        .collect();
    fields.sort_by_key(|field| !field.required);
    fields
}

/// What a `$ref` leads to, with what is said beside it; of `anyOf` with null, the other one.
fn resolved(schema: &Value, root: &Value) -> Value {
    let mut found = schema.clone();
    for _ in 0..8 {
        let target = found["$ref"].as_str().and_then(|target| target.strip_prefix('#')).and_then(|pointer| root.pointer(pointer));
        let other = target.or_else(|| only_other(&found)).cloned();
        let Some(Value::Object(mut other)) = other else { break };
        for (key, value) in found.as_object().into_iter().flatten() {
            if !["$ref", "anyOf", "oneOf", "allOf"].contains(&key.as_str()) {
                other.insert(key.clone(), value.clone());
            }
        }
        found = Value::Object(other);
    }
    found
}

/// Of alternatives that are null and one other, the other one.
fn only_other(schema: &Value) -> Option<&Value> {
    let all = ["anyOf", "oneOf", "allOf"].iter().find_map(|key| schema[*key].as_array())?;
    let mut others = all.iter().filter(|one| one["type"] != "null");
    others.next().filter(|_| others.next().is_none())
}

fn kind(schema: &Value, root: &Value, depth: usize) -> Kind {
    if let Some(choices) = choices(schema) {
        return Kind::Choice(choices);
    }
    match type_of(schema) {
        Some("string") => {
            let bounds = (schema["minLength"].as_u64(), schema["maxLength"].as_u64());
            let format = schema["format"].as_str().map(str::to_owned);
            let one_line = format.is_some() || bounds.1.is_some_and(|most| most <= 2_048);
            Kind::Text { long: !one_line, format, bounds }
        }
        Some("integer") => Kind::Whole { least: schema["minimum"].as_i64(), most: schema["maximum"].as_i64() },
        Some("number") => Kind::Number,
        Some("boolean") => Kind::Flag,
        Some("array") if schema["items"].is_object() => match kind(&resolved(&schema["items"], root), root, depth) {
            Kind::Group(_) | Kind::List(_) | Kind::Any => Kind::Any,
            Kind::Text { format, bounds, .. } => Kind::List(Box::new(Kind::Text { format, long: false, bounds })),
            plain => Kind::List(Box::new(plain)),
        },
        Some("object") if depth < DEEPEST => {
            let inner = properties(schema, root, depth + 1);
            if inner.is_empty() { Kind::Any } else { Kind::Group(inner) }
        }
        _ => Kind::Any,
    }
}

/// The one type, null aside.
fn type_of(schema: &Value) -> Option<&str> {
    match &schema["type"] {
        Value::String(one) => Some(one),
        Value::Array(all) => {
            let mut others = all.iter().filter_map(Value::as_str).filter(|one| *one != "null");
            others.next().filter(|_| others.next().is_none())
        }
        _ => None,
    }
}

/// The words of an enumeration, however it is written.
fn choices(schema: &Value) -> Option<Vec<String>> {
    let words = |list: &Vec<Value>| {
        list.iter().filter(|one| !one.is_null()).map(|one| one.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
    };
    if let Some(list) = schema["enum"].as_array() {
        return words(list);
    }
    let all = schema["oneOf"].as_array()?;
    let each = all.iter().map(|one| match (&one["const"], one["enum"].as_array()) {
        (Value::String(word), _) => Some(vec![word.clone()]),
        (_, Some(list)) => words(list),
        _ => None,
    });
    each.collect::<Option<Vec<_>>>().map(|all| all.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = r##"{"type":"object","required":["url"],"properties":{
        "body":{"description":"Anything."},
        "method":{"anyOf":[{"$ref":"#/$defs/Method"},{"type":"null"}],"description":"How."},
        "tags":{"type":"array","items":{"type":"string"}},
        "timeout":{"type":["integer","null"],"minimum":1,"maximum":10,"default":3},
        "auth":{"type":"object","properties":{"user":{"type":"string","maxLength":20}}},
        "url":{"type":"string","format":"uri"}},
        "$defs":{"Method":{"type":"string","enum":["GET","POST"]}}}"##;

    #[test]
    fn each_property_becomes_a_field_needed_ones_first() {
        let fields = fields(SCHEMA);
        let kind = |name: &str| fields.iter().find(|field| field.name == name).map(|field| field.kind.clone()).unwrap();
        assert_eq!((fields[0].name.as_str(), fields[0].required, fields.len()), ("url", true, 6));
        assert_eq!(kind("method"), Kind::Choice(vec!["GET".into(), "POST".into()]));
        assert_eq!(kind("timeout"), Kind::Whole { least: Some(1), most: Some(10) });
        assert_eq!(kind("body"), Kind::Any);
        assert!(matches!(kind("tags"), Kind::List(inner) if matches!(*inner, Kind::Text { long: false, .. })));
        assert!(matches!(kind("auth"), Kind::Group(inner) if inner.len() == 1));
    }

    #[test]
    fn a_hint_tells_bounds_and_default() {
        let timeout = fields(SCHEMA).into_iter().find(|field| field.name == "timeout").unwrap();
        assert_eq!(timeout.hint(), "1 – 10 · 3 if left out");
    }

    #[test]
    fn a_schema_that_leads_in_circles_ends() {
        let fields = fields(r##"{"properties":{"a":{"$ref":"#/properties/a"},"b":{"$ref":"#"}}}"##);
        assert_eq!(fields.len(), 2);
    }
}

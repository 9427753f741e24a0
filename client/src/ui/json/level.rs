//! Reading one level of a JSON text; what is below stays text.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// One level.
pub enum Level {
    /// A text, number, boolean or null: the class it is drawn with.
    Plain(&'static str),
    List(Vec<String>),
    Object(Vec<(String, String)>),
}

struct Entries(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some((key, value)) = map.next_entry::<String, Box<RawValue>>()? {
                    entries.push((key, value.get().to_owned()));
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(Reader)
    }
}

/// Reads the outermost level. What is no JSON is plain.
pub fn read(text: &str) -> Level {
    match text.trim_start().as_bytes().first() {
        Some(b'{') => serde_json::from_str(text).map_or(Level::Plain("json-text"), |Entries(entries)| Level::Object(entries)),
        Some(b'[') => serde_json::from_str::<Vec<Box<RawValue>>>(text).map_or(Level::Plain("json-text"), |items| {
            Level::List(items.into_iter().map(|item| item.get().to_owned()).collect())
        }),
        Some(b'"') => Level::Plain("json-text"),
        Some(b't' | b'f') => Level::Plain("json-bool"),
        Some(b'n') => Level::Plain("json-null"),
        _ => Level::Plain("json-number"),
    }
}

/// The text with line breaks and indentation; keys and numbers as they are.
pub fn pretty(text: &str) -> String {
    let mut written = String::with_capacity(text.len() * 2);
    write(text, 0, &mut written);
    written
}

fn write(text: &str, depth: usize, into: &mut String) {
    let (opening, closing, entries): (_, _, Vec<(Option<String>, String)>) = match read(text) {
        Level::Plain(_) => return into.push_str(text.trim()),
        Level::List(items) => ('[', ']', items.into_iter().map(|item| (None, item)).collect()),
        Level::Object(entries) => ('{', '}', entries.into_iter().map(|(key, value)| (Some(key), value)).collect()),
    };
    into.push(opening);
    let last = entries.len().saturating_sub(1);
    let is_empty = entries.is_empty();
    for (index, (key, value)) in entries.into_iter().enumerate() {
        indent(depth + 1, into);
        if let Some(key) = key {
            into.push_str(&serde_json::Value::from(key).to_string());
            into.push_str(": ");
        }
        write(&value, depth + 1, into);
        if index < last {
            into.push(',');
        }
    }
    if !is_empty {
        indent(depth, into);
    }
    into.push(closing);
}

fn indent(depth: usize, into: &mut String) {
    into.push('\n');
    into.push_str(&"  ".repeat(depth));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pretty_text_says_the_same() {
        let text = r#"{"b":[1.0,{}],"a":"x"}"#;
        assert_eq!(pretty(text), "{\n  \"b\": [\n    1.0,\n    {}\n  ],\n  \"a\": \"x\"\n}");
        assert_eq!(pretty("[]"), "[]");
    }
}

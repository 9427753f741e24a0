//! One text for JSON documents that say the same.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::RawJson;

/// The document without white space, with the keys of objects sorted (of equal ones the last counts) and each string written in
/// one way; numbers stay as they are written, so that `1` and `1.0` differ and no digit is lost. (RFC 8785 reads them as doubles.)
///
/// Takes time in proportion to length and depth: bound both.
#[must_use]
pub fn canonical_json(json: &RawJson) -> String {
    let mut text = String::with_capacity(json.as_str().len());
    write(json.as_str(), &mut text);
    text
}

fn write(json: &str, text: &mut String) {
    let known = match json.as_bytes().first() {
        Some(b'{') => object(json, text),
        Some(b'[') => array(json, text),
        Some(b'"') => string(json, text),
        _ => None,
    };
    // Numbers and words, and what Rust's strings cannot hold (half a surrogate pair).
    if known.is_none() {
        text.push_str(json.trim());
    }
}

fn object(json: &str, text: &mut String) -> Option<()> {
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(json).ok()?;
    text.push('{');
    for (index, (key, value)) in members.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push_str(&serde_json::to_string(key).ok()?);
        text.push(':');
        write(value.get(), text);
    }
    text.push('}');
    Some(())
}

fn array(json: &str, text: &mut String) -> Option<()> {
    let elements: Vec<&RawValue> = serde_json::from_str(json).ok()?;
    text.push('[');
    for (index, value) in elements.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        write(value.get(), text);
    }
    text.push(']');
    Some(())
}

fn string(json: &str, text: &mut String) -> Option<()> {
    let value: String = serde_json::from_str(json).ok()?;
    text.push_str(&serde_json::to_string(&value).ok()?);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        canonical_json(&RawJson::parse(text).unwrap())
    }

    #[test]
    fn order_space_and_escapes_do_not_matter() {
        let one = of(r#"{ "b" : [1, {"y": null, "x": "\u00e9\/"}], "a": true }"#);
        assert_eq!(one, "{\"a\":true,\"b\":[1,{\"x\":\"é/\",\"y\":null}]}");
        assert_eq!(one, of("{\"a\":true,\"b\":[1,{\"x\":\"é/\",\"y\":null}]}"));
        assert_eq!(of(r#"{"a":1,"a":2}"#), of(r#"{"a":2}"#));
    }

    #[test]
    fn numbers_stay_as_they_are_written() {
        assert_ne!(of("[1]"), of("[1.0]"));
        assert_ne!(of("[12345678901234567890123]"), of("[12345678901234567890124]"));
    }

    #[test]
    fn what_differs_stays_different() {
        let texts = ["[]", "{}", "[[]]", "[\"\"]", "[1,2]", "[2,1]", "[\"1\"]", "[null]", r#"["\ud800"]"#, r#"["\ud801"]"#];
        let all: std::collections::HashSet<_> = texts.map(of).into_iter().collect();
        assert_eq!(all.len(), texts.len());
    }
}

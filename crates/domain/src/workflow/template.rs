//! Arguments with placeholders: `{"$result": "<node key>"}`, with a JSON pointer (RFC 6901) if need be
//! (`{"$result": "a", "pointer": "/url"}`), stands for the result of a node.
//!
//! Everything else stays the text it is, so that big numbers and the order of keys survive.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;

use crate::{NodeKey, RawJson};

/// Largest arguments that results may make, in bytes.
pub const MAX_FILLED: usize = 1_048_576;

/// Longest pointer, in bytes.
const MAX_POINTER: usize = 1_000;

const RESULT: &str = "$result";
const POINTER: &str = "pointer";

/// Results by node; `None` of a node that did not succeed.
pub type NodeResults = BTreeMap<NodeKey, Option<RawJson>>;

/// An object that has `$result` and is no placeholder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a placeholder: expected {{\"$result\": \"<node key>\"}} with nothing but a \"pointer\" (RFC 6901, at most 1000 bytes) beside"
)]
pub struct InvalidPlaceholder;

/// Why arguments cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfillable {
    /// An object is no placeholder.
    #[error(transparent)]
    Invalid(#[from] InvalidPlaceholder),
    /// The result has nothing there.
    #[error("the result of {key} has nothing at the pointer {pointer:?}")]
    Missing {
        /// The node.
        key: NodeKey,
        /// The pointer.
        pointer: String,
    },
    /// Larger than [`MAX_FILLED`].
    #[error("the arguments with the results in them are larger than 1 MiB")]
    TooLarge,
    /// Deeper than any reader goes.
    #[error("the arguments with the results in them nest too deeply")]
    TooDeep,
}

/// The nodes whose results the arguments name, in order.
///
/// # Errors
/// When an object with `$result` is no placeholder.
pub fn references(arguments: &RawJson) -> Result<Vec<NodeKey>, InvalidPlaceholder> {
    let mut keys = Vec::new();
    visit(
        arguments.as_str(),
        &mut |key, _| {
            keys.push(key);
            Ok::<_, InvalidPlaceholder>(None)
        },
        &mut String::new(),
    )?;
    Ok(keys)
}

/// The arguments with results in the placeholders' stead. A node without a result (it did not succeed) is `null`, whatever the
/// pointer.
///
/// # Errors
/// When a pointer leads nowhere, or the arguments become too large or too deep.
pub fn fill(arguments: &RawJson, results: &NodeResults) -> Result<RawJson, Unfillable> {
    if !arguments.as_str().contains(RESULT) {
        return Ok(arguments.clone());
    }
    let mut filled = String::with_capacity(arguments.as_str().len());
    let mut room = MAX_FILLED;
    visit(
        arguments.as_str(),
        &mut |key, pointer| {
            let Some(Some(result)) = results.get(&key) else { return Ok(None) };
            match at(result.as_str(), pointer) {
                Some(value) => {
                    // Before it is copied: one result may be named thousands of times.
                    room = room.checked_sub(value.len()).ok_or(Unfillable::TooLarge)?;
                    Ok(Some(value.to_owned()))
                }
                None => Err(Unfillable::Missing { key, pointer: pointer.to_owned() }),
            }
        },
        &mut filled,
    )?;
    if filled.len() > MAX_FILLED {
        return Err(Unfillable::TooLarge);
    }
    let filled = RawJson::trusted(filled);
    // serde_json's own limit, which whoever reads them holds them to.
    filled.decode::<serde_json::Value>().map_err(|_| Unfillable::TooDeep)?;
    Ok(filled)
}

/// Writes the text with each placeholder's value, `null` for none.
fn visit<E: From<InvalidPlaceholder> + Into<Unfillable>>(
    text: &str,
    value: &mut impl FnMut(NodeKey, &str) -> Result<Option<String>, E>,
    to: &mut String,
) -> Result<(), E> {
    let invalid = |_| E::from(InvalidPlaceholder);
    if text.contains(RESULT) && text.starts_with('[') {
        let items: Vec<&RawValue> = serde_json::from_str(text).map_err(invalid)?;
        to.push('[');
        for (place, item) in items.iter().enumerate() {
            to.push_str(if place > 0 { "," } else { "" });
            visit(item.get(), value, to)?;
        }
        to.push(']');
    } else if text.contains(RESULT) && text.starts_with('{') {
        let Members(members) = serde_json::from_str(text).map_err(invalid)?;
        if members.iter().any(|(name, _)| name == RESULT) {
            let (key, pointer) = placeholder(&members)?;
            to.push_str(value(key, &pointer)?.as_deref().unwrap_or("null"));
        } else {
            to.push('{');
            for (place, (name, member)) in members.iter().enumerate() {
                to.push_str(if place > 0 { "," } else { "" });
                to.push_str(&serde_json::to_string(name).map_err(invalid)?);
                to.push(':');
                visit(member.get(), value, to)?;
            }
            to.push('}');
        }
    } else {
        to.push_str(text);
    }
    Ok(())
}

fn placeholder(members: &[(String, &RawValue)]) -> Result<(NodeKey, String), InvalidPlaceholder> {
    let (mut key, mut pointer) = (None, String::new());
    for (name, value) in members {
        let text: String = serde_json::from_str(value.get()).map_err(|_| InvalidPlaceholder)?;
        match name.as_str() {
            RESULT if key.is_none() => key = Some(NodeKey::new(&text).map_err(|_| InvalidPlaceholder)?),
            POINTER if text.len() <= MAX_POINTER && (text.is_empty() || text.starts_with('/')) => pointer = text,
            _ => return Err(InvalidPlaceholder),
        }
    }
    key.map(|key| (key, pointer)).ok_or(InvalidPlaceholder)
}

/// The value a pointer leads to.
fn at<'a>(text: &'a str, pointer: &str) -> Option<&'a str> {
    let mut text = text.trim();
    for token in pointer.split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
        text = if text.starts_with('[') {
            let items: Vec<&RawValue> = serde_json::from_str(text).ok()?;
            let plain = token == "0" || (!token.starts_with('0') && token.bytes().all(|b| b.is_ascii_digit()));
            items.get(token.parse::<usize>().ok().filter(|_| plain)?)?.get()
        } else {
            let Members(members) = serde_json::from_str(text).ok()?;
            members.into_iter().rev().find(|(name, _)| *name == token)?.1.get()
        };
    }
    Some(text)
}

/// An object's members in their order.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn raw(text: &str) -> RawJson {
        RawJson::parse(text).unwrap()
    }

    fn results() -> NodeResults {
        let result = r#" {"url": "http://x/", "n": 123456789012345678901234567890, "a/b": [10, {"~": true}]}"#;
        [("a", Some(raw(result))), ("failed", None)]
            .into_iter()
            .map(|(key, result)| (NodeKey::new(key).unwrap(), result))
            .collect()
    }

    #[test]
    fn placeholders_become_results() {
        for (arguments, filled) in [
            (r#"{"u":{"$result":"a","pointer":"/url"}}"#, r#"{"u":"http://x/"}"#),
            (r#"[1.50,{"$result":"a","pointer":"/n"}]"#, "[1.50,123456789012345678901234567890]"),
            (r#"[{"$result":"a","pointer":"/a~1b/1/~0"}]"#, "[true]"),
            (r#"[{"$result":"failed","pointer":"/x"},{"$result":"failed"}]"#, "[null,null]"),
            (r#"{"b":1,"a":"$result"}"#, r#"{"b":1,"a":"$result"}"#),
        ] {
            assert_eq!(fill(&raw(arguments), &results()).unwrap().as_str(), filled);
        }
    }

    #[test]
    fn a_pointer_that_leads_nowhere_is_told() {
        for pointer in ["/x", "/url/x", "/a~1b/2", "/a~1b/01", "/a~1b/-"] {
            let arguments = raw(&format!(r#"[{{"$result":"a","pointer":"{pointer}"}}]"#));
            assert!(matches!(fill(&arguments, &results()), Err(Unfillable::Missing { .. })), "{pointer}");
        }
    }

    #[test]
    fn what_is_no_placeholder_is_refused() {
        for bad in [
            r#"{"$result":1}"#,
            r#"{"$result":"a b"}"#,
            r#"{"$result":"a","x":1}"#,
            r#"{"$result":"a","pointer":"x"}"#,
            r#"{"$result":"a","pointer":1}"#,
            r#"{"$result":"a","$result":"a"}"#,
        ] {
            assert_eq!(references(&raw(&format!("[{{\"k\":{bad}}}]"))), Err(InvalidPlaceholder), "{bad}");
        }
        let keys = references(&raw(r#"{"x":[{"$result":"a"}],"y":{"z":{"$result":"b","pointer":"/1"}}}"#)).unwrap();
        assert_eq!(keys.iter().map(NodeKey::as_str).collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn what_becomes_too_large_or_too_deep_is_refused() {
        let big = raw(&format!("\"{}\"", "x".repeat(MAX_FILLED)));
        let deep = RawJson::trusted("[".repeat(127) + &"]".repeat(127));
        let results: NodeResults =
            [("big", big), ("deep", deep)].into_iter().map(|(k, v)| (NodeKey::new(k).unwrap(), Some(v))).collect();
        assert_eq!(fill(&raw(r#"[{"$result":"big"}]"#), &results), Err(Unfillable::TooLarge));
        assert_eq!(fill(&raw(r#"[[{"$result":"deep"}]]"#), &results), Err(Unfillable::TooDeep));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in r#"[\[\]{}",:$a-c/~0-9 ]{0,40}"#, pointer in "[/~a-c0-9]{0,10}") {
            let _ = at(&text, &pointer);
            if let Ok(raw) = RawJson::parse(&text) {
                let _ = fill(&raw, &results());
            }
        }
    }
}

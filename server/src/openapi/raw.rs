//! Reading what poem-openapi writes: a path whose operations are spread over several handlers is there several times.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::{Map, Value};

#[derive(Deserialize)]
struct Spec {
    paths: Paths,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// Paths, each once, with all its operations.
struct Paths(Map<String, Value>);

/// Reads the document.
pub fn read(text: &str) -> serde_json::Result<Value> {
    let Spec { paths, mut rest } = serde_json::from_str(text)?;
    rest.insert("paths".to_owned(), Value::Object(paths.0));
    Ok(Value::Object(rest))
}

impl<'de> Deserialize<'de> for Paths {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Merge)
    }
}

struct Merge;

impl<'de> Visitor<'de> for Merge {
    type Value = Paths;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("paths")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Paths, A::Error> {
        let mut paths = Map::new();
        while let Some((path, operations)) = map.next_entry::<String, Map<String, Value>>()? {
            match paths.entry(path).or_insert_with(|| Value::Object(Map::new())) {
                Value::Object(known) => known.extend(operations),
                other => *other = Value::Object(operations),
            }
        }
        Ok(Paths(paths))
    }
}

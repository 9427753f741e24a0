//! Objects of NDJSON, with their keys in order and their numbers as they stand.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{lines::Lines, record::Counter, source::Source};
use crate::TaskError;

/// Reads objects, one per line; empty lines are left aside.
pub(super) struct NdjsonInput(Lines);

/// An object.
pub(super) struct NdjsonRow {
    pub(super) line: u64,
    pub(super) fields: Vec<(String, Box<RawValue>)>,
}

impl NdjsonInput {
    pub(super) fn new(source: Source) -> Self {
        Self(Lines::new(source))
    }

    /// The next object; a line that is none is judged.
    pub(super) fn next(&mut self, rows: &mut Counter<'_>) -> Result<Option<NdjsonRow>, TaskError> {
        while let Some((line, text)) = self.0.next()? {
            if text.trim_ascii().is_empty() {
                continue;
            }
            match serde_json::from_slice::<Fields>(text) {
                Ok(Fields(fields)) => return Ok(Some(NdjsonRow { line, fields })),
                // serde_json's own words may hold a part of the line.
                Err(error) => rows.judge(Err(format!("no JSON object (column {})", error.column())), line)?,
            }
        }
        Ok(None)
    }
}

/// An object's fields in order.
struct Fields(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(InOrder)
    }
}

struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Fields(fields))
    }
}

//! `[tasks]`, for programs that run none.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de::IgnoredAny};

/// The section `tasks`, unread.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SomeTasks;

impl<'de> Deserialize<'de> for SomeTasks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

impl JsonSchema for SomeTasks {
    fn schema_name() -> Cow<'static, str> {
        "SomeTasks".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object" })
    }
}

//! JSON that the API passes through.

use ruche_domain::RawJson;
use serde::{Deserialize, Serialize};

/// Any JSON value, kept as the text it came as, so that big numbers and key order survive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AnyJson(pub RawJson);

impl From<RawJson> for AnyJson {
    fn from(raw: RawJson) -> Self {
        Self(raw)
    }
}

#[cfg(feature = "openapi")]
mod openapi {
    use std::borrow::Cow;

    use poem_openapi::{
        registry::{MetaSchema, MetaSchemaRef},
        types::{ParseError, ParseFromJSON, ParseResult, ToJSON, Type},
    };
    use ruche_domain::RawJson;
    use serde_json::Value;

    use super::AnyJson;

    impl Type for AnyJson {
        const IS_REQUIRED: bool = true;

        type RawValueType = Self;
        type RawElementValueType = Self;

        fn name() -> Cow<'static, str> {
            "AnyJson".into()
        }

        fn schema_ref() -> MetaSchemaRef {
            MetaSchemaRef::Inline(Box::new(MetaSchema::ANY))
        }

        fn as_raw_value(&self) -> Option<&Self> {
            Some(self)
        }

        fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
            Box::new(std::iter::once(self))
        }
    }

    impl ParseFromJSON for AnyJson {
        fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
            RawJson::of(&value.unwrap_or_default()).map(Self).map_err(ParseError::custom)
        }
    }

    impl ToJSON for AnyJson {
        fn to_json(&self) -> Option<Value> {
            self.0.decode().ok()
        }
    }
}

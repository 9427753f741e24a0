//! JSON kept as the text it came as, so that big numbers and key order survive.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};
use serde_json::value::RawValue;

/// A JSON document as text, checked to be well formed; cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct RawJson(Arc<str>);

/// The text is not JSON, or nests too deeply.
#[derive(Debug, thiserror::Error)]
#[error("not valid JSON: {0}")]
pub struct InvalidJson(#[from] serde_json::Error);

impl RawJson {
    /// Checks that `text` is one JSON document (at most 128 levels deep, serde_json's limit).
    ///
    /// # Errors
    /// When it is not.
    pub fn parse(text: &str) -> Result<Self, InvalidJson> {
        let raw: &RawValue = serde_json::from_str(text)?;
        Ok(Self(raw.get().into()))
    }

    /// Takes text that a database or this program has already checked.
    #[must_use]
    pub fn trusted(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The JSON form of any value.
    ///
    /// # Errors
    /// When the value has no JSON form (a map with keys that are no strings).
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, InvalidJson> {
        Ok(Self(serde_json::to_string(value)?.into()))
    }

    /// `[]`
    #[must_use]
    pub fn empty_array() -> Self {
        Self("[]".into())
    }

    /// `{}`
    #[must_use]
    pub fn empty_object() -> Self {
        Self("{}".into())
    }

    /// `null`
    #[must_use]
    pub fn null() -> Self {
        Self("null".into())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads the document as a value of type `T`.
    ///
    /// # Errors
    /// When it does not have that shape.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, InvalidJson> {
        Ok(serde_json::from_str(&self.0)?)
    }
}

impl fmt::Debug for RawJson {
    /// Shows the size only: payloads do not belong in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawJson({} bytes)", self.0.len())
    }
}

impl Serialize for RawJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(&self.0).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for RawJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Ok(Self(raw.get().into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn big_numbers_stay_exact() {
        let raw: RawJson = serde_json::from_str(r#"{"n":123456789012345678901234567890}"#).unwrap();
        assert_eq!(serde_json::to_string(&raw).unwrap(), r#"{"n":123456789012345678901234567890}"#);
    }

    #[test]
    fn deep_nesting_is_refused() {
        let text = "[".repeat(200) + &"]".repeat(200);
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_err());
    }
}

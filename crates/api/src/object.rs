//! Objects within bodies: serde takes an array as the values of an object's fields, the document does not.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

/// Reads an object, and nothing else, as `T`.
pub fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_map(Object(PhantomData))
}

/// Reads an object or null.
pub fn optional_object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    deserializer.deserialize_option(Optional(PhantomData))
}

struct Object<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Object<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}

struct Optional<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Optional<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or null")
    }

    fn visit_none<E>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        object(deserializer).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use crate::NewOperation;

    #[test]
    fn arrays_are_no_objects() {
        let read = |text: &str| serde_json::from_str::<NewOperation>(text);
        assert!(read(r#"{"action":"cancel","filter":{"queue":"a"}}"#).is_ok());
        assert!(read(r#"{"action":"cancel","filter":{"queue":"a"},"parameters":null}"#).is_ok());
        for bad in [
            r#"{"action":"cancel","filter":["failed"]}"#,
            r#"{"action":"cancel","filter":null}"#,
            r#"{"action":"cancel","filter":{"queue":"a"},"parameters":[null,null]}"#,
            r#"{"action":"cancel","filter":{"queue":"a"},"parameters":{"x":1}}"#,
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}

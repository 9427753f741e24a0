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

/// Reads an array of objects.
pub fn objects<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Ok(Vec::deserialize(deserializer)?.into_iter().map(|One(one)| one).collect())
}

/// Reads an array of objects or null.
pub fn optional_objects<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<Vec<T>>, D::Error> {
    let objects: Option<Vec<One<T>>> = Option::deserialize(deserializer)?;
    Ok(objects.map(|objects| objects.into_iter().map(|One(one)| one).collect()))
}

/// An object of an array.
struct One<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for One<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        object(deserializer).map(Self)
    }
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
    use crate::{CreateWorkflow, NewOperation};

    #[test]
    fn arrays_in_arrays_are_no_objects() {
        let read = |text: &str| serde_json::from_str::<CreateWorkflow>(text);
        assert!(read(r#"{"chain":[{"task":{"task":"a"}},{"group":[{"task":{"task":"a"}}]}]}"#).is_ok());
        assert!(read(r#"{"chain":null,"nodes":[{"key":"a","task":{"task":"a"}}]}"#).is_ok());
        for bad in [
            r#"{"chain":[["a"]]}"#,
            r#"{"chain":{"task":{"task":"a"}}}"#,
            r#"{"nodes":[["a",{"task":"a"}]]}"#,
            r#"{"nodes":[{"key":"a","task":["a"]}]}"#,
            r#"{"chord":[[],{}]}"#,
            r#"{"chord":{"header":[],"body":[]}}"#,
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

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

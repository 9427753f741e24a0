//! From a message's positional and keyword arguments to a task's struct.

mod complaint;
mod fields;

use ruche_domain::RawJson;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

pub(crate) use fields::fields_of;

/// The arguments do not fit the task. Names the argument, never tells its value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidArguments {
    /// More positional arguments than the task has fields.
    #[error("takes at most {most} positional arguments ({names}), got {got}")]
    TooMany { most: usize, names: String, got: usize },
    /// The task's arguments have no order.
    #[error("takes keyword arguments only, got {got} positional ones")]
    KeywordsOnly { got: usize },
    /// Python's "got multiple values for argument".
    #[error("argument `{0}` is given twice: by position and by keyword")]
    Twice(&'static str),
    /// A value has the wrong shape, or an argument is missing or unknown.
    #[error("{}{complaint}", place(path))]
    Shape { path: String, complaint: String },
}

fn place(path: &str) -> String {
    if path.is_empty() { String::new() } else { format!("argument `{path}`: ") }
}

/// Reads a task's struct. Positional arguments fill `fields` in the order of declaration, as Python does it.
pub(crate) fn decode<T: DeserializeOwned>(
    args: &RawJson,
    kwargs: &RawJson,
    fields: &[&'static str],
) -> Result<T, InvalidArguments> {
    if is_empty_array(args.as_str()) {
        return read(kwargs.as_str());
    }
    read(&merge(args, kwargs, fields)?)
}

fn is_empty_array(args: &str) -> bool {
    args == "[]" || args.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).is_some_and(|inner| inner.trim().is_empty())
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, InvalidArguments> {
    // Watching the path has its price, so it is only asked for when there is something to say.
    serde_json::from_str(text).map_err(|_| explain::<T>(text))
}

fn explain<T: DeserializeOwned>(text: &str) -> InvalidArguments {
    match serde_path_to_error::deserialize::<_, T>(&mut serde_json::Deserializer::from_str(text)) {
        Ok(_) => InvalidArguments::Shape { path: String::new(), complaint: "not one JSON object".to_owned() },
        Err(error) => InvalidArguments::Shape {
            path: complaint::known_path(error.path()),
            complaint: complaint::without_values(&error.inner().to_string()),
        },
    }
}

/// The keyword form of positional and keyword arguments.
fn merge(args: &RawJson, kwargs: &RawJson, fields: &[&'static str]) -> Result<String, InvalidArguments> {
    let values: Vec<&RawValue> = serde_json::from_str(args.as_str()).map_err(|_| InvalidArguments::Shape {
        path: String::new(),
        complaint: "positional arguments must be a JSON array".to_owned(),
    })?;
    if fields.is_empty() {
        return Err(InvalidArguments::KeywordsOnly { got: values.len() });
    }
    if values.len() > fields.len() {
        return Err(InvalidArguments::TooMany { most: fields.len(), names: fields.join(", "), got: values.len() });
    }
    let named: serde_json::Map<String, serde_json::Value> = keywords(kwargs)?;
    if let Some(twice) = fields.iter().take(values.len()).find(|field| named.contains_key(**field)) {
        return Err(InvalidArguments::Twice(twice));
    }
    Ok(join(fields, &values, kwargs.as_str()))
}

fn keywords<T: DeserializeOwned>(kwargs: &RawJson) -> Result<T, InvalidArguments> {
    serde_json::from_str(kwargs.as_str()).map_err(|_| InvalidArguments::Shape {
        path: String::new(),
        complaint: "keyword arguments must be a JSON object".to_owned(),
    })
}

/// Writes the positional values as members before those of the object `kwargs`, each value as the text it came as.
fn join(fields: &[&'static str], values: &[&RawValue], kwargs: &str) -> String {
    let inner = kwargs.trim().strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or_default().trim();
    let positional = fields.iter().zip(values).map(|(field, value)| format!("{field:?}:{}", value.get()));
    let members: Vec<String> = positional.chain((!inner.is_empty()).then(|| inner.to_owned())).collect();
    format!("{{{}}}", members.join(","))
}

#[cfg(test)]
mod tests;

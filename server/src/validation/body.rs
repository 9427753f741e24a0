//! Bodies that serde refused: the OpenAPI document's schema says what is wrong, all of it, and where.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};

use jsonschema::Validator;
use ruche_api::FieldError;
use serde_json::Value;

use super::errors::field_error;
use crate::{
    openapi,
    problem::{Code, MOST_ERRORS, Problem},
};

/// Validators by schema name, made at the first error.
static VALIDATORS: LazyLock<Mutex<HashMap<String, &'static Validator>>> = LazyLock::new(Mutex::default);

/// Largest body that is looked at again.
const MOST_BYTES: usize = 256 * 1024;

/// Says why a body that is JSON is not of the shape that the document's schema `name` describes.
pub fn explain(name: &str, bytes: &[u8], error: &serde_json::Error) -> Problem {
    let errors = if bytes.len() <= MOST_BYTES { violations(name, bytes) } else { Vec::new() };
    if errors.is_empty() {
        let detail = format!("not what is expected at line {}, column {}", error.line(), error.column());
        let whole = FieldError { pointer: None, parameter: None, code: "unreadable".to_owned(), detail: detail.clone() };
        return Problem::new(Code::InvalidBody).detail(detail).errors(vec![whole]);
    }
    Problem::new(Code::InvalidBody).errors(errors)
}

fn violations(name: &str, bytes: &[u8]) -> Vec<FieldError> {
    let Ok(body) = serde_json::from_slice::<Value>(bytes) else { return Vec::new() };
    let Some(validator) = validator(name) else { return Vec::new() };
    validator.iter_errors(&body).take(MOST_ERRORS).map(|error| field_error(&error, "")).collect()
}

fn validator(name: &str) -> Option<&'static Validator> {
    let mut validators = VALIDATORS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = validators.get(name) {
        return Some(known);
    }
    let schema = openapi::json_schema_of(name)?;
    // One per request type of the API, so a handful, kept for the life of the process.
    let made: &'static Validator = Box::leak(Box::new(jsonschema::options().should_validate_formats(true).build(&schema).ok()?));
    validators.insert(name.to_owned(), made);
    Some(made)
}

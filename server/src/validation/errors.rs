//! Schema violations as errors of a problem.

use jsonschema::{ValidationError, error::ValidationErrorKind};
use ruche_api::FieldError;

/// The violation, with its place below `base`. The offending value is not told: payloads do not belong in errors.
pub fn field_error(error: &ValidationError<'_>, base: &str) -> FieldError {
    let code = match error.kind() {
        ValidationErrorKind::AdditionalProperties { .. } => "unknown_field".to_owned(),
        ValidationErrorKind::Required { .. } => "required".to_owned(),
        kind => snake_case(kind.keyword()),
    };
    let pointer = format!("{base}{}", error.instance_path().as_str());
    FieldError { pointer: Some(pointer), parameter: None, code, detail: bounded(error.masked().to_string()) }
}

fn snake_case(keyword: &str) -> String {
    keyword.chars().flat_map(|c| c.is_ascii_uppercase().then_some('_').into_iter().chain([c.to_ascii_lowercase()])).collect()
}

fn bounded(mut text: String) -> String {
    const MAX: usize = 500;
    text.truncate(text.floor_char_boundary(MAX));
    text
}

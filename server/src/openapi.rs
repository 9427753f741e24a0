//! The OpenAPI document: what poem-openapi derives from the handlers, refined, with one typed endpoint per task definition.

mod access_examples;
mod common;
mod examples;
mod from_json_schema;
mod raw;
mod refine;
mod roles;
mod serve;
mod to_json_schema;
mod typed;

use ruche_domain::TaskDefinition;
use serde_json::Value;

pub use serve::{Served, serve_document};
pub use to_json_schema::json_schema_of;

use crate::api;

/// The document of a server that knows these task definitions and asks for an API key, as indented text that ends with a line end:
/// the form the repository keeps. A server without a key serves the same without the security requirements.
#[must_use]
pub fn openapi(definitions: &[TaskDefinition]) -> String {
    let text = serde_json::to_string_pretty(&openapi_value(definitions)).expect("a JSON value has a JSON form");
    text + "\n"
}

/// [`openapi`] as a value.
#[must_use]
pub fn openapi_value(definitions: &[TaskDefinition]) -> Value {
    let mut document = refined();
    typed::expand(&mut document, definitions);
    common::complete(&mut document);
    examples::fill(&mut document);
    document
}

/// What poem-openapi makes of the handlers.
pub fn raw() -> Value {
    raw::read(&api::service().spec()).expect("poem-openapi writes JSON")
}

fn refined() -> Value {
    let mut document = raw();
    refine::refine(&mut document);
    roles::mark(&mut document);
    document
}

/// Calls `visit` with every operation and its path.
fn each_operation(document: &mut Value, mut visit: impl FnMut(&str, &mut Value)) {
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for operation in item.as_object_mut().into_iter().flatten().map(|(_, operation)| operation) {
            visit(path, operation);
        }
    }
}

#[cfg(test)]
mod tests;

//! JSON Schemas at work: task arguments against their definition, and bodies against the OpenAPI document.

mod arguments;
mod body;
mod errors;

pub use arguments::{Arguments, Base};
pub use body::explain;

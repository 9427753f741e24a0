//! Errors, as RFC 9457 has them.

use serde::{Deserialize, Serialize};

/// One thing that is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct FieldError {
    /// JSON pointer (RFC 6901) into the request's body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// Name of the query parameter, header or path parameter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// A stable word for the kind of error.
    pub code: String,
    /// For people.
    pub detail: String,
}

/// Why a request was refused (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct Problem {
    /// Where the kind of problem is explained.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "openapi", oai(rename = "type"))]
    pub kind: String,
    /// The kind of problem, for people.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// This problem, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Path of the request.
    pub instance: String,
    /// The kind of problem, a stable word.
    pub code: String,
    /// Names the request in the server's logs.
    pub request_id: String,
    /// What is wrong in particular; the first 20.
    #[serde(default)]
    pub errors: Vec<FieldError>,
}

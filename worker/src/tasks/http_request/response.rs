//! What is kept of an answer.

use std::collections::BTreeMap;

use reqwest::header::HeaderMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::HttpError;

/// Response headers that are kept: those that tell what was answered, none that could be a credential.
const KEPT: [&str; 11] = [
    "content-language",
    "content-length",
    "content-type",
    "date",
    "etag",
    "last-modified",
    "location",
    "retry-after",
    "server",
    "x-correlation-id",
    "x-request-id",
];

/// The answer to a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HttpResponse {
    /// The status.
    pub status: u16,
    /// Some of the headers, with names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body as text; what is no UTF-8 is replaced.
    pub body: String,
    /// Whether the body went on.
    pub truncated: bool,
    /// How long the attempt took, redirects included.
    pub duration_ms: u64,
    /// Redirects followed.
    pub redirects: u8,
    /// The attempt that got the answer, from 1.
    pub attempt: u32,
}

/// What happens when a response body is larger than wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LargeBody {
    /// The beginning is kept.
    #[default]
    Truncate,
    /// The task fails with `body_too_large`.
    Fail,
}

/// Bytes of a body kept when the caller says nothing.
pub(crate) fn default_limit() -> usize {
    64 * 1024
}

/// Reads at most `limit` bytes of the body, as text, and whether there was more. The rest is never read: dropping the response
/// closes the connection.
pub(crate) async fn read_body(
    mut response: reqwest::Response,
    limit: usize,
    large: LargeBody,
) -> Result<(String, bool), HttpError> {
    let announced = response.content_length().and_then(|length| usize::try_from(length).ok());
    if large == LargeBody::Fail && announced.is_some_and(|length| length > limit) {
        return Err(HttpError::BodyTooLarge(limit));
    }
    let mut body = Vec::with_capacity(announced.unwrap_or_default().min(limit));
    while let Some(chunk) = response.chunk().await? {
        let room = limit - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() > room {
            return match large {
                LargeBody::Truncate => Ok((text(&body), true)),
                LargeBody::Fail => Err(HttpError::BodyTooLarge(limit)),
            };
        }
    }
    Ok((text(&body), false))
}

/// The headers worth keeping.
pub(crate) fn kept_headers(headers: &HeaderMap) -> BTreeMap<String, String> {
    KEPT.into_iter().filter_map(|name| Some((name.to_owned(), text(headers.get(name)?.as_bytes())))).collect()
}

/// Text that JSON and PostgreSQL take: no NUL characters.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace('\0', "\u{fffd}")
}

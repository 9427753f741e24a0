//! `http.request`: one HTTP request, as a webhook or as cron over HTTP.
//!
//! The URL, the headers, the host's name server and the host itself may all be hostile. Addresses are checked where they are
//! connected to ([`resolve`]), redirects are followed by hand ([`send`]), and everything that is read has a limit.

mod address;
mod client;
mod config;
mod error;
mod headers;
mod post;
mod resolve;
mod response;
mod retry_after;
mod send;
mod sign;
mod status;
#[cfg(test)]
pub(in crate::tasks) mod tests;

use std::{collections::BTreeMap, time::Duration};

use ruche_domain::RawJson;
use schemars::JsonSchema;
use serde::Deserialize;

pub use address::Network;
pub(crate) use client::Client;
pub use config::{HttpConfig, InvalidHttpConfig};
pub(crate) use error::HttpError;
pub(crate) use post::{Answered, Letter};
pub use response::{HttpResponse, LargeBody};
pub(crate) use sign::{InvalidSigningSecret, SigningKey};
pub use status::StatusPattern;

use crate::{Task, TaskContext, TaskDefaults, TaskError};

/// Longest time a request may take, in milliseconds: one hour.
const LONGEST_MS: u64 = 3_600_000;
/// Most redirects followed.
const MOST_REDIRECTS: u8 = 5;

/// Sends an HTTP request and keeps the answer: a webhook (signed by the Standard Webhooks specification, if asked), or cron over
/// HTTP. Tried again on connection errors, timeouts, 408, 425, 429 and 5xx; not on other statuses.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(example = serde_json::json!({
    "url": "https://example.com/hooks/orders",
    "json": {"type": "order.paid", "data": {"order": 4711}},
    "sign": {"secret": "orders"},
}))]
pub struct HttpRequest {
    /// Where to: `http` or `https`, without user name and password.
    #[schemars(length(min = 1, max = 8192))]
    url: String,
    /// POST if there is a body, otherwise GET.
    #[serde(default)]
    method: Option<HttpMethod>,
    /// Request headers, at most 64. Those that belong to the connection (`Host`, `Content-Length` ...) are refused.
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// The body as text. Not together with `json`.
    #[serde(default)]
    body: Option<String>,
    /// The body as JSON, sent as written, with `Content-Type: application/json`. Not together with `body`.
    #[serde(default)]
    #[schemars(with = "serde_json::Value")]
    json: Option<RawJson>,
    /// Statuses that mean success: numbers, `"2xx"` or `"200-204"`.
    #[serde(default = "status::success")]
    #[schemars(length(min = 1, max = 32))]
    expected_statuses: Vec<StatusPattern>,
    /// Statuses to try again on besides 408, 425, 429 and 5xx.
    #[serde(default)]
    #[schemars(length(max = 32))]
    retry_statuses: Vec<StatusPattern>,
    /// Longest time for the whole attempt, redirects and body included, in milliseconds.
    #[serde(default = "half_a_minute")]
    #[schemars(range(min = 1, max = LONGEST_MS))]
    timeout_ms: u64,
    /// How many redirects to follow. Credentials do not follow to another host.
    #[serde(default)]
    #[schemars(range(max = MOST_REDIRECTS))]
    follow_redirects: u8,
    /// Bytes of the response body to keep; the worker's configuration may set a lower limit.
    #[serde(default = "response::default_limit")]
    #[schemars(range(max = 16_777_216))]
    max_response_bytes: usize,
    /// What to do when the response body is larger than that.
    #[serde(default)]
    on_large_body: LargeBody,
    /// Signs the request by the Standard Webhooks specification: `webhook-id` (the task's id, the same for every attempt),
    /// `webhook-timestamp` and `webhook-signature`.
    #[serde(default)]
    sign: Option<Sign>,
}

/// How to sign a request.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sign {
    /// Name of a signing secret in the worker's configuration.
    #[schemars(length(min = 1, max = 128))]
    secret: String,
}

/// Methods that a request may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the names are HTTP's")]
pub enum HttpMethod {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
    Options,
}

impl From<HttpMethod> for reqwest::Method {
    fn from(method: HttpMethod) -> Self {
        match method {
            HttpMethod::Get => Self::GET,
            HttpMethod::Head => Self::HEAD,
            HttpMethod::Post => Self::POST,
            HttpMethod::Put => Self::PUT,
            HttpMethod::Patch => Self::PATCH,
            HttpMethod::Delete => Self::DELETE,
            HttpMethod::Options => Self::OPTIONS,
        }
    }
}

fn half_a_minute() -> u64 {
    30_000
}

impl HttpRequest {
    /// The bounds of the schema, for arguments that did not come through the API.
    fn check(&self) -> Result<(), HttpError> {
        if !(1..=LONGEST_MS).contains(&self.timeout_ms) {
            return Err(HttpError::Arguments("timeout_ms must be 1 to 3600000"));
        }
        if self.follow_redirects > MOST_REDIRECTS {
            return Err(HttpError::Arguments("follow_redirects must be 0 to 5"));
        }
        if self.body.is_some() && self.json.is_some() {
            return Err(HttpError::Arguments("body and json exclude each other"));
        }
        if self.expected_statuses.is_empty() {
            return Err(HttpError::Arguments("expected_statuses is empty: no answer could be a success"));
        }
        Ok(())
    }
}

impl Task for HttpRequest {
    const NAME: &'static str = "http.request";
    type Output = HttpResponse;

    /// A little over an hour: the argument `timeout_ms` is what usually ends an attempt.
    fn defaults() -> TaskDefaults {
        TaskDefaults { timeout: Some(Duration::from_millis(LONGEST_MS) + Duration::from_secs(60)), ..TaskDefaults::default() }
    }

    async fn run(self, context: &TaskContext) -> Result<HttpResponse, TaskError> {
        let client = context.resource::<Client>();
        self.check()?;
        let own = Duration::from_millis(self.timeout_ms);
        let limit = context.remaining().map_or(own, |remaining| remaining.min(own));
        tokio::select! {
            biased;
            () = context.cancelled() => Err(HttpError::Cancelled.into()),
            outcome = tokio::time::timeout(limit, client.run(self, context)) => Ok(outcome.unwrap_or(Err(HttpError::Timeout))?),
        }
    }
}

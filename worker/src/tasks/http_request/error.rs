//! How a request fails, and whether another try may do better.

use std::{error::Error, io, time::Duration};

use super::{address::Blocked, resolve::Unresolved};
use crate::TaskError;

/// Why a request failed. No message holds the URL's path, query or any header: they may carry secrets.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpError {
    #[error("{0}")]
    Arguments(&'static str),
    #[error("{0}")]
    Url(&'static str),
    #[error("{0}")]
    Header(String),
    #[error("the worker's configuration has no signing secret of that name")]
    UnknownSecret,
    #[error(transparent)]
    Blocked(#[from] Blocked),
    #[error("the host's name could not be resolved")]
    Resolve,
    #[error("couldn't connect: {0}")]
    Connect(String),
    #[error("couldn't agree on a secure connection: {0}")]
    Tls(String),
    #[error("the connection broke or its other end doesn't speak HTTP: {0}")]
    Protocol(String),
    #[error("no complete answer in time")]
    Timeout,
    #[error("stopped before the answer was complete")]
    Cancelled,
    #[error("the response body is larger than {0} bytes")]
    BodyTooLarge(usize),
    #[error("{0}")]
    Redirect(&'static str),
    #[error("the answer was {status}")]
    Status { status: u16, retry: bool, after: Option<Duration> },
}

impl HttpError {
    fn kind(&self) -> &'static str {
        match self {
            Self::Arguments(_) => "invalid_arguments",
            Self::Url(_) => "invalid_url",
            Self::Header(_) => "invalid_header",
            Self::UnknownSecret => "not_configured",
            Self::Blocked(_) => "blocked_address",
            Self::Resolve => "resolve",
            Self::Connect(_) => "connect",
            Self::Tls(_) => "tls",
            Self::Protocol(_) => "protocol",
            Self::Timeout => "timeout",
            Self::Cancelled => "cancelled",
            Self::BodyTooLarge(_) => "body_too_large",
            Self::Redirect(_) => "redirect",
            Self::Status { .. } => "http_status",
        }
    }
}

impl From<HttpError> for TaskError {
    fn from(error: HttpError) -> Self {
        let decided = match &error {
            HttpError::Resolve
            | HttpError::Connect(_)
            | HttpError::Tls(_)
            | HttpError::Protocol(_)
            | HttpError::Timeout
            | HttpError::Cancelled
            | HttpError::Status { retry: true, after: None, .. } => Self::retry(&error),
            HttpError::Status { retry: true, after: Some(wait), .. } => Self::retry_after(&error, *wait),
            HttpError::Arguments(_)
            | HttpError::Url(_)
            | HttpError::Header(_)
            | HttpError::UnknownSecret
            | HttpError::Blocked(_)
            | HttpError::BodyTooLarge(_)
            | HttpError::Redirect(_)
            | HttpError::Status { retry: false, .. } => Self::fail(&error),
        };
        decided.kind(error.kind())
    }
}

impl From<reqwest::Error> for HttpError {
    fn from(error: reqwest::Error) -> Self {
        if let Some(blocked) = cause::<Blocked>(&error) {
            return Self::Blocked(*blocked);
        }
        if cause::<Unresolved>(&error).is_some() {
            return Self::Resolve;
        }
        if let Some(tls) = cause::<rustls::Error>(&error) {
            return Self::Tls(tls.to_string());
        }
        if error.is_timeout() {
            return Self::Timeout;
        }
        if error.is_connect() { Self::Connect(innermost(&error)) } else { Self::Protocol(innermost(&error)) }
    }
}

/// The first error of type `E` among an error and its causes, also inside [`io::Error`]s, which hide what they wrap from
/// `source`.
fn cause<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = inner(error);
    }
    None
}

/// What the innermost cause says; the outer ones repeat the URL.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut last = error;
    while let Some(cause) = inner(last) {
        last = cause;
    }
    if last.is::<reqwest::Error>() { "unknown cause".to_owned() } else { last.to_string() }
}

fn inner<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}

//! What can go wrong with a request.

use std::fmt::Write as _;

use reqwest::StatusCode;
use ruche_api::Problem;
use ruche_bootstrap::{ExitCode, Failure};
use url::Url;

use crate::output::clean;

/// A request failed.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// The server does not answer.
    #[error("couldn't reach the server at {server}; start one with `ruche up`, or name it with --server or RUCHE_SERVER")]
    Unreachable {
        /// Where it should be.
        server: String,
        /// Why not.
        #[source]
        source: reqwest::Error,
    },
    /// What came back is no answer of this API.
    #[error("{server} didn't answer as Ruche does")]
    Unexpected {
        /// Where it came from.
        server: String,
        /// Why not.
        #[source]
        source: reqwest::Error,
    },
    /// The server says no.
    #[error("{}", refusal(server, *status, problem.as_deref()))]
    Refused {
        /// Where it is.
        server: String,
        /// The status.
        status: StatusCode,
        /// Its words.
        problem: Option<Box<Problem>>,
    },
}

impl ApiError {
    pub(super) fn of_transport(base: &Url, error: reqwest::Error) -> Self {
        // reqwest repeats the address, which may hold a password.
        let (server, source) = (shown(base), error.without_url());
        if source.is_decode() { Self::Unexpected { server, source } } else { Self::Unreachable { server, source } }
    }

    /// The status, if there is one.
    #[must_use]
    pub const fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Refused { status, .. } => Some(*status),
            Self::Unreachable { .. } | Self::Unexpected { .. } => None,
        }
    }

    const fn exit_code(&self) -> ExitCode {
        match self {
            Self::Unreachable { .. } => ExitCode::Unavailable,
            Self::Unexpected { .. } => ExitCode::Failure,
            Self::Refused { status, .. } => match status.as_u16() {
                401 | 403 => ExitCode::NoPermission,
                404 => ExitCode::NotFound,
                429 | 502..=504 => ExitCode::Unavailable,
                400..=499 => ExitCode::Data,
                _ => ExitCode::Failure,
            },
        }
    }
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self::new(error.exit_code(), error)
    }
}

/// An address without credentials and query.
pub(super) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    // An error means that such an address has no place for them.
    let _ = (url.set_username(""), url.set_password(None));
    url.set_query(None);
    url.as_str().trim_end_matches('/').to_owned()
}

fn refusal(server: &str, status: StatusCode, problem: Option<&Problem>) -> String {
    if status == StatusCode::UNAUTHORIZED {
        return format!("{server} asks for an API key; give one with --api-key-file or RUCHE_API_KEY");
    }
    let Some(problem) = problem else { return format!("{server} answered {status}") };
    let mut text = clean(problem.detail.as_deref().unwrap_or(&problem.title));
    for error in &problem.errors {
        let place = error.pointer.as_deref().or(error.parameter.as_deref()).unwrap_or_default();
        let separator = if place.is_empty() { "" } else { ": " };
        write!(text, "\n  {}{separator}{}", clean(place), clean(&error.detail)).expect("writing to a string never fails");
    }
    text
}

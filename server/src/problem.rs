//! Errors as RFC 9457 problems: every refusal, from whatever layer, leaves the server in this one form.

mod code;
mod foreign;

use std::{borrow::Cow, fmt, sync::Arc};

use poem::{
    Response,
    error::ResponseError,
    http::{HeaderValue, StatusCode, header},
};
use ruche_api::FieldError;
use ruche_store::StoreError;

pub use code::Code;

use crate::enqueuer::EnqueueError;

/// The media type of problems.
pub const CONTENT_TYPE: &str = "application/problem+json";

/// Most errors told at once.
pub const MOST_ERRORS: usize = 20;

/// Why a request is refused.
#[derive(Debug, Clone)]
pub struct Problem(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    code: Code,
    detail: Option<Cow<'static, str>>,
    errors: Vec<FieldError>,
    retry_after_s: Option<u32>,
    allow: Option<String>,
    location: Option<String>,
    content_range: Option<String>,
}

impl Problem {
    /// A problem of this kind.
    pub fn new(code: Code) -> Self {
        Self(Box::new(Inner {
            code,
            detail: None,
            errors: Vec::new(),
            retry_after_s: None,
            allow: None,
            location: None,
            content_range: None,
        }))
    }

    /// A parameter or header is wrong.
    pub fn parameter(name: &str, detail: impl Into<String>) -> Self {
        Self::of_parameter(Code::InvalidParameter, name, detail)
    }

    /// A problem of this kind with a parameter.
    pub fn of_parameter(code: Code, name: &str, detail: impl Into<String>) -> Self {
        let error =
            FieldError { pointer: None, parameter: Some(name.to_owned()), code: code.as_str().to_owned(), detail: detail.into() };
        Self::new(code).detail(format!("{name}: {}", error.detail)).errors(vec![error])
    }

    /// A field of the body, which is of the right shape, makes no sense.
    pub fn of_field(pointer: &str, code: &str, detail: String) -> Self {
        let (pointer, code) = (Some(pointer.to_owned()), code.to_owned());
        let error = FieldError { pointer, parameter: None, code, detail: detail.clone() };
        Self::new(Code::InvalidBody).detail(detail).errors(vec![error])
    }

    /// The same, where the fields it points at (`/unique/key`) are query parameters (`unique_key`).
    pub fn of_query(mut self) -> Self {
        self.0.code = Code::ConflictingParameters;
        for error in &mut self.0.errors {
            error.parameter = error.pointer.take().map(|pointer| pointer.trim_start_matches('/').replace('/', "_"));
        }
        self
    }

    /// Says more, for people.
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// Says what is wrong in particular; the first [`MOST_ERRORS`] are kept.
    pub fn errors(mut self, mut errors: Vec<FieldError>) -> Self {
        errors.truncate(MOST_ERRORS);
        self.0.errors = errors;
        self
    }

    /// Says when to try again.
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after_s = Some(seconds);
        self
    }

    /// Says which methods may be used.
    pub fn allow(mut self, methods: impl Into<String>) -> Self {
        self.0.allow = Some(methods.into());
        self
    }

    /// Says which resource stands in the way.
    pub fn location(mut self, path: impl Into<String>) -> Self {
        self.0.location = Some(path.into());
        self
    }

    /// Says how many bytes there are, where others were asked for.
    pub fn content_range(mut self, range: impl Into<String>) -> Self {
        self.0.content_range = Some(range.into());
        self
    }

    /// Its kind.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The answer, for a request to path `instance`.
    pub fn render(self, instance: &str, request_id: &str) -> Response {
        let Inner { code, detail, errors, retry_after_s, allow, location, content_range } = *self.0;
        let body = ruche_api::Problem {
            kind: format!("/problems/{}", code.as_str()),
            title: code.title().to_owned(),
            status: code.status().as_u16(),
            detail: detail.map(Cow::into_owned),
            instance: instance.to_owned(),
            code: code.as_str().to_owned(),
            request_id: request_id.to_owned(),
            errors,
        };
        let body = serde_json::to_vec(&body).expect("strings and numbers have a JSON form");
        let mut response = Response::builder().status(code.status()).content_type(CONTENT_TYPE).body(body);
        let headers = response.headers_mut();
        if let Some(seconds) = retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(Ok(methods)) = allow.map(HeaderValue::try_from) {
            headers.insert(header::ALLOW, methods);
        }
        if let Some(Ok(path)) = location.map(HeaderValue::try_from) {
            headers.insert(header::LOCATION, path);
        }
        if let Some(Ok(range)) = content_range.map(HeaderValue::try_from) {
            headers.insert(header::CONTENT_RANGE, range);
        }
        if code == Code::Unauthorized {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"ruche\""));
        }
        response
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.detail.as_deref().unwrap_or(self.0.code.title()))
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status(&self) -> StatusCode {
        self.0.code.status()
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::from(&error)
    }
}

impl From<&StoreError> for Problem {
    fn from(error: &StoreError) -> Self {
        if error.is_transient() {
            tracing::warn!(error = error as &dyn std::error::Error, "the database does not answer");
            return Self::new(Code::StoreUnavailable).retry_after(1);
        }
        tracing::error!(error = error as &dyn std::error::Error, "the database failed");
        Self::new(Code::Internal)
    }
}

impl From<EnqueueError> for Problem {
    fn from(error: EnqueueError) -> Self {
        match error {
            EnqueueError::Store(error) => Self::from(Arc::as_ref(&error)),
            EnqueueError::Overloaded => Self::new(Code::Overloaded).retry_after(2),
            EnqueueError::Stopped => Self::new(Code::ShuttingDown).retry_after(1),
        }
    }
}

//! Errors of poem and poem-openapi, turned into problems.

use poem::{
    error::{MethodNotAllowedError, NotFoundError, ParsePathError, ReadBodyError},
    http::StatusCode,
};
use poem_openapi::error::{ContentTypeError, ParseParamError, ParseRequestPayloadError};

use super::{Code, Problem};

impl From<poem::Error> for Problem {
    fn from(error: poem::Error) -> Self {
        if let Some(problem) = error.downcast_ref::<Self>() {
            return problem.clone();
        }
        if let Some(ParseParamError { name, reason }) = error.downcast_ref() {
            return Self::parameter(name, reason.clone());
        }
        if let Some(ParseRequestPayloadError { .. }) = error.downcast_ref() {
            return Self::new(Code::InvalidJson);
        }
        // The parameters of paths are texts, so only their encoding can be wrong.
        if error.is::<ParsePathError>() || error.is::<poem_openapi::error::ParsePathError>() {
            return Self::new(Code::InvalidParameter).detail("the path is not UTF-8");
        }
        if error.is::<NotFoundError>() {
            return Self::new(Code::NotFound);
        }
        if error.is::<MethodNotAllowedError>() {
            return Self::new(Code::MethodNotAllowed);
        }
        if error.is::<ContentTypeError>() {
            return Self::new(Code::UnsupportedMediaType);
        }
        match error.downcast_ref::<ReadBodyError>() {
            Some(ReadBodyError::PayloadTooLarge) => return Self::new(Code::BodyTooLarge),
            Some(_) => return Self::new(Code::BadRequest),
            None => {}
        }
        by_status(&error)
    }
}

fn by_status(error: &poem::Error) -> Problem {
    match error.status() {
        StatusCode::NOT_FOUND => Problem::new(Code::NotFound),
        StatusCode::METHOD_NOT_ALLOWED => Problem::new(Code::MethodNotAllowed),
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(Code::BodyTooLarge),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::new(Code::UnsupportedMediaType),
        status if status.is_client_error() => Problem::new(Code::BadRequest),
        _ => {
            tracing::error!(%error, "a request failed");
            Problem::new(Code::Internal)
        }
    }
}

//! Why a request did not come to what it was for.

use ruche_api::Problem;

use crate::messages::errors;

/// Why a request failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiError {
    /// No answer came.
    Offline,
    /// The server refused, and says why.
    Refused(Box<Problem>),
    /// Something between here and the server refused, or the server says it in a way of its own.
    Unexpected(u16),
    /// The answer is none this client knows how to read: one of the two is newer.
    Unreadable,
}

impl ApiError {
    /// The HTTP status, where there was an answer.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused(problem) => Some(problem.status),
            Self::Unexpected(status) => Some(*status),
            Self::Offline | Self::Unreadable => None,
        }
    }

    /// Whether the caller has to log in first.
    pub fn asks_to_log_in(&self) -> bool {
        self.status() == Some(401)
    }

    /// Whether there is no such thing.
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(404)
    }

    /// What happened, in a few words.
    pub fn title(&self) -> String {
        match self {
            Self::Offline => errors::offline().into_owned(),
            Self::Refused(problem) => {
                errors::of_code(&problem.code).map_or_else(|| problem.title.clone(), |title| title.into_owned())
            }
            Self::Unexpected(status) => errors::unexpected(*status).into_owned(),
            Self::Unreadable => errors::unreadable().into_owned(),
        }
    }

    /// More of it, where there is more.
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::Refused(problem) => problem.detail.clone(),
            _ => None,
        }
    }

    /// What names the request in the server's logs.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Refused(problem) => Some(&problem.request_id),
            _ => None,
        }
    }

    /// What is wrong with the field at this JSON pointer.
    pub fn of_field(&self, pointer: &str) -> Option<String> {
        let Self::Refused(problem) = self else { return None };
        problem.errors.iter().find(|error| error.pointer.as_deref() == Some(pointer)).map(|error| error.detail.clone())
    }
}

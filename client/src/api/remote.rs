//! What is known of something that is asked of the server.

use std::rc::Rc;

use super::ApiError;

/// What is known of it.
#[derive(Debug, PartialEq, Eq)]
pub enum Remote<T> {
    /// Nobody has asked.
    NotAsked,
    /// It was asked for, and nothing is known yet.
    Loading,
    /// It is there.
    There(Rc<T>),
    /// It is there as it was before; asking again failed.
    Stale(Rc<T>, ApiError),
    /// Asking failed, and nothing is known.
    Failed(ApiError),
}

impl<T> Clone for Remote<T> {
    fn clone(&self) -> Self {
        match self {
            Self::NotAsked => Self::NotAsked,
            Self::Loading => Self::Loading,
            Self::There(value) => Self::There(Rc::clone(value)),
            Self::Stale(value, error) => Self::Stale(Rc::clone(value), error.clone()),
            Self::Failed(error) => Self::Failed(error.clone()),
        }
    }
}

impl<T> Remote<T> {
    /// It, as far as it is known.
    pub fn value(&self) -> Option<&Rc<T>> {
        match self {
            Self::There(value) | Self::Stale(value, _) => Some(value),
            Self::NotAsked | Self::Loading | Self::Failed(_) => None,
        }
    }

    /// What went wrong last.
    pub fn error(&self) -> Option<&ApiError> {
        match self {
            Self::Stale(_, error) | Self::Failed(error) => Some(error),
            Self::NotAsked | Self::Loading | Self::There(_) => None,
        }
    }

    /// What is known once an answer is there. What was known before is kept when the answer is none.
    #[must_use]
    pub fn after(self, answer: Result<Rc<T>, ApiError>) -> Self {
        match (answer, self) {
            (Ok(value), _) => Self::There(value),
            // What is gone is gone.
            (Err(error), Self::There(value) | Self::Stale(value, _)) if !error.is_not_found() => Self::Stale(value, error),
            (Err(error), _) => Self::Failed(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_known_is_kept_when_asking_again_fails() {
        let there = Remote::There(Rc::new(1)).after(Err(ApiError::Offline));
        assert_eq!(there, Remote::Stale(Rc::new(1), ApiError::Offline));
        assert_eq!(there.clone().after(Ok(Rc::new(2))), Remote::There(Rc::new(2)));
        assert_eq!(there.after(Err(ApiError::Unexpected(404))), Remote::Failed(ApiError::Unexpected(404)));
        assert_eq!(Remote::<u8>::Loading.after(Err(ApiError::Offline)), Remote::Failed(ApiError::Offline));
    }
}

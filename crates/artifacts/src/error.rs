//! What can go wrong, as decisions the caller can take.

use ruche_domain::ArtifactId;
use ruche_store::StoreError;

/// An error of the object store.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// There is no such object.
    #[error("there is no such object")]
    NotFound(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Anything else: mostly, that it cannot be reached or written. Try again later.
    #[error("the object store failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<object_store::Error> for ObjectError {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { .. } => Self::NotFound(Box::new(error)),
            _ => Self::Failed(Box::new(error)),
        }
    }
}

/// An artifact could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum ArtifactError {
    /// There is no artifact with this id: it never was, is not whole, was deleted, or has expired.
    #[error("there is no artifact {0}")]
    NotFound(ArtifactId),
    /// The database knows it, the object store does not.
    #[error(
        "the bytes of artifact {0} are not in this process's object store; server and workers have to share it (artifacts.location)"
    )]
    Missing(ArtifactId),
    /// It is larger than any may be.
    #[error("an artifact has at most {0} bytes (artifacts.max_bytes)")]
    TooLarge(u64),
    /// Its task may not keep so much.
    #[error("a task keeps at most {0} bytes and {1} artifacts (artifacts.max_task_bytes)")]
    TaskFull(u64, u32),
    /// It is nobody's: its attempt is over, or it was given up as left behind.
    #[error("the artifact was given up: its attempt is over, or nothing was heard of it for too long")]
    Lost,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The object store.
    #[error(transparent)]
    Objects(#[from] ObjectError),
}

impl ArtifactError {
    /// Whether the same may work later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Store(error) => error.is_transient(),
            Self::Objects(_) => true,
            Self::NotFound(_) | Self::Missing(_) | Self::TooLarge(_) | Self::TaskFull(..) | Self::Lost => false,
        }
    }
}

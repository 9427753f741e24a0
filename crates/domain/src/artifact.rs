//! Artifacts: files that tasks stream out, and uploaded ones that they take in. What they may be called, what a reader may ask
//! of them, and what becomes of one when all its bytes are there.

pub mod completion;
pub mod file_name;
pub mod media_type;
pub mod range;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An artifact's id: a UUIDv7, which sorts by the time of creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ArtifactId(Uuid);

impl ArtifactId {
    /// The UUID behind the id.
    #[must_use]
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl From<Uuid> for ArtifactId {
    fn from(uuid: Uuid) -> Self {
        Self(uuid)
    }
}

impl From<ArtifactId> for Uuid {
    fn from(id: ArtifactId) -> Self {
        id.0
    }
}

impl fmt::Display for ArtifactId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// The text is not a UUID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an artifact's id: expected a UUID such as 01890a5d-ac96-774b-bcce-b302099a8057")]
pub struct ParseArtifactIdError;

impl FromStr for ArtifactId {
    type Err = ParseArtifactIdError;

    /// Only the hyphenated form, so that an artifact has one address.
    fn from_str(text: &str) -> Result<Self, ParseArtifactIdError> {
        if text.len() != 36 {
            return Err(ParseArtifactIdError);
        }
        Uuid::try_parse(text).map(Self).map_err(|_| ParseArtifactIdError)
    }
}

/// Where an artifact stands. Only a whole one is seen by anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ArtifactState {
    /// Its bytes are being written. Left behind by a writer that died, it is doomed when nobody has renewed it for a while.
    Writing,
    /// All its bytes are in the object store. Doomed when it expires, is deleted, is replaced, or its task is deleted.
    Whole,
    /// It is nobody's any more. Its bytes are deleted, then its row; until both have happened, this is tried again.
    Doomed,
}

impl ArtifactState {
    /// The word that databases keep.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Writing => "writing",
            Self::Whole => "whole",
            Self::Doomed => "doomed",
        }
    }
}

/// The word names no state of artifacts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a state of artifacts")]
pub struct UnknownArtifactState;

impl FromStr for ArtifactState {
    type Err = UnknownArtifactState;

    fn from_str(text: &str) -> Result<Self, UnknownArtifactState> {
        [Self::Writing, Self::Whole, Self::Doomed].into_iter().find(|state| state.as_str() == text).ok_or(UnknownArtifactState)
    }
}

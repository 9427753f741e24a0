//! What is known of artifacts: facts only. Their bytes are in an object store, which this crate knows nothing of.
//!
//! A row is there before the first byte and after the last one is gone, so nothing in the object store is ever without a row that
//! names it. Only a whole artifact is shown to anybody.

use async_trait::async_trait;
use ruche_domain::{
    ArtifactId, FileName, MediaType, TaskId, Timestamp,
    artifact::completion::{Complete, Completion, Held, TaskAllowance},
};

use crate::{AttemptRef, Page, Position, StoreError};

/// An artifact that is about to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewArtifact {
    /// Its id, which nothing has yet.
    pub id: ArtifactId,
    /// The attempt that writes it; `None` for an upload.
    pub owner: Option<AttemptRef>,
    /// What it is called.
    pub name: FileName,
    /// What its bytes are said to be.
    pub content_type: MediaType,
    /// When it was begun.
    pub created_at: Timestamp,
    /// From when on it counts as left behind, unless it is renewed.
    pub stale_at: Timestamp,
}

/// An artifact all of whose bytes are in the object store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompleteArtifact {
    /// What was begun.
    pub new: NewArtifact,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the bytes.
    pub sha256: [u8; 32],
    /// When it was complete; becomes its time.
    pub completed_at: Timestamp,
    /// From when on it is deleted.
    pub expires_at: Timestamp,
    /// How much its task may keep.
    pub allowance: TaskAllowance,
}

/// A whole artifact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArtifactView {
    /// Its id.
    pub id: ArtifactId,
    /// The task and attempt that wrote it; `None` for an upload.
    pub owner: Option<AttemptRef>,
    /// What it is called.
    pub name: FileName,
    /// What its bytes are said to be.
    pub content_type: MediaType,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the bytes.
    pub sha256: [u8; 32],
    /// When it was complete.
    pub created_at: Timestamp,
    /// From when on it is deleted.
    pub expires_at: Timestamp,
}

/// What became of a complete artifact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Completed {
    /// It is whole, and committed.
    Kept(ArtifactView),
    /// It is nobody's: it was given up as left behind, or its attempt is over. Its bytes are to be deleted.
    Lost,
    /// Its task may not keep so much. Its bytes are to be deleted.
    TaskFull,
}

/// An artifact whose bytes are to be deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoomedArtifact {
    /// Its id.
    pub id: ArtifactId,
    /// What the object store calls the unfinished upload, if there was one.
    pub upload: Option<String>,
}

/// Facts of artifacts.
#[async_trait]
pub trait Artifacts: Send + Sync {
    /// Keeps a row of an artifact that nobody sees yet; whether it is kept. It is not when the attempt runs no more.
    ///
    /// # Errors
    /// Any; then it may be there or not, and is pruned as left behind.
    async fn begin_artifact(&self, new: &NewArtifact) -> Result<bool, StoreError>;

    /// Says that an artifact is still being written, and what the object store calls its upload if that is known now; whether it is
    /// still its writer's.
    ///
    /// # Errors
    /// Any; then nothing changed.
    async fn renew_artifact(&self, id: ArtifactId, upload: Option<&str>, stale_at: Timestamp) -> Result<bool, StoreError>;

    /// Makes an artifact whole, if [`Complete::decide`] says so; durable when it returns. Saying the same again is answered the same.
    ///
    /// # Errors
    /// Any; when the database went away in the middle, it may be whole all the same.
    async fn complete_artifact(&self, complete: &CompleteArtifact) -> Result<Completed, StoreError>;

    /// Removes the row of an artifact that was never whole and whose bytes are gone.
    ///
    /// # Errors
    /// Any; then the row is pruned as left behind.
    async fn abandon_artifact(&self, id: ArtifactId) -> Result<(), StoreError>;

    /// A whole artifact.
    ///
    /// # Errors
    /// Any.
    async fn artifact(&self, id: ArtifactId) -> Result<Option<ArtifactView>, StoreError>;

    /// Whole artifacts, newest first, of one task or all, at most `limit`.
    ///
    /// # Errors
    /// Any.
    async fn artifacts(
        &self,
        task: Option<TaskId>,
        after: Option<Position>,
        limit: u32,
    ) -> Result<Page<ArtifactView>, StoreError>;

    /// Dooms a whole artifact: nobody sees it any more, and its bytes go with the next [`Self::take_doomed`]. Whether there was one.
    ///
    /// # Errors
    /// Any; then nothing changed.
    async fn doom_artifact(&self, id: ArtifactId, now: Timestamp) -> Result<bool, StoreError>;

    /// Artifacts that are past their time at `now`: expired, left behind, or doomed; at most `limit`, none that another process took.
    /// They are doomed when this returns, and are handed out again from `again_at` on, unless they are forgotten.
    ///
    /// # Errors
    /// Any; then nothing changed.
    async fn take_doomed(&self, now: Timestamp, again_at: Timestamp, limit: u32) -> Result<Vec<DoomedArtifact>, StoreError>;

    /// Removes the rows of doomed artifacts whose bytes are gone; how many.
    ///
    /// # Errors
    /// Any; then they are handed out again.
    async fn forget_artifacts(&self, ids: &[ArtifactId]) -> Result<u64, StoreError>;
}

/// An artifact's row as a completion finds it, locked.
#[derive(Debug, Clone)]
pub struct ArtifactRow {
    /// Where it stands.
    pub state: ruche_domain::ArtifactState,
    /// Its checksum, if it is whole.
    pub sha256: Option<[u8; 32]>,
}

impl CompleteArtifact {
    /// Decides what becomes of it, given its row, whether its attempt runs, and what its task has. Both databases ask here.
    #[must_use]
    pub fn decide(&self, row: Option<&ArtifactRow>, runs: Option<bool>, held: &[Held]) -> Completion {
        let complete = Complete {
            state: row.map(|row| row.state),
            said_before: row.is_some_and(|row| row.sha256 == Some(self.sha256)),
            runs,
            name: &self.new.name,
            size: self.size,
        };
        complete.decide(held, self.allowance)
    }

    /// The artifact, made whole.
    #[must_use]
    pub fn view(&self) -> ArtifactView {
        let Self { new, size, sha256, completed_at, expires_at, allowance: _ } = self;
        ArtifactView {
            id: new.id,
            owner: new.owner,
            name: new.name.clone(),
            content_type: new.content_type.clone(),
            size: *size,
            sha256: *sha256,
            created_at: *completed_at,
            expires_at: *expires_at,
        }
    }
}

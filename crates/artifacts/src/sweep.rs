//! Deleting what nobody may see any more: expired, deleted, replaced, of a deleted task, or left behind by a writer that died.

use chrono::TimeDelta;
use futures::{StreamExt, stream};
use ruche_store::{DoomedArtifact, StoreError};

use crate::Depot;

/// What could not be deleted is tried again after this long.
const AGAIN: TimeDelta = TimeDelta::minutes(5);

/// Objects deleted at once.
const AT_ONCE: usize = 8;

/// What one batch came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Swept {
    /// Artifacts that are gone, bytes and row.
    pub deleted: u64,
    /// Artifacts whose bytes could not be deleted; they are tried again.
    pub failed: u64,
}

impl Depot {
    /// Deletes at most `limit` artifacts that are past their time. Any number of processes may do so at once.
    ///
    /// Three steps, of which each may fail and none is done before the one before it: the row is doomed (nobody sees the artifact from
    /// then on), the bytes are deleted, the row is deleted. Whatever fails, the row is still there and comes up again.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sweep(&self, limit: u32) -> Result<Swept, StoreError> {
        let now = self.inner.clock.now();
        let doomed = self.inner.store.take_doomed(now, now + AGAIN, limit).await?;
        let taken = doomed.len() as u64;
        let gone: Vec<_> = stream::iter(doomed)
            .map(|doomed| self.delete(doomed))
            .buffer_unordered(AT_ONCE)
            .filter_map(async |id| id)
            .collect()
            .await;
        if !gone.is_empty() {
            self.inner.store.forget_artifacts(&gone).await?;
        }
        Ok(Swept { deleted: gone.len() as u64, failed: taken - gone.len() as u64 })
    }

    /// Deletes an artifact's bytes; its id if they are gone.
    async fn delete(&self, doomed: DoomedArtifact) -> Option<ruche_domain::ArtifactId> {
        let DoomedArtifact { id, upload } = doomed;
        match self.inner.objects.delete(id, upload.as_deref()).await {
            Ok(()) => Some(id),
            Err(error) => {
                tracing::warn!(artifact = %id, error = &error as &dyn std::error::Error, "couldn't delete an artifact's bytes; trying again later");
                None
            }
        }
    }
}

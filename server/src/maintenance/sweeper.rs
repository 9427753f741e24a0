//! Deletes artifacts that nobody may see any more: expired ones, deleted and replaced ones, those of deleted tasks, and what writers
//! left behind that died.

use std::time::Duration;

use async_trait::async_trait;
use ruche_artifacts::Swept;
use ruche_store::StoreError;

use super::{Duties, Duty};

/// Between rounds.
const EVERY: Duration = Duration::from_secs(30);
/// Between the batches of one round: leaves database and object store to the tasks that run.
const BREATH: Duration = Duration::from_millis(50);
/// Artifacts per batch.
const ARTIFACTS: u32 = 200;

/// See the module.
pub struct Sweeper(pub Duties);

#[async_trait]
impl Duty for Sweeper {
    fn name(&self) -> &'static str {
        "sweeper"
    }

    async fn round(&self) -> Result<Duration, StoreError> {
        let Swept { deleted, failed } = self.0.artifacts.sweep(ARTIFACTS).await?;
        Ok(if deleted + failed == u64::from(ARTIFACTS) { BREATH } else { EVERY })
    }
}

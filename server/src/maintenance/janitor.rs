//! Deletes sessions that are over, API keys that have long been of no use, and entries of the audit log past their retention.

use std::time::Duration;

use async_trait::async_trait;
use ruche_store::StoreError;

use super::{Duties, Duty};

/// Between rounds.
const EVERY: Duration = Duration::from_secs(600);
/// Between the statements of one round.
const BREATH: Duration = Duration::from_millis(50);
/// Entries per statement.
const ENTRIES: u32 = 1_000;

/// See the module.
pub struct Janitor(pub Duties);

#[async_trait]
impl Duty for Janitor {
    fn name(&self) -> &'static str {
        "janitor"
    }

    async fn round(&self) -> Result<Duration, StoreError> {
        let now = self.0.clock.now();
        let before = self.0.ago(now, self.0.audit_retention);
        let pruned = self.0.store.prune_audit(before, ENTRIES).await?;
        if pruned == u64::from(ENTRIES) {
            return Ok(BREATH);
        }
        self.0.store.prune_access(before, now).await?;
        Ok(EVERY)
    }
}

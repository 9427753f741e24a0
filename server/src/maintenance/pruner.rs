//! Deletes what ended longer ago than its retention, in small statements that never hold the table up.

use std::time::Duration;

use async_trait::async_trait;
use ruche_store::StoreError;

use super::{Duties, Duty};

/// Between rounds.
const EVERY: Duration = Duration::from_secs(60);
/// Between the statements of one round: leaves the database to the tasks that run.
const BREATH: Duration = Duration::from_millis(50);
/// Tasks per statement.
const TASKS: u32 = 1_000;

/// See the module.
pub struct Pruner(pub Duties);

#[async_trait]
impl Duty for Pruner {
    fn name(&self) -> &'static str {
        "pruner"
    }

    async fn round(&self) -> Result<Duration, StoreError> {
        let now = self.0.clock.now();
        let pruned = self.0.store.prune(&self.0.retention, now, TASKS).await?;
        self.0.store.forget_operations(self.0.ago(now, self.0.retention.other), TASKS).await?;
        Ok(if pruned == u64::from(TASKS) { BREATH } else { EVERY })
    }
}

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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chrono::DateTime;
    use ruche_artifacts::{Depot, Limits};
    use ruche_broker::in_process::InProcessBroker;
    use ruche_domain::{FileName, ManualClock, MediaType};
    use ruche_store::SharedStore;
    use ruche_store_sqlite::SqliteStore;

    use super::*;
    use crate::publisher::Publisher;

    #[tokio::test]
    async fn what_is_past_its_time_goes_in_bounded_batches() {
        let store: SharedStore = Arc::new(SqliteStore::temporary().await.unwrap());
        let clock = Arc::new(ManualClock::new(DateTime::from_timestamp(1_800_000_000, 0).unwrap(), 7));
        let limits = Limits { retention: Duration::from_secs(100), ..Limits::default() };
        let artifacts = Depot::in_memory_within(limits, store.clone(), clock.clone());
        for _ in 0..ARTIFACTS + 1 {
            let writer = artifacts.create(None, FileName::new("a").unwrap(), MediaType::unknown()).await.unwrap();
            writer.finish().await.unwrap();
        }
        let broker = Arc::new(InProcessBroker::default());
        let publisher = Publisher::start(store.clone(), broker.clone(), &prometheus::Registry::new()).unwrap();
        let retention = ruche_bootstrap::config::MaintenanceConfig::default().retention();
        let (audit_retention, accept_unregistered_tasks) = (Duration::MAX, false);
        let duties = Duties {
            store: store.clone(),
            broker,
            publisher,
            clock: clock.clone(),
            retention,
            accept_unregistered_tasks,
            audit_retention,
            artifacts,
        };
        let (sweeper, left) = (Sweeper(duties), async || store.artifacts(None, None, 1_000).await.unwrap().rows.len());
        assert_eq!((sweeper.round().await.unwrap(), left().await), (EVERY, 201));
        clock.advance(Duration::from_secs(100));
        assert_eq!((sweeper.round().await.unwrap(), left().await), (BREATH, 1));
        assert_eq!((sweeper.round().await.unwrap(), left().await), (EVERY, 0));
    }
}

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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chrono::{DateTime, TimeDelta};
    use ruche_broker::in_process::InProcessBroker;
    use ruche_domain::{Clock, ManualClock, Role};
    use ruche_store::{AuditEntry, AuditFilter, SharedStore};
    use ruche_store_sqlite::SqliteStore;

    use super::*;
    use crate::{access::issue_from_command_line, publisher::Publisher};

    async fn duties() -> (Duties, Arc<ManualClock>) {
        let store: SharedStore = Arc::new(SqliteStore::temporary().await.unwrap());
        let clock = Arc::new(ManualClock::new(DateTime::from_timestamp(1_800_000_000, 0).unwrap(), 7));
        let broker = Arc::new(InProcessBroker::default());
        let publisher = Publisher::start(store.clone(), broker.clone(), &prometheus::Registry::new()).unwrap();
        let retention = ruche_bootstrap::config::MaintenanceConfig::default().retention();
        let audit_retention = Duration::from_secs(1_000);
        let accept_unregistered_tasks = false;
        let artifacts = ruche_artifacts::Depot::in_memory(store.clone(), clock.clone());
        let duties = Duties {
            store,
            broker,
            publisher,
            clock: clock.clone(),
            retention,
            audit_retention,
            accept_unregistered_tasks,
            artifacts,
        };
        (duties, clock)
    }

    #[tokio::test]
    async fn what_is_past_its_retention_goes_in_small_steps() {
        let (duties, clock) = duties().await;
        let name = || "a".parse().unwrap();
        let expires_at = Some(clock.now() + TimeDelta::seconds(1));
        let old = issue_from_command_line(&*duties.store, &*clock, name(), Role::Viewer, expires_at).await.unwrap().key.id;
        let kept = issue_from_command_line(&*duties.store, &*clock, name(), Role::Viewer, None).await.unwrap().key.id;
        let template = duties.store.audit(&AuditFilter::default(), None, 1).await.unwrap().rows.remove(0);
        let entries: Vec<_> = (0..2_500).map(|_| AuditEntry { id: clock.new_task_id().as_uuid(), ..template.clone() }).collect();
        duties.store.record(&entries).await.unwrap();

        let janitor = Janitor(duties.clone());
        clock.advance(Duration::from_secs(1_000));
        assert_eq!(janitor.round().await.unwrap(), EVERY, "nothing is past it yet");
        clock.advance(Duration::from_secs(2));
        for pause in [BREATH, BREATH, EVERY] {
            assert_eq!(janitor.round().await.unwrap(), pause);
        }
        assert!(duties.store.audit(&AuditFilter::default(), None, 1).await.unwrap().rows.is_empty());
        assert!(duties.store.key(old).await.unwrap().is_none() && duties.store.key(kept).await.unwrap().is_some());
    }
}

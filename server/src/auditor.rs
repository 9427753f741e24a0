//! Writes the audit log: batches of entries, after the answers.

use std::time::Duration;

use poem::http::StatusCode;
use prometheus::{IntCounter, Registry};
use ruche_bootstrap::{BatchLimits, Batcher};
use ruche_domain::Clock;
use ruche_metrics::catalogue::AUDIT_LOST;
use ruche_store::{AuditEntry, SharedStore, StoreError};

use crate::access::{caller::Caller, client::Client, rules::Audited};

/// Entries are small. When the database is slow, changes wait here for room rather than go unnoticed.
const LIMITS: BatchLimits = BatchLimits { weight: 1_000, in_flight: 1, waiting: 10_000 };

/// Pauses before a batch is tried again.
const PAUSES: [Duration; 2] = [Duration::from_millis(200), Duration::from_secs(1)];

/// The status of a change whose caller went away before the answer, as nginx has it.
const WENT_AWAY: u16 = 499;

/// Writes the audit log.
#[derive(Debug, Clone)]
pub struct Auditor {
    /// `None` is no entry: its answer says that all before it are written.
    batcher: Batcher<Option<AuditEntry>, ()>,
    lost: IntCounter,
}

impl Auditor {
    /// Starts it.
    ///
    /// # Errors
    /// When its metric is registered already.
    pub fn start(store: SharedStore, registry: &Registry) -> Result<Self, prometheus::Error> {
        let lost = AUDIT_LOST.counter(registry)?;
        let counter = lost.clone();
        let batcher = Batcher::start(LIMITS, |_| 1, move |entries| write(store.clone(), counter.clone(), entries));
        Ok(Self { batcher, lost })
    }

    /// Enters a change; waits only for room.
    pub async fn record(&self, entry: AuditEntry) {
        if self.batcher.send(Some(entry)).await.is_err() {
            self.lost.inc();
        }
    }

    /// Returns when everything entered so far is written, or lost.
    pub async fn flush(&self) {
        // Stopped means that nothing is left to write.
        drop(self.batcher.submit(None).await);
    }

    /// Watches over a change that is about to be made: it is entered even if its caller does not wait for the answer.
    pub fn watch(&self, entry: AuditEntry, audited: Audited) -> Watched {
        Watched { auditor: self.clone(), entry: Some(entry), audited }
    }
}

async fn write(store: SharedStore, lost: IntCounter, entries: Vec<Option<AuditEntry>>) -> Vec<()> {
    let answers = vec![(); entries.len()];
    let entries: Vec<_> = entries.into_iter().flatten().collect();
    if entries.is_empty() {
        return answers;
    }
    let mut result = store.record(&entries).await;
    for pause in PAUSES {
        if !result.as_ref().is_err_and(StoreError::is_transient) {
            break;
        }
        tokio::time::sleep(pause).await;
        // What was written although it was not said so is not written twice: entries have ids.
        result = store.record(&entries).await;
    }
    if let Err(error) = result {
        lost.inc_by(entries.len() as u64);
        tracing::error!(error = &error as &dyn std::error::Error, lost = entries.len(), "couldn't write the audit log");
    }
    answers
}

/// A change that is being made.
pub struct Watched {
    auditor: Auditor,
    entry: Option<AuditEntry>,
    audited: Audited,
}

impl Watched {
    /// The answer is known. A change that was refused, for another reason than its caller's role, is none.
    pub async fn answered(mut self, status: StatusCode, location: Option<&str>, forbidden: bool) {
        let Some(mut entry) = self.entry.take() else { return };
        let changed = match self.audited {
            Audited::Accepted => status == StatusCode::ACCEPTED,
            Audited::No | Audited::Yes | Audited::Enqueues => status.is_success() || status.is_redirection(),
        };
        if !forbidden && !changed {
            return;
        }
        if entry.target.is_none() {
            entry.target = location.and_then(|location| location.rsplit('/').next()).map(bounded);
        }
        entry.status = status.as_u16();
        self.auditor.record(entry).await;
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if let Some(entry) = self.entry.take() {
            let entry = AuditEntry { status: WENT_AWAY, ..entry };
            if self.auditor.batcher.try_send(Some(entry)).is_err() {
                self.auditor.lost.inc();
            }
        }
    }
}

/// An entry of a change whose answer is not known yet.
pub fn entry(clock: &dyn Clock, caller: &Caller, client: &Client, request_id: &str, action: &str, target: &str) -> AuditEntry {
    let Caller { name, key, role, via: _, expires_at: _ } = caller;
    AuditEntry {
        id: clock.new_task_id().as_uuid(),
        at: clock.now(),
        actor: name.clone(),
        key: *key,
        role: *role,
        action: action.to_owned(),
        target: (!target.is_empty()).then(|| bounded(target)),
        address: client.address,
        request_id: request_id.to_owned(),
        status: 0,
    }
}

fn bounded(target: &str) -> String {
    target[..target.floor_char_boundary(AuditEntry::MAX_TARGET)].to_owned()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ruche_domain::SystemClock;
    use ruche_store::AuditFilter;
    use ruche_store_sqlite::SqliteStore;

    use super::*;

    fn change(target: &str) -> AuditEntry {
        let client = Client { address: None, https: false, host: None };
        entry(&SystemClock, &Caller::anonymous(), &client, "r", "cancelTask", target)
    }

    #[tokio::test]
    async fn what_was_entered_before_a_flush_is_written_after_it() {
        let store: SharedStore = Arc::new(SqliteStore::temporary().await.unwrap());
        let auditor = Auditor::start(store.clone(), &Registry::new()).unwrap();
        for n in 0..500 {
            auditor.record(change(&n.to_string())).await;
        }
        drop(auditor.watch(change("gone"), Audited::Yes));
        auditor.watch(change("refused"), Audited::Yes).answered(StatusCode::CONFLICT, None, false).await;
        auditor.watch(change(""), Audited::Yes).answered(StatusCode::CREATED, Some("/api/v1/tasks/new"), false).await;
        auditor.flush().await;
        let written = store.audit(&AuditFilter::default(), None, 1_000).await.unwrap().rows;
        assert_eq!(written.len(), 502);
        let status =
            |target: &str| written.iter().find(|entry| entry.target.as_deref() == Some(target)).map(|entry| entry.status);
        assert_eq!((status("gone"), status("refused"), status("new")), (Some(WENT_AWAY), None, Some(201)));
    }

    #[tokio::test]
    async fn what_cannot_be_written_is_counted() {
        let store: SharedStore = Arc::new(SqliteStore::temporary().await.unwrap());
        let auditor = Auditor::start(store.clone(), &Registry::new()).unwrap();
        store.close().await;
        auditor.record(change("a")).await;
        auditor.flush().await;
        assert_eq!(auditor.lost.get(), 1);
    }

    #[test]
    fn targets_are_bounded() {
        assert_eq!(change(&"é".repeat(1_000)).target.unwrap().len(), AuditEntry::MAX_TARGET - 1);
    }
}

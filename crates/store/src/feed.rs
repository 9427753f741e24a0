//! Notices of committed changes.

use std::collections::BTreeMap;

use ruche_domain::{Change, ChangeKind, Changes};
use tokio::sync::{broadcast, mpsc};

/// Fans notices out to this process's subscribers, and hands them to the task that tells other processes, where there are any.
/// Announcing never waits and never fails.
#[derive(Debug)]
pub struct ChangeFeed {
    local: broadcast::Sender<Changes>,
    remote: Option<mpsc::Sender<Changes>>,
}

impl ChangeFeed {
    /// Notices a slow subscriber may fall behind by before it is told [`Changes::Lost`] (by `RecvError::Lagged`).
    pub const CAPACITY: usize = 1_024;

    /// More changes than this in one batch are told as a summary.
    pub const MOST_TOLD: usize = 64;

    /// A feed within one process.
    #[must_use]
    pub fn local() -> Self {
        Self { local: broadcast::Sender::new(Self::CAPACITY), remote: None }
    }

    /// A feed whose announcements also go to `remote`; full is as good as told, as notices may be lost.
    #[must_use]
    pub fn shared(remote: mpsc::Sender<Changes>) -> Self {
        Self { local: broadcast::Sender::new(Self::CAPACITY), remote: Some(remote) }
    }

    /// Follows the feed from now on.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Changes> {
        self.local.subscribe()
    }

    /// Tells of changes this process committed; many at once as a summary.
    pub fn announce(&self, changes: Vec<Change>) {
        if changes.is_empty() {
            return;
        }
        if changes.len() <= Self::MOST_TOLD {
            return self.announce_all(Changes::Each(changes));
        }
        let mut summary = BTreeMap::new();
        for change in changes {
            if let ChangeKind::State(state) = change.kind {
                *summary.entry(state).or_insert(0) += 1;
            }
        }
        self.announce_all(Changes::Summary(summary));
    }

    /// Tells of anything else, here and elsewhere.
    pub fn announce_all(&self, changes: Changes) {
        if let Some(remote) = &self.remote {
            drop(remote.try_send(changes.clone()));
        }
        self.deliver(changes);
    }

    /// Tells this process's subscribers only; for notices that came from elsewhere.
    pub fn deliver(&self, changes: Changes) {
        // An error means that nobody listens.
        drop(self.local.send(changes));
    }
}

//! The store of `ruche up`: one SQLite file, written through one connection, read through a few.
//!
//! Mirrors `ruche-store` file for file; statements stand in `queries/<entity>/<verb>.sql`, the schema in `migrations/`.
//! Every batch is one statement: its rows travel as one JSON text, read by `json_each` or `jsonb_each` (SQLite 3.51),
//! payloads inside it as *strings*, so that they come out as they went in (big numbers, escapes, key order).
//!
//! What must survive a power cut (accepted tasks, outcomes, operators' changes, maintenance) is committed with an `fsync`;
//! what may be taken back (claims, renewals, progress, logs, heartbeats) without; see `pool::Durability`. Either is
//! committed before anybody hears of it, and neither is lost when only the process dies.

mod access;
mod artifacts;
mod audit;
mod batch;
mod browse;
mod control;
mod dead_letters;
mod definitions;
mod enqueue;
mod error;
mod fingerprints;
mod lease;
mod maintain;
mod open;
mod operations;
#[cfg(test)]
mod plans;
mod pool;
mod queues;
mod row;
mod schedules;
mod unique;
mod webhooks;
mod workers;
mod workflows;

use std::sync::Arc;

use async_trait::async_trait;
use ruche_store::{ChangeFeed, Connections, Store, StoreError};

pub use error::SqliteProblem;
pub use pool::PoolStats;

/// A store in one SQLite file. Cheap to clone; clones share connections and feed.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    pool: Arc<pool::Pool>,
    feed: Arc<ChangeFeed>,
    /// A temporary store's files, removed when the last clone goes.
    _directory: Option<Arc<tempfile::TempDir>>,
}

impl SqliteStore {
    /// How many connections there are, for metrics.
    #[must_use]
    pub fn pool_stats(&self) -> PoolStats {
        self.pool.stats()
    }
}

#[async_trait]
impl Store for SqliteStore {
    fn feed(&self) -> &ChangeFeed {
        &self.feed
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.pool.ping().await
    }

    async fn close(&self) {
        self.pool.close().await;
    }

    fn connections(&self) -> Option<Connections> {
        let PoolStats { size, idle, max } = self.pool.stats();
        // Readers that wait in vain; nobody waits for the one writer with a limit.
        Some(Connections { in_use: size.saturating_sub(idle), idle, max, timeouts: error::pool_timeouts() })
    }
}

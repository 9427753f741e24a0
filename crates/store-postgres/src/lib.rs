//! Ruche's store on PostgreSQL (15 or newer).
//!
//! Every hot operation is one prepared statement over arrays: one round trip, one commit. SQL lives in `queries/`, by entity
//! and verb. Accepting tasks, outcomes and operators' changes are durable when they return; claims, renewals, progress, logs
//! and heartbeats go through connections that do not wait for the disk, see `src/pool.rs`.

mod access;
mod artifacts;
mod audit;
mod browse;
mod control;
mod dead_letters;
mod definitions;
mod enqueue;
mod error;
mod lease;
mod maintain;
mod migrate;
mod notify;
mod operations;
mod pool;
mod queues;
mod row;
mod schedules;
mod unique;
mod webhooks;
mod workers;
mod workflows;

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use ruche_store::{ChangeFeed, Connections, Store, StoreError};
use tokio::task::JoinSet;

pub use pool::{PgOptions, PoolStats};

use crate::{error::refine, pool::Pools};

/// A PostgreSQL database as a [`Store`].
#[derive(Debug)]
pub struct PgStore {
    pools: Pools,
    feed: Arc<ChangeFeed>,
    background: Mutex<JoinSet<()>>,
}

impl PgStore {
    /// Connects and checks that the schema fits.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] at once if no server answers, [`StoreError::PendingMigrations`] or
    /// [`StoreError::NewerSchema`] if the schema does not fit this program.
    pub async fn connect(options: &PgOptions) -> Result<Self, StoreError> {
        let mut first = pool::connect_once(options).await?;
        migrate::check(&mut first).await?;
        let origin = notify::new_origin(&mut first).await?;
        sqlx::Connection::close(first).await.map_err(refine)?;

        let pools = Pools::new(options)?;
        let (feed, background) = notify::start(options, origin, pools.relaxed.clone()).await?;
        Ok(Self { pools, feed, background: Mutex::new(background) })
    }

    /// Brings the schema up to date; any number of processes may try at once.
    ///
    /// # Errors
    /// When a migration fails, or the schema is newer than this program.
    pub async fn migrate(url: &str) -> Result<(), StoreError> {
        migrate::run(url).await
    }

    /// How many migrations are to be run.
    ///
    /// # Errors
    /// [`StoreError::NewerSchema`] when the schema is newer than this program.
    pub async fn pending_migrations(url: &str) -> Result<usize, StoreError> {
        migrate::pending(url).await
    }

    /// How the connections are used at this moment.
    #[must_use]
    pub fn pool_stats(&self) -> PoolStats {
        self.pools.stats()
    }
}

#[async_trait]
impl Store for PgStore {
    fn feed(&self) -> &ChangeFeed {
        &self.feed
    }

    async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("select 1").execute(&self.pools.durable).await.map_err(refine)?;
        Ok(())
    }

    async fn close(&self) {
        let mut background = std::mem::take(&mut *self.background.lock().unwrap_or_else(PoisonError::into_inner));
        background.shutdown().await;
        self.pools.close().await;
    }

    fn connections(&self) -> Option<Connections> {
        let PoolStats { size, idle, max } = self.pools.stats();
        Some(Connections { in_use: size.saturating_sub(idle), idle, max, timeouts: error::pool_timeouts() })
    }
}

//! One connection that writes, a few that read.

use std::time::Duration;

use ruche_store::StoreError;
use sqlx::{Connection, Sqlite, SqliteConnection, SqlitePool, Transaction, sqlite::SqlitePoolOptions};
use tokio::sync::{MappedMutexGuard, Mutex, MutexGuard};

use crate::{
    error::{closed, refused},
    open::options,
};

/// Readers at most; each is a thread.
const READERS: u32 = 4;

/// How long a read waits for a free connection.
const READER_WAIT: Duration = Duration::from_secs(5);

/// Whether a commit waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Survives a power cut: `synchronous=FULL` syncs the write-ahead log at the commit, and all before it.
    Full,
    /// Survives the end of the process; a power cut may take the latest such commits back, but never leaves a part of one
    /// (`synchronous=NORMAL`; in WAL mode no sync at the commit).
    Relaxed,
}

/// How many connections there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolStats {
    /// Connections open, the writer included.
    pub size: u32,
    /// Of these, not in use.
    pub idle: u32,
    /// Connections at most.
    pub max: u32,
}

#[derive(Debug)]
pub struct Pool {
    writer: Mutex<Option<Writer>>,
    readers: SqlitePool,
}

#[derive(Debug)]
struct Writer {
    connection: SqliteConnection,
    /// What the connection is set to; `None` while that is being changed, for the change may be given up half-way.
    durability: Option<Durability>,
}

/// The writing connection, for as long as it is held.
pub type WriteGuard<'a> = MappedMutexGuard<'a, SqliteConnection>;

impl Pool {
    /// Readers connect when they are first needed.
    pub fn new(connection: SqliteConnection, path: &std::path::Path) -> Self {
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .min_connections(0)
            .acquire_timeout(READER_WAIT)
            .test_before_acquire(false)
            .connect_lazy_with(options(path).create_if_missing(false).pragma("query_only", "on"));
        Self { writer: Mutex::new(Some(Writer { connection, durability: None })), readers }
    }

    /// The connections for reading.
    pub const fn readers(&self) -> &SqlitePool {
        &self.readers
    }

    /// Waits for the one writing connection. Single statements may run on it as they are; several belong in [`begin`].
    pub async fn writer(&self, durability: Durability) -> Result<WriteGuard<'_>, StoreError> {
        let mut guard = MutexGuard::try_map(self.writer.lock().await, Option::as_mut).map_err(|_| closed())?;
        guard.set(durability).await?;
        Ok(MappedMutexGuard::map(guard, |writer| &mut writer.connection))
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.readers).await.map_err(refused)?;
        Ok(())
    }

    /// Ends all connections; the last one moves the write-ahead log into the database.
    pub async fn close(&self) {
        self.readers.close().await;
        if let Some(writer) = self.writer.lock().await.take() {
            // A failure leaves the write-ahead log behind, which the next start reads.
            drop(writer.connection.close().await);
        }
    }

    pub fn stats(&self) -> PoolStats {
        let (writers, idle) = match self.writer.try_lock() {
            Ok(writer) => (u32::from(writer.is_some()), u32::from(writer.is_some())),
            Err(_) => (1, 0),
        };
        let idle_readers = u32::try_from(self.readers.num_idle()).unwrap_or(READERS);
        PoolStats { size: self.readers.size() + writers, idle: idle_readers + idle, max: READERS + 1 }
    }
}

impl Writer {
    async fn set(&mut self, durability: Durability) -> Result<(), StoreError> {
        if self.durability == Some(durability) {
            return Ok(());
        }
        self.durability = None;
        // Not a prepared statement: SQLite obeys this pragma when it compiles it, not when it runs it.
        let pragma = match durability {
            Durability::Full => "PRAGMA synchronous = FULL",
            Durability::Relaxed => "PRAGMA synchronous = NORMAL",
        };
        sqlx::raw_sql(pragma).execute(&mut self.connection).await.map_err(refused)?;
        self.durability = Some(durability);
        Ok(())
    }
}

/// Begins a transaction that writes. IMMEDIATE: it takes the write lock now, waiting for other processes where it must,
/// instead of failing half-way.
pub async fn begin(connection: &mut SqliteConnection) -> Result<Transaction<'_, Sqlite>, StoreError> {
    connection.begin_with("BEGIN IMMEDIATE").await.map_err(refused)
}

/// Commits.
pub async fn commit(transaction: Transaction<'_, Sqlite>) -> Result<(), StoreError> {
    transaction.commit().await.map_err(refused)
}

#[cfg(test)]
mod tests;

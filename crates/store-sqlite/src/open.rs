//! Opening and migrating the file.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use ruche_store::{ChangeFeed, StoreError};
use sqlx::{
    ConnectOptions, Connection, SqliteConnection,
    migrate::{MigrateError, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use crate::{
    SqliteStore,
    error::{SqliteProblem, cannot_open, refused},
    pool::{Pool, begin, commit},
};

static MIGRATOR: Migrator = sqlx::migrate!();

/// How long a statement waits for another process's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Between two attempts to open a file that another process is opening or closing.
const BUSY_PAUSE: Duration = Duration::from_millis(5);

/// How the file is opened, for whatever purpose.
pub fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
        // A batch's rows cross from SQLite's thread in one go.
        .row_buffer_size(1_024)
        // Pages of the log before they are moved into the database, 16 MiB: a page written often is then moved once.
        .pragma("wal_autocheckpoint", "4000")
        .pragma("journal_size_limit", "67108864")
        .pragma("temp_store", "memory")
        .disable_statement_logging()
}

impl SqliteStore {
    /// Opens the database at `path`; creates the file if there is none, but does not migrate it.
    ///
    /// # Errors
    /// [`StoreError::PendingMigrations`], also when the file is new; [`StoreError::NewerSchema`]; [`StoreError::Refused`] with
    /// a [`SqliteProblem`] when the file cannot be used.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let mut connection = connect(path).await?;
        check_schema(&mut connection).await?;
        let pool = Arc::new(Pool::new(connection, path));
        Ok(Self { pool, feed: Arc::new(ChangeFeed::local()), _directory: None })
    }

    /// Brings the database at `path` to this program's schema; creates the file if there is none. All pending migrations are
    /// applied or none; two processes may do this at once.
    ///
    /// # Errors
    /// [`StoreError::NewerSchema`], [`StoreError::Refused`] as with [`Self::open`].
    pub async fn migrate(path: &Path) -> Result<(), StoreError> {
        let mut connection = connect(path).await?;
        let mut transaction = begin(&mut connection).await?;
        // Not `run`, whose future is not `Send` for a transaction.
        MIGRATOR.run_direct(None, &mut *transaction, false).await.map_err(migration_failed)?;
        commit(transaction).await?;
        connection.close().await.map_err(refused)
    }

    /// A migrated store in a directory of its own, which is removed with the last clone. For tests.
    ///
    /// # Errors
    /// When the directory cannot be made, and as [`Self::open`].
    pub async fn temporary() -> Result<Self, StoreError> {
        let directory = tempfile::tempdir().map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        let path = directory.path().join("ruche.db");
        Self::migrate(&path).await?;
        let store = Self::open(&path).await?;
        Ok(Self { _directory: Some(Arc::new(directory)), ..store })
    }

    /// Where a temporary store's file is.
    #[cfg(test)]
    pub(crate) fn directory(&self) -> &Path {
        self._directory.as_ref().expect("a temporary store").path()
    }
}

async fn connect(path: &Path) -> Result<SqliteConnection, StoreError> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    if !directory.is_dir() {
        return Err(StoreError::Refused(Box::new(SqliteProblem::MissingDirectory(directory.to_owned()))));
    }
    // The first connection to a new file changes its journal mode and the last one to close it removes the journal. SQLite
    // fails at once when it meets another process at either, whatever the busy timeout.
    let opened = Instant::now();
    loop {
        match options(path).connect().await.map_err(|error| cannot_open(PathBuf::from(path), error)) {
            Err(StoreError::Conflict(_)) if opened.elapsed() < BUSY_TIMEOUT => tokio::time::sleep(BUSY_PAUSE).await,
            connected => return connected,
        }
    }
}

/// Compares what was applied with what this program knows.
async fn check_schema(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let migrated: Option<i64> =
        sqlx::query_scalar("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'")
            .fetch_optional(&mut *connection)
            .await
            .map_err(refused)?;
    let applied: Vec<i64> = match migrated {
        Some(_) => sqlx::query_scalar("SELECT version FROM _sqlx_migrations WHERE success ORDER BY version")
            .fetch_all(&mut *connection)
            .await
            .map_err(refused)?,
        None => Vec::new(),
    };
    if let Some(&version) = applied.iter().find(|&&version| !MIGRATOR.version_exists(version)) {
        return Err(StoreError::NewerSchema { version });
    }
    match MIGRATOR.iter().filter(|migration| !applied.contains(&migration.version)).count() {
        0 => Ok(()),
        pending => Err(StoreError::PendingMigrations { pending }),
    }
}

fn migration_failed(error: MigrateError) -> StoreError {
    match error {
        MigrateError::VersionMissing(version) => StoreError::NewerSchema { version },
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => refused(error),
        other => StoreError::Refused(Box::new(other)),
    }
}

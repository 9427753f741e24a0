//! SQLite's errors as decisions the caller can take.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
};

use ruche_store::StoreError;

/// Why SQLite cannot work with the file; source of [`StoreError::Refused`].
#[derive(Debug, thiserror::Error)]
pub enum SqliteProblem {
    /// The file's directory does not exist.
    #[error("the directory {} does not exist", .0.display())]
    MissingDirectory(PathBuf),
    /// The file is absent and cannot be created, or may not be read.
    #[error("{} can be neither opened nor created", path.display())]
    CannotOpen {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        #[source]
        source: sqlx::Error,
    },
    /// The file may be read, but not written, or its directory may not.
    #[error("{} or its directory is read-only", path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        #[source]
        source: sqlx::Error,
    },
    /// The file is something else.
    #[error("{} is not an SQLite database", path.display())]
    NotADatabase {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        #[source]
        source: sqlx::Error,
    },
    /// No space is left for the database.
    #[error("the disk is full")]
    DiskFull(#[source] sqlx::Error),
}

/// SQLite's primary result codes (<https://www.sqlite.org/rescode.html>).
mod code {
    pub const BUSY: i32 = 5;
    pub const LOCKED: i32 = 6;
    pub const READONLY: i32 = 8;
    pub const IOERR: i32 = 10;
    pub const FULL: i32 = 13;
    pub const CANTOPEN: i32 = 14;
    pub const NOTADB: i32 = 26;
}

/// Of all stores of this process; there is one.
static POOL_TIMEOUTS: AtomicU64 = AtomicU64::new(0);

/// How often a caller waited in vain for a connection, since the start.
pub fn pool_timeouts() -> u64 {
    POOL_TIMEOUTS.load(Ordering::Relaxed)
}

/// What an error of a statement means to the caller.
pub fn refused(error: sqlx::Error) -> StoreError {
    if matches!(error, sqlx::Error::PoolTimedOut) {
        POOL_TIMEOUTS.fetch_add(1, Ordering::Relaxed);
    }
    match primary_code(&error) {
        Some(code::BUSY | code::LOCKED) => StoreError::Conflict(Box::new(error)),
        Some(code::IOERR | code::CANTOPEN) => StoreError::Unavailable(Box::new(error)),
        Some(code::FULL) => StoreError::Refused(Box::new(SqliteProblem::DiskFull(error))),
        Some(_) => StoreError::Refused(Box::new(error)),
        None => match error {
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
                StoreError::Unavailable(Box::new(error))
            }
            other => StoreError::Refused(Box::new(other)),
        },
    }
}

/// What an error met while opening `path` means to the caller.
pub fn cannot_open(path: PathBuf, source: sqlx::Error) -> StoreError {
    let problem = match primary_code(&source) {
        Some(code::CANTOPEN | code::IOERR) => SqliteProblem::CannotOpen { path, source },
        Some(code::READONLY) => SqliteProblem::ReadOnly { path, source },
        Some(code::NOTADB) => SqliteProblem::NotADatabase { path, source },
        _ => return refused(source),
    };
    StoreError::Refused(Box::new(problem))
}

/// The store was closed.
pub fn closed() -> StoreError {
    StoreError::Unavailable(Box::new(sqlx::Error::PoolClosed))
}

/// The result code without its extension, which stands in the higher bytes.
fn primary_code(error: &sqlx::Error) -> Option<i32> {
    let extended: i32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(extended & 0xff)
}

//! What can go wrong, as decisions the caller can take.

/// An error of any store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, is shutting down, or has no connection free: try again later.
    #[error("the database is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A deadlock or serialization failure: nothing was changed, try the same again at once.
    #[error("the database asks to repeat the transaction")]
    Conflict(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A stored value cannot be read: somebody else wrote to the database, or a migration is missing.
    #[error("corrupt value in {table}.{column}")]
    Corrupt {
        /// Table it stands in.
        table: &'static str,
        /// Column it stands in.
        column: &'static str,
        /// Why it cannot be read.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The schema is older than this program: run `ruche migrate`.
    #[error("{pending} migration(s) pending: run `ruche migrate`")]
    PendingMigrations {
        /// How many.
        pending: usize,
    },
    /// The schema is newer than this program knows.
    #[error("the database was migrated by a newer version of Ruche (migration {version})")]
    NewerSchema {
        /// The unknown migration.
        version: i64,
    },
    /// Anything else the database refuses; a defect of Ruche, or a full disk.
    #[error("the database refused the statement")]
    Refused(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl StoreError {
    /// Whether the same call may succeed later.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Conflict(_))
    }
}

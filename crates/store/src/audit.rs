//! The audit log: who changed what, when, from where. Entries are only ever added, and deleted after their retention.

use std::net::IpAddr;

use async_trait::async_trait;
use ruche_domain::{KeyId, KeyName, Role, Timestamp};
use uuid::Uuid;

use crate::{Page, Position, StoreError};

/// One change, or one attempt at it that was refused for want of a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its id, a UUID that sorts by time.
    pub id: Uuid,
    /// When the request came.
    pub at: Timestamp,
    /// Name of the key, or `configured`, `anonymous`, `command-line`.
    pub actor: KeyName,
    /// The key, where it has an id.
    pub key: Option<KeyId>,
    /// The role it acted in.
    pub role: Role,
    /// The operation, by its id in the OpenAPI document.
    pub action: String,
    /// What it was done to: the path's parameters, or what was created; at most [`Self::MAX_TARGET`] bytes.
    pub target: Option<String>,
    /// The caller's address.
    pub address: Option<IpAddr>,
    /// Names the request in the server's logs.
    pub request_id: String,
    /// The answer's HTTP status.
    pub status: u16,
}

impl AuditEntry {
    /// Longest target, in bytes.
    pub const MAX_TARGET: usize = 255;
}

/// Which entries to list; conditions are combined by "and".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// By whom.
    pub actor: Option<KeyName>,
    /// Which operation.
    pub action: Option<String>,
    /// To what.
    pub target: Option<String>,
    /// At or after this time.
    pub from: Option<Timestamp>,
    /// Before this time.
    pub before: Option<Timestamp>,
}

/// The audit log.
#[async_trait]
pub trait Audit: Send + Sync {
    /// Adds entries; one with an id that is there already is left out. A crash of the database may take the last fraction of a
    /// second back.
    ///
    /// # Errors
    /// Any; then none was added.
    async fn record(&self, entries: &[AuditEntry]) -> Result<(), StoreError>;

    /// Entries, newest first, at most `limit`.
    ///
    /// # Errors
    /// Any.
    async fn audit(&self, filter: &AuditFilter, after: Option<Position>, limit: u32) -> Result<Page<AuditEntry>, StoreError>;

    /// Deletes entries from before `before`, the oldest first, at most `limit`; how many. Call again while it returns `limit`.
    ///
    /// # Errors
    /// Any; then none was deleted.
    async fn prune_audit(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;
}

//! API keys and browser sessions. Secrets never come here, only their digests.

use async_trait::async_trait;
use ruche_domain::{KeyId, KeyName, Role, SessionId, Timestamp};

use crate::{Page, Position, StoreError};

/// An API key to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// Its id.
    pub id: KeyId,
    /// What people call it.
    pub name: KeyName,
    /// What its bearer may do.
    pub role: Role,
    /// SHA-256 of its secret.
    pub digest: [u8; 32],
    /// When it was made.
    pub created_at: Timestamp,
    /// Name of the key that made it.
    pub created_by: KeyName,
    /// From when on it is refused.
    pub expires_at: Option<Timestamp>,
}

/// An API key as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyView {
    /// Its id.
    pub id: KeyId,
    /// What people call it.
    pub name: KeyName,
    /// What its bearer may do.
    pub role: Role,
    /// When it was made.
    pub created_at: Timestamp,
    /// Name of the key that made it.
    pub created_by: KeyName,
    /// From when on it is refused.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
}

impl KeyView {
    /// Whether it opens anything at `now`.
    #[must_use]
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|at| now < at)
    }
}

/// A browser session to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// The key it was opened with; `None` for the configured one, which the database does not know.
    pub key: Option<KeyId>,
    /// Digest of its secret.
    pub digest: [u8; 32],
    /// When it was opened.
    pub created_at: Timestamp,
    /// From when on it is refused.
    pub expires_at: Timestamp,
}

/// A session as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionView {
    /// Digest of its secret.
    pub digest: [u8; 32],
    /// The key it was opened with, as it is now; `None` for the configured one.
    pub key: Option<KeyView>,
    /// From when on it is refused.
    pub expires_at: Timestamp,
}

/// API keys and sessions.
#[async_trait]
pub trait Access: Send + Sync {
    /// Keeps a key, unless `most` are kept already; whether it is.
    ///
    /// # Errors
    /// Any; then it is not.
    async fn add_key(&self, key: &NewKey, most: u32) -> Result<bool, StoreError>;

    /// A key, whatever became of it, with the digest of its secret.
    ///
    /// # Errors
    /// Any.
    async fn key(&self, id: KeyId) -> Result<Option<(KeyView, [u8; 32])>, StoreError>;

    /// Keys, newest first, those revoked and expired included, at most `limit`.
    ///
    /// # Errors
    /// Any.
    async fn keys(&self, after: Option<Position>, limit: u32) -> Result<Page<KeyView>, StoreError>;

    /// Revokes a key and ends its sessions; a key revoked before stays as it is. Whether there is such a key.
    ///
    /// # Errors
    /// Any; then nothing changed.
    async fn revoke_key(&self, id: KeyId, now: Timestamp) -> Result<bool, StoreError>;

    /// Notes that keys were used. What a crash of the database forgets of this is not missed.
    ///
    /// # Errors
    /// Any; the next use is noted again.
    async fn touch_keys(&self, used: &[(KeyId, Timestamp)]) -> Result<(), StoreError>;

    /// Opens a session; of those opened with the same key the oldest are ended, so that at most `most` are left.
    ///
    /// # Errors
    /// Any; then there is no session.
    async fn open_session(&self, session: &NewSession, most: u32) -> Result<(), StoreError>;

    /// A session that has not expired at `now`; `None` too when its key is gone.
    ///
    /// # Errors
    /// Any.
    async fn session(&self, id: SessionId, now: Timestamp) -> Result<Option<SessionView>, StoreError>;

    /// Ends a session; one that there is not is ended already.
    ///
    /// # Errors
    /// Any; then it goes on.
    async fn close_session(&self, id: SessionId) -> Result<(), StoreError>;

    /// Deletes sessions that expired before `now`, and keys that were revoked or expired before `keys_before`.
    ///
    /// # Errors
    /// Any; the next round tries again.
    async fn prune_access(&self, keys_before: Timestamp, now: Timestamp) -> Result<(), StoreError>;
}

//! API keys, sessions, the audit log.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a caller may do; each role may do all that the ones before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Enum), oai(rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads tasks, queues, workers, events.
    Viewer,
    /// Also changes them: enqueues, cancels, retries.
    Operator,
    /// Also manages API keys and reads the audit log.
    Admin,
}

impl From<ruche_domain::Role> for Role {
    fn from(role: ruche_domain::Role) -> Self {
        match role {
            ruche_domain::Role::Viewer => Self::Viewer,
            ruche_domain::Role::Operator => Self::Operator,
            ruche_domain::Role::Admin => Self::Admin,
        }
    }
}

impl From<Role> for ruche_domain::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Viewer => Self::Viewer,
            Role::Operator => Self::Operator,
            Role::Admin => Self::Admin,
        }
    }
}

/// An API key to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct CreateKey {
    /// What people call it: whose it is, or what for. Keys may share a name. `configured`, `anonymous` and `command-line` are
    /// taken.
    #[cfg_attr(feature = "openapi", oai(validator(min_length = 1, max_length = 100, pattern = "^[A-Za-z0-9._:@-]{1,100}$")))]
    pub name: String,
    /// What its bearer may do.
    pub role: Role,
    /// From when on it is refused, at most ten years from now; never if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
}

/// An API key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct Key {
    /// Id, a UUID that sorts by time; the part between `rk_` and the next `_` of the key, with hyphens.
    pub id: Uuid,
    /// What people call it.
    pub name: String,
    /// What its bearer may do.
    pub role: Role,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Name of the key that made it, or `configured`, `anonymous`, `command-line`.
    pub created_by: String,
    /// From when on it is refused.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// A new API key with its secret, which is shown only here.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct CreatedKey {
    /// What to send as `Authorization: Bearer`. It cannot be shown again.
    pub secret: String,
    /// The key.
    pub key: Key,
}

impl std::fmt::Debug for CreatedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreatedKey").field("key", &self.key).finish_non_exhaustive()
    }
}

/// A page of API keys, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct KeyPage {
    /// The keys.
    pub data: Vec<Key>,
    /// Pass it as `cursor` for the next page.
    pub next_cursor: Option<String>,
    /// Whether there is a next page.
    pub has_more: bool,
}

/// What opens a session.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// An API key.
    #[cfg_attr(feature = "openapi", oai(validator(min_length = 1, max_length = 1000)))]
    pub key: String,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Login { key: *** }")
    }
}

/// How a caller shows who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Enum), oai(rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum Credential {
    /// Not at all: the server asks for no key.
    Nothing,
    /// `Authorization: Bearer`.
    Key,
    /// The cookie of a session.
    Session,
}

/// Who the caller is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct Session {
    /// Name of its key, or `configured`, `anonymous`.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// Id of its key, where it has one.
    pub key_id: Option<Uuid>,
    /// How it shows who it is.
    pub credential: Credential,
    /// From when on that is refused; null if never.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A change, or an attempt at one that was refused for want of a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct AuditEntry {
    /// Id, a UUID that sorts by time.
    pub id: Uuid,
    /// When the request came.
    pub at: DateTime<Utc>,
    /// Name of the key, or `configured`, `anonymous`, `command-line`.
    pub actor: String,
    /// Id of the key, where it has one.
    pub key_id: Option<Uuid>,
    /// The role it acted in.
    pub role: Role,
    /// The operation, by its `operationId` in this document (`enqueueTyped` for every task's own endpoint).
    pub action: String,
    /// What it was done to: the path's parameters, joined by `/`, or the id of what was created; its first 255 bytes.
    pub target: Option<String>,
    /// The caller's address.
    pub address: Option<String>,
    /// Names the request in the server's logs.
    pub request_id: String,
    /// The answer's HTTP status; 499 when the caller went away before it came.
    pub status: u16,
}

/// A page of the audit log, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct AuditPage {
    /// The entries.
    pub data: Vec<AuditEntry>,
    /// Pass it as `cursor`, with the same filters, for the next page.
    pub next_cursor: Option<String>,
    /// Whether there is a next page.
    pub has_more: bool,
}

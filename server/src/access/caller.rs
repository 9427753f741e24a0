//! Who calls.

use std::sync::LazyLock;

use ruche_domain::{KeyId, KeyName, Role, SessionId, Timestamp};
use ruche_store::KeyView;

use super::{ANONYMOUS, CONFIGURED, reserved};

/// How a caller shows who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// Not at all.
    Nothing,
    /// By `Authorization: Bearer`.
    Key,
    /// By a cookie.
    Session(SessionId),
}

/// A caller that was let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Name of its key, or one of [`super::RESERVED`].
    pub name: KeyName,
    /// Its key, where that is in the database.
    pub key: Option<KeyId>,
    /// What it may do.
    pub role: Role,
    /// How it shows who it is.
    pub via: Via,
    /// From when on that is refused.
    pub expires_at: Option<Timestamp>,
}

/// Made once: they stand for callers of most requests.
static NAMES: LazyLock<[KeyName; 2]> = LazyLock::new(|| [reserved(ANONYMOUS), reserved(CONFIGURED)]);

impl Caller {
    /// Whoever calls a server without a key.
    pub fn anonymous() -> Self {
        Self { name: NAMES[0].clone(), key: None, role: Role::Admin, via: Via::Nothing, expires_at: None }
    }

    /// Who has the configured key.
    pub fn configured(via: Via, expires_at: Option<Timestamp>) -> Self {
        Self { name: NAMES[1].clone(), key: None, role: Role::Admin, via, expires_at }
    }

    /// Who has this key.
    pub fn with_key(key: &KeyView, via: Via, expires_at: Option<Timestamp>) -> Self {
        Self { name: key.name.clone(), key: Some(key.id), role: key.role, via, expires_at }
    }
}

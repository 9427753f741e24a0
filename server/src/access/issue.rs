//! Making API keys, for the API and for the command line.

use std::time::Duration;

use chrono::TimeDelta;
use ruche_domain::{Clock, KeyId, KeyName, Role, Timestamp, Token, TokenKind};
use ruche_store::{AuditEntry, KeyView, NewKey, Store, StoreError};

use super::{COMMAND_LINE, RESERVED, reserved, secret};

/// Keys kept at once, those revoked and expired included until they are pruned.
const MOST_KEYS: u32 = 1_000;

/// How far ahead a key may expire.
const FURTHEST: Duration = Duration::from_secs(3_660 * 86_400);

/// A new key.
#[derive(Debug, Clone)]
pub struct IssuedKey {
    /// The key.
    pub key: KeyView,
    /// What its bearer shows; kept nowhere.
    pub token: Token,
}

/// No key was made.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// The name stands for callers without a key.
    #[error("the name {0} is taken: the audit log has it for callers without a key of their own")]
    ReservedName(KeyName),
    /// It would have expired already, or in ten years and more.
    #[error("a key has to expire in the future, within ten years")]
    Expiry,
    /// There are as many as there may be.
    #[error("there are {MOST_KEYS} keys already")]
    TooMany,
    /// The database failed.
    #[error("couldn't store the key")]
    Store(#[from] StoreError),
}

/// Makes a key.
///
/// # Errors
/// When it was not made.
pub async fn issue(
    store: &dyn Store,
    clock: &dyn Clock,
    by: &KeyName,
    name: KeyName,
    role: Role,
    expires_at: Option<Timestamp>,
) -> Result<IssuedKey, IssueError> {
    if RESERVED.contains(&name.as_str()) {
        return Err(IssueError::ReservedName(name));
    }
    let now = clock.now();
    let furthest = now + TimeDelta::from_std(FURTHEST).expect("ten years are in range");
    if expires_at.is_some_and(|at| at <= now || at > furthest) {
        return Err(IssueError::Expiry);
    }
    let token = Token { kind: TokenKind::Key, id: clock.new_task_id().as_uuid(), secret: clock.secret() };
    let (id, digest) = (KeyId::from(token.id), secret::digest(token.secret));
    let new = NewKey { id, name, role, digest, created_at: now, created_by: by.clone(), expires_at };
    if !store.add_key(&new, MOST_KEYS).await? {
        return Err(IssueError::TooMany);
    }
    let NewKey { id, name, role, digest: _, created_at, created_by, expires_at } = new;
    let key = KeyView { id, name, role, created_at, created_by, expires_at, revoked_at: None, last_used_at: None };
    Ok(IssuedKey { key, token })
}

/// Makes a key for whoever may write to the database itself; for the first one of a deployment.
///
/// # Errors
/// When it was not made.
pub async fn issue_from_command_line(
    store: &dyn Store,
    clock: &dyn Clock,
    name: KeyName,
    role: Role,
    expires_at: Option<Timestamp>,
) -> Result<IssuedKey, IssueError> {
    let by = reserved(COMMAND_LINE);
    let issued = issue(store, clock, &by, name, role, expires_at).await?;
    let entry = AuditEntry {
        id: clock.new_task_id().as_uuid(),
        at: issued.key.created_at,
        actor: by,
        key: None,
        role: Role::Admin,
        action: "createKey".to_owned(),
        target: Some(issued.key.id.to_string()),
        address: None,
        request_id: COMMAND_LINE.to_owned(),
        status: 201,
    };
    store.record(&[entry]).await?;
    Ok(issued)
}

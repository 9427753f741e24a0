//! Who is here, keys, the audit log.

use ruche_api::{AuditPage, CreateKey, CreatedKey, KeyPage, Login, Session};
use uuid::Uuid;

use super::{super::Ask, PAGE};

pub fn session() -> Ask<Session> {
    Ask::get(&["session"])
}

pub fn log_in(key: &str) -> Ask<Session> {
    Ask::post_json(&["session"], &Login { key: key.to_owned() })
}

pub fn log_out() -> Ask<()> {
    Ask::delete(&["session"])
}

pub fn keys(cursor: Option<&str>) -> Ask<KeyPage> {
    Ask::get(&["keys"]).query("limit", Some(PAGE)).query("cursor", cursor)
}

pub fn create_key(key: &CreateKey) -> Ask<CreatedKey> {
    Ask::post_json(&["keys"], key)
}

pub fn revoke_key(id: Uuid) -> Ask<()> {
    Ask::delete(&["keys", &id.to_string()])
}

/// Which entries of the audit log.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    pub actor: Option<String>,
    pub action: Option<String>,
    pub target: Option<String>,
    pub from: Option<String>,
    pub before: Option<String>,
}

pub fn audit(filter: &AuditFilter, cursor: Option<&str>) -> Ask<AuditPage> {
    let AuditFilter { actor, action, target, from, before } = filter;
    Ask::get(&["audit"])
        .query("actor", actor.as_deref())
        .query("action", action.as_deref())
        .query("target", target.as_deref())
        .query("from", from.as_deref())
        .query("before", before.as_deref())
        .query("limit", Some(PAGE))
        .query("cursor", cursor)
}

//! API keys.

mod create;
mod get;
mod list;
mod revoke;

use poem_openapi::OpenApi;
use ruche_api::Key;
use ruche_domain::KeyId;
use ruche_store::KeyView;

use crate::problem::{Code, Problem};

/// The operations on API keys.
pub fn operations() -> impl OpenApi + 'static {
    (create::Create, list::List, get::Get, revoke::Revoke)
}

fn key_id(text: &str) -> Result<KeyId, Problem> {
    text.parse().map_err(|error: ruche_domain::ParseKeyIdError| Problem::parameter("id", error.to_string()))
}

fn not_found() -> Problem {
    Problem::new(Code::KeyNotFound)
}

fn shown(view: KeyView) -> Key {
    let KeyView { id, name, role, created_at, created_by, expires_at, revoked_at, last_used_at } = view;
    Key {
        id: id.into(),
        name: name.into(),
        role: role.into(),
        created_at,
        created_by: created_by.into(),
        expires_at,
        revoked_at,
        last_used_at,
    }
}

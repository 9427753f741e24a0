//! Browsers' sessions, and who a caller is.

mod login;
mod logout;
mod show;

use poem_openapi::OpenApi;
use ruche_api::{Credential, Session};

use crate::access::caller::{Caller, Via};

/// The operations on the caller's session.
pub fn operations() -> impl OpenApi + 'static {
    (login::LogIn, show::Show, logout::LogOut)
}

fn shown(caller: &Caller) -> Session {
    let Caller { name, key, role, via, expires_at } = caller;
    Session {
        name: name.to_string(),
        role: (*role).into(),
        key_id: key.map(Into::into),
        credential: match via {
            Via::Nothing => Credential::Nothing,
            Via::Key => Credential::Key,
            Via::Session(_) => Credential::Session,
        },
        expires_at: *expires_at,
    }
}

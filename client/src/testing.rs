//! Rendering parts to strings, as a visitor in particular.

use std::rc::Rc;

use crate::prelude::*;
use ruche_api::{Credential, Role, Session};

use crate::{
    api::Remote,
    router::{Router, place::Place},
    session::Here,
    theme::Look,
    ui::{dialog::DialogHost, toast::Toasts},
};

/// Renders `view` at an address, for somebody with this role.
pub fn rendered(address: &str, role: Role, view: impl FnOnce() -> View) -> String {
    sycamore::render_to_string(|| {
        Router::provide_at(Place::parse(address));
        Look::provide();
        Toasts::provide();
        DialogHost::provide();
        let session = Session { name: "test".to_owned(), role, key_id: None, credential: Credential::Session, expires_at: None };
        Here::provide_as(Remote::There(Rc::new(session)));
        view()
    })
}

//! Who is here, and what they may do. The server decides; the client only does not offer what it would refuse.

use std::cell::RefCell;

use crate::prelude::*;
use ruche_api::{Credential, Role, Session};

use crate::api::{self, ApiError, Remote};

/// Who is here.
#[derive(Clone, Copy)]
pub struct Here(Signal<Remote<Session>>);

thread_local! {
    static CURRENT: RefCell<Option<Here>> = const { RefCell::new(None) };
}

impl Here {
    /// Asks the server, for everything below the current scope.
    pub fn provide() -> Self {
        let here = Self::provide_as(Remote::Loading);
        here.ask();
        here
    }

    /// As somebody in particular.
    pub fn provide_as(who: Remote<Session>) -> Self {
        let here = Self(create_signal(who));
        provide_context(here);
        CURRENT.set(Some(here));
        here
    }

    /// What is known, tracked.
    pub fn get(self) -> Remote<Session> {
        self.0.get_clone()
    }

    /// Asks the server who this is.
    pub fn ask(self) {
        wasm_bindgen_futures::spawn_local(async move {
            let answer = api::access::session().send().await;
            self.0.set(self.0.get_clone_untracked().after(answer.map(std::rc::Rc::new)));
        });
    }

    /// Somebody has just logged in.
    pub fn began(self, session: Session) {
        self.0.set(Remote::There(std::rc::Rc::new(session)));
    }

    /// Whether whoever is here may do what asks for `role`, tracked.
    pub fn may(self, role: Role) -> bool {
        self.0.with(|who| who.value().is_some_and(|session| session.role >= role))
    }

    /// Whether there is a session to end, tracked.
    pub fn has_session(self) -> bool {
        self.0.with(|who| who.value().is_some_and(|session| session.credential == Credential::Session))
    }
}

/// Who is here, for views.
pub fn here() -> Here {
    use_context()
}

/// Whether whoever is here may change tasks, tracked.
pub fn may_operate() -> bool {
    here().may(Role::Operator)
}

/// The server says that nobody is logged in any more.
pub fn ended() {
    if let Some(here) = CURRENT.with_borrow(|here| *here)
        && here.0.is_alive()
    {
        here.0.set(Remote::Failed(ApiError::Unexpected(401)));
    }
}

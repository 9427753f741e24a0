//! What happens on the server, as it happens: one stream per browser, shared between its tabs.
//!
//! Tabs that are looked at queue for a lock; the one that has it reads the stream and tells the others. A tab that is hidden gives its
//! place up. Events are gathered for a quarter of a second, then told to the views as one [`Pulse`].

mod hub;
mod leader;
mod pulse;
mod stream;

use std::rc::Rc;

use crate::prelude::*;

pub use hub::Live;
pub use pulse::Pulse;

/// How the stream is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// Being opened, or opened again.
    Connecting,
    /// Events come.
    Open,
    /// Somebody stopped it here.
    Paused,
    /// It broke off; it is tried again.
    Broken,
}

/// The live events of the current scope.
pub fn live() -> Option<Live> {
    try_use_context()
}

/// Calls `f` with what happened, a few times a second at most, as long as the current scope lives.
pub fn on_pulse(f: impl Fn(&Pulse) + 'static) {
    let Some(live) = live() else { return };
    let mut first = true;
    create_effect(move || {
        let pulse: Rc<Pulse> = live.pulse();
        // The first is what happened before the view was there.
        if !std::mem::take(&mut first) {
            untrack(|| f(&pulse));
        }
    });
}

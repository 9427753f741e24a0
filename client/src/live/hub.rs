//! Gathers what comes, from the stream or from another tab, and tells the views.

use std::{cell::RefCell, rc::Rc};

use crate::prelude::*;

use super::{
    Connection,
    leader::Membership,
    pulse::{Pulse, Raw},
};
use crate::browser::{self, dom, timer::Timer};

/// Events are told together that come within so many milliseconds.
const GATHER_MS: i32 = 250;

/// The live events.
#[derive(Clone, Copy)]
pub struct Live {
    pulse: Signal<Rc<Pulse>>,
    connection: Signal<Connection>,
    paused: Signal<bool>,
}

/// What is gathered, and the timer that tells it.
#[derive(Default)]
struct Gathered {
    pulse: Pulse,
    timer: Option<Timer>,
}

impl Live {
    /// Starts following events, for everything below the current scope.
    pub fn provide() -> Self {
        let live = Self {
            pulse: create_signal(Rc::default()),
            connection: create_signal(Connection::Connecting),
            paused: create_signal(false),
        };
        provide_context(live);
        if browser::is_there() {
            live.follow();
        }
        live
    }

    /// What happened last, tracked.
    pub fn pulse(self) -> Rc<Pulse> {
        self.pulse.get_clone()
    }

    /// How the stream is, tracked.
    pub fn connection(self) -> Connection {
        if self.paused.get() { Connection::Paused } else { self.connection.get() }
    }

    /// Stops telling of events here, or goes on.
    pub fn pause(self, paused: bool) {
        self.paused.set(paused);
    }

    /// Whether somebody stopped it here, tracked.
    pub fn is_paused(self) -> bool {
        self.paused.get()
    }

    /// Takes part while the tab is looked at and nobody has paused it.
    fn follow(self) {
        let gathered: Rc<RefCell<Gathered>> = Rc::default();
        let hidden = create_signal(dom::is_hidden());
        dom::on_document("visibilitychange", move |_| hidden.set(dom::is_hidden()));
        let member: Rc<RefCell<Option<Membership>>> = Rc::default();
        let mut first = true;
        create_effect({
            let member = Rc::clone(&member);
            move || {
                if hidden.get() || self.paused.get() {
                    member.take();
                    return;
                }
                let take = {
                    let gathered = Rc::clone(&gathered);
                    move |raw: Raw| self.take(&gathered, &raw)
                };
                if !std::mem::take(&mut first) {
                    // What happened meanwhile is not known.
                    take(Raw { name: "reset".to_owned(), data: String::new() });
                }
                let connection = self.connection;
                *member.borrow_mut() = Some(Membership::join(take, move |state| {
                    if connection.is_alive() && connection.get_untracked() != state {
                        connection.set(state);
                    }
                }));
            }
        });
        on_cleanup(move || drop(member.take()));
    }

    fn take(self, gathered: &Rc<RefCell<Gathered>>, raw: &Raw) {
        let mut held = gathered.borrow_mut();
        held.pulse.add(raw);
        if held.timer.is_none() && !held.pulse.is_empty() {
            let gathered = Rc::clone(gathered);
            held.timer = Some(Timer::after(GATHER_MS, move || {
                let Gathered { pulse, timer } = gathered.take();
                if self.pulse.is_alive() {
                    self.pulse.set(Rc::new(pulse));
                }
                // It is running; it may only go when this function has ended.
                wasm_bindgen_futures::spawn_local(async move { drop(timer) });
            }));
        }
    }
}

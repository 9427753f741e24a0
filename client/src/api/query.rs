//! Something that a view shows of the server: asked for when the view appears and whenever what it depends on changes, again when
//! somebody says so. Of several requests only the last one counts; the others are given up.

use std::{
    cell::RefCell,
    pin::Pin,
    rc::{Rc, Weak},
};

use crate::prelude::*;

use super::{
    Answer, Ask, Remote,
    send::{Exchanged, Leash, read},
};
use crate::{
    browser::{self, timer::Timer},
    live::Pulse,
};

/// Something asked of the server.
pub struct Query<T: 'static> {
    state: Signal<Remote<T>>,
    again: Signal<u32>,
}

impl<T> Clone for Query<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Query<T> {}

impl<T: Answer> Query<T> {
    /// What is known, tracked.
    pub fn get(self) -> Remote<T> {
        self.state.get_clone()
    }

    /// What is known, not tracked.
    pub fn get_untracked(self) -> Remote<T> {
        self.state.get_clone_untracked()
    }

    /// It, as far as it is known, tracked.
    pub fn value(self) -> Option<Rc<T>> {
        self.state.with(|state| state.value().cloned())
    }

    /// It, as far as it is known, not tracked.
    pub fn value_untracked(self) -> Option<Rc<T>> {
        self.state.with_untracked(|state| state.value().cloned())
    }

    /// Asks again. What is known is shown until the answer comes.
    pub fn again(self) {
        if self.again.is_alive() {
            self.again.set(self.again.get_untracked().wrapping_add(1));
        }
    }

    /// Puts in place what an answer to a change already told.
    pub fn put(self, value: T) {
        if self.state.is_alive() {
            self.state.set(Remote::There(Rc::new(value)));
        }
    }

    /// Asks again when something happens that `concerns` it: at most once a second, however much happens.
    pub fn follow(self, concerns: impl Fn(&Pulse) -> bool + 'static) -> Self {
        self.follow_each(1_000, concerns)
    }

    /// The same, at most once in so many milliseconds.
    pub fn follow_each(self, millis: i32, concerns: impl Fn(&Pulse) -> bool + 'static) -> Self {
        let due: Rc<RefCell<Option<Timer>>> = Rc::default();
        let later = Rc::clone(&due);
        crate::live::on_pulse(move |pulse| {
            if (pulse.lost || concerns(pulse)) && later.borrow().is_none() {
                let fired = Rc::clone(&later);
                *later.borrow_mut() = Some(Timer::after(millis, move || {
                    self.again();
                    // The timer is running; it may only go when this function has ended.
                    let timer = fired.take();
                    sycamore::web::queue_microtask(move || drop(timer));
                }));
            }
        });
        on_cleanup(move || drop(due.take()));
        self
    }
}

/// Asks for what `ask` says, now and whenever a signal it reads changes; `None` means that there is nothing to ask for.
pub fn use_query<T: Answer>(ask: impl Fn() -> Option<Ask<T>> + 'static) -> Query<T> {
    asked(Box::new(ask))
}

#[inline(never)]
fn asked<T: Answer>(ask: Box<dyn Fn() -> Option<Ask<T>>>) -> Query<T> {
    let query = Query { state: create_signal(Remote::NotAsked), again: create_signal(0_u32) };
    if !browser::is_there() {
        return query;
    }
    let leash: Rc<RefCell<Rc<Leash>>> = Rc::default();
    let mut last = None;
    create_effect({
        let leash = Rc::clone(&leash);
        move || {
            query.again.track();
            let Some(ask) = ask() else {
                // An answer that is still on its way would be one to another question.
                *leash.borrow_mut() = Rc::new(Leash::new());
                last = None;
                query.state.set(Remote::NotAsked);
                return;
            };
            let mine = Rc::new(Leash::new());
            // The one before is given up here, as nobody else holds its leash.
            *leash.borrow_mut() = Rc::clone(&mine);
            let asked = Some((ask.path.clone(), ask.body.clone()));
            let is_other = last != asked;
            last = asked;
            let nothing_yet = query.state.with_untracked(|state| state.value().is_none());
            if nothing_yet || is_other {
                query.state.set(Remote::Loading);
            }
            let done = Box::new(move |answer| {
                let before = query.state.get_clone_untracked();
                query.state.set(before.after(read(answer).map(Rc::new)));
            });
            after(ask.exchange(mine.signal()), Rc::downgrade(&mine), query.again, done);
        }
    });
    on_cleanup(move || drop(leash.take()));
    query
}

/// Calls `done` with the answer, unless the request was overtaken by a newer one, or its view has gone.
#[inline(never)]
fn after(
    exchange: Pin<Box<dyn Future<Output = Exchanged>>>,
    leash: Weak<Leash>,
    alive: Signal<u32>,
    done: Box<dyn FnOnce(Exchanged)>,
) {
    wasm_bindgen_futures::spawn_local(async move {
        let answer = exchange.await;
        if leash.upgrade().is_some() && alive.is_alive() {
            done(answer);
        }
    });
}

//! The stream itself: server-sent events, opened again when they break off.

use std::{cell::RefCell, rc::Rc};

use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{Event, EventSource, MessageEvent};

use super::{Connection, pulse::Raw};
use crate::browser::timer::Timer;

/// The events we know.
const NAMES: [&str; 7] = ["task.state", "task.cancel_requested", "task.progress", "task.log", "summary", "registry", "reset"];

/// Longest wait before it is opened again, in milliseconds.
const LONGEST_MS: i32 = 30_000;

type Take = Rc<dyn Fn(Raw)>;
type State = Rc<dyn Fn(Connection)>;

/// An open stream; closed when this is dropped.
pub struct Stream(Rc<RefCell<Inner>>);

struct Inner {
    source: Option<EventSource>,
    closures: Vec<Box<dyn std::any::Any>>,
    again: Option<Timer>,
    failures: u32,
    take: Take,
    state: State,
}

impl Drop for Stream {
    fn drop(&mut self) {
        let mut inner = self.0.borrow_mut();
        inner.close();
        inner.again = None;
    }
}

impl Inner {
    fn close(&mut self) {
        if let Some(source) = self.source.take() {
            source.close();
        }
    }
}

impl Stream {
    /// Opens it, and keeps it open.
    pub fn open(take: Take, state: State) -> Self {
        let inner = Inner { source: None, closures: Vec::new(), again: None, failures: 0, take, state };
        let stream = Self(Rc::new(RefCell::new(inner)));
        connect(&stream.0);
        stream
    }

    /// Whether events come.
    pub fn is_open(&self) -> bool {
        self.0
            .try_borrow()
            .is_ok_and(|inner| inner.source.as_ref().is_some_and(|source| source.ready_state() == EventSource::OPEN))
    }
}

/// Within one source the browser reconnects by itself, with the id of the last event it saw, so that nothing is missed.
fn connect(stream: &Rc<RefCell<Inner>>) {
    let Ok(source) = EventSource::new("/api/v1/events") else { return };
    let mut closures: Vec<Box<dyn std::any::Any>> = Vec::new();
    let take = Rc::clone(&stream.borrow().take);
    for name in NAMES {
        let take = Rc::clone(&take);
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            take(Raw { name: name.to_owned(), data: event.data().as_string().unwrap_or_default() });
        });
        let _ = source.add_event_listener_with_callback(name, heard.as_ref().unchecked_ref());
        closures.push(Box::new(heard));
    }
    let weak = Rc::downgrade(stream);
    let opened = Closure::<dyn FnMut(Event)>::new({
        let weak = weak.clone();
        move |_| {
            let Some(stream) = weak.upgrade() else { return };
            let failed_before = std::mem::take(&mut stream.borrow_mut().failures) > 0;
            let (take, state) = (Rc::clone(&stream.borrow().take), Rc::clone(&stream.borrow().state));
            if failed_before {
                // A new source does not know what the one before saw last.
                take(Raw { name: "reset".to_owned(), data: String::new() });
            }
            state(Connection::Open);
        }
    });
    let failed = Closure::<dyn FnMut(Event)>::new(move |_| {
        if let Some(stream) = weak.upgrade() {
            broke(&stream);
        }
    });
    source.set_onopen(Some(opened.as_ref().unchecked_ref()));
    source.set_onerror(Some(failed.as_ref().unchecked_ref()));
    closures.extend([Box::new(opened) as Box<dyn std::any::Any>, Box::new(failed)]);
    let mut inner = stream.borrow_mut();
    inner.source = Some(source);
    inner.closures = closures;
}

/// The browser tries again by itself unless the server refused; then it is for us to.
fn broke(stream: &Rc<RefCell<Inner>>) {
    let state = Rc::clone(&stream.borrow().state);
    state(Connection::Broken);
    let mut inner = stream.borrow_mut();
    if inner.source.as_ref().is_none_or(|source| source.ready_state() != EventSource::CLOSED) {
        return;
    }
    inner.close();
    inner.failures += 1;
    let wait = LONGEST_MS.min(1_000 << inner.failures.min(5));
    let weak = Rc::downgrade(stream);
    inner.again = Some(Timer::after(wait, move || {
        if let Some(stream) = weak.upgrade() {
            connect(&stream);
        }
    }));
}

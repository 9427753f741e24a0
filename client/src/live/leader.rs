//! One tab reads the stream, for all of them.

use std::{cell::RefCell, rc::Rc};

use js_sys::{Array, Function, Object, Promise, Reflect};
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{AbortController, BroadcastChannel, MessageEvent};

use super::{Connection, pulse::Raw, stream::Stream};

/// What the lock and the channel are called.
const NAME: &str = "ruche.live";

/// What the leading tab tells the others.
#[derive(Serialize, Deserialize)]
enum Told {
    Event(Raw),
    Open(bool),
    /// A newcomer asks how the stream is.
    Hello,
}

type Take = Rc<dyn Fn(Raw)>;
type State = Rc<dyn Fn(Connection)>;

/// A tab's part in it; it ends when this is dropped.
pub struct Membership {
    channel: Option<BroadcastChannel>,
    waiting: Option<AbortController>,
    lead: Rc<RefCell<Option<Lead>>>,
    _closures: Vec<Box<dyn std::any::Any>>,
}

/// The leading tab's stream, and what gives the lock back.
struct Lead {
    _stream: Stream,
    release: Option<Function>,
}

impl Drop for Lead {
    fn drop(&mut self) {
        if let Some(release) = self.release.take() {
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        self.lead.take();
        if let Some(waiting) = &self.waiting {
            waiting.abort();
        }
        if let Some(channel) = &self.channel {
            channel.set_onmessage(None);
            channel.close();
        }
    }
}

impl Membership {
    /// Takes part: `take` gets every event, `state` hears how the stream is.
    pub fn join(take: impl Fn(Raw) + 'static, state: impl Fn(Connection) + 'static) -> Self {
        let (take, state): (Take, State) = (Rc::new(take), Rc::new(state));
        state(Connection::Connecting);
        let lead: Rc<RefCell<Option<Lead>>> = Rc::default();
        let mut member = Self { channel: None, waiting: None, lead, _closures: Vec::new() };
        let channel = BroadcastChannel::new(NAME).ok();
        match (locks(), channel) {
            (Some(locks), Some(channel)) => member.share(&locks, channel, &take, &state),
            // Without either every tab reads by itself.
            _ => *member.lead.borrow_mut() = Some(Lead { _stream: Stream::open(take, state), release: None }),
        }
        member
    }

    fn share(&mut self, locks: &Locks, channel: BroadcastChannel, take: &Take, state: &State) {
        self.listen(&channel, take, state);
        let grant = {
            let (lead, channel, take, state) = (Rc::clone(&self.lead), channel.clone(), Rc::clone(take), Rc::clone(state));
            Closure::<dyn FnMut(JsValue) -> Promise>::new(move |_| lead_with(&lead, &channel, &take, &state))
        };
        self.waiting = AbortController::new().ok();
        if let Some(waiting) = locks.request(self.waiting.as_ref(), grant.as_ref().unchecked_ref()) {
            // It is refused when this tab is hidden before its turn.
            wasm_bindgen_futures::spawn_local(async move { drop(wasm_bindgen_futures::JsFuture::from(waiting).await) });
        }
        tell(&channel, &Told::Hello);
        self.channel = Some(channel);
        self._closures.push(Box::new(grant));
    }

    fn listen(&mut self, channel: &BroadcastChannel, take: &Take, state: &State) {
        let (take, state, lead, back) = (Rc::clone(take), Rc::clone(state), Rc::clone(&self.lead), channel.clone());
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
            let Some(told) = message.data().as_string().and_then(|text| serde_json::from_str(&text).ok()) else { return };
            match told {
                Told::Event(raw) => take(raw),
                Told::Open(open) => state(if open { Connection::Open } else { Connection::Broken }),
                Told::Hello => {
                    if let Ok(lead) = lead.try_borrow()
                        && let Some(lead) = lead.as_ref()
                    {
                        tell(&back, &Told::Open(lead._stream.is_open()));
                    }
                }
            }
        });
        channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        self._closures.push(Box::new(heard));
    }
}

/// This tab's turn: reads the stream until the promise is kept.
fn lead_with(lead: &Rc<RefCell<Option<Lead>>>, channel: &BroadcastChannel, take: &Take, state: &State) -> Promise {
    let (to_others, others) = (channel.clone(), channel.clone());
    let (take, state) = (Rc::clone(take), Rc::clone(state));
    let both = move |raw: Raw| {
        tell(&to_others, &Told::Event(raw.clone()));
        take(raw);
    };
    let told = move |connection: Connection| {
        tell(&others, &Told::Open(connection == Connection::Open));
        state(connection);
    };
    let stream = Stream::open(Rc::new(both), Rc::new(told));
    let mut release = None;
    let promise = Promise::new(&mut |resolve, _| release = Some(resolve));
    *lead.borrow_mut() = Some(Lead { _stream: stream, release });
    promise
}

fn tell(channel: &BroadcastChannel, told: &Told) {
    if let Ok(text) = serde_json::to_string(told) {
        // A channel that was closed meanwhile has nobody left to tell.
        let _ = channel.post_message(&text.into());
    }
}

/// `navigator.locks`, for which web-sys has no stable binding.
struct Locks {
    manager: JsValue,
    request: Function,
}

impl Locks {
    /// Asks for the lock; `grant` is called when it is this tab's turn, and its promise says until when.
    fn request(&self, waiting: Option<&AbortController>, grant: &Function) -> Option<Promise> {
        let options = Object::new();
        if let Some(controller) = waiting {
            Reflect::set(&options, &"signal".into(), &controller.signal()).ok()?;
        }
        let arguments = Array::of3(&NAME.into(), &options, grant);
        self.request.apply(&self.manager, &arguments).ok()?.dyn_into().ok()
    }
}

/// Browsers have locks only on pages that came safely: over HTTPS, or from this machine.
fn locks() -> Option<Locks> {
    let manager = Reflect::get(&web_sys::window()?.navigator(), &"locks".into()).ok()?;
    let request = Reflect::get(&manager, &"request".into()).ok()?.dyn_into().ok()?;
    Some(Locks { manager, request })
}

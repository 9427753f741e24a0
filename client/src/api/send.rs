//! Sending requests.

use std::pin::Pin;

use crate::prelude::*;
use ruche_api::Problem;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, RequestInit, Response};

use super::{Answer, ApiError, Ask, Method};
use crate::{browser, session};

/// Gives a request up when it is dropped.
#[derive(Default)]
pub struct Leash(Option<AbortController>);

impl Leash {
    /// For one request.
    pub fn new() -> Self {
        Self(browser::is_there().then(AbortController::new).and_then(Result::ok))
    }

    /// What tells a request to give up.
    pub fn signal(&self) -> Option<web_sys::AbortSignal> {
        self.0.as_ref().map(AbortController::signal)
    }
}

impl Drop for Leash {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

/// A request without the type of its answer, and so without code of its own for each.
struct Request {
    method: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Option<String>,
}

/// An answer's body, or why there is none.
pub(super) type Exchanged = Result<String, ApiError>;

impl<T: Answer> Ask<T> {
    /// Sends it and reads the answer.
    pub fn send(&self) -> impl Future<Output = Result<T, ApiError>> + 'static {
        let exchange = self.exchange(None);
        async move { read(exchange.await) }
    }

    /// Sends it; given up when the signal says so.
    pub(super) fn exchange(&self, signal: Option<web_sys::AbortSignal>) -> Pin<Box<dyn Future<Output = Exchanged>>> {
        let Self { method, path, headers, body, .. } = self.clone();
        exchange(Request { method, path, headers, body }, signal)
    }
}

/// Reads an answer.
pub(super) fn read<T: Answer>(answer: Exchanged) -> Result<T, ApiError> {
    T::read(&answer?).map_err(|_| ApiError::Unreadable)
}

#[inline(never)]
fn exchange(request: Request, signal: Option<web_sys::AbortSignal>) -> Pin<Box<dyn Future<Output = Exchanged>>> {
    Box::pin(async move {
        if !browser::is_there() {
            return Err(ApiError::Offline);
        }
        let response = request.fetch(signal).await.map_err(|_| ApiError::Offline)?;
        let body = text(&response).await.map_err(|_| ApiError::Offline)?;
        if response.ok() {
            return Ok(body);
        }
        let error = serde_json::from_str::<Problem>(&body)
            .map_or(ApiError::Unexpected(response.status()), |problem| ApiError::Refused(Box::new(problem)));
        if error.asks_to_log_in() && !request.path.ends_with("/session") {
            session::ended();
        }
        Err(error)
    })
}

impl Request {
    async fn fetch(&self, signal: Option<web_sys::AbortSignal>) -> Result<Response, JsValue> {
        let headers = Headers::new()?;
        headers.set("accept", "application/json")?;
        headers.set("accept-language", crate::i18n::lang().tag())?;
        for (name, value) in &self.headers {
            headers.set(name, value)?;
        }
        let init = RequestInit::new();
        init.set_method(self.method.name());
        init.set_signal(signal.as_ref());
        if let Some(body) = &self.body {
            headers.set("content-type", "application/json")?;
            init.set_body(&JsValue::from_str(body));
        } else if self.method == Method::Post {
            init.set_body(&JsValue::from_str(""));
        }
        init.set_headers(&headers);
        let window = web_sys::window().ok_or(JsValue::NULL)?;
        JsFuture::from(window.fetch_with_str_and_init(&self.path, &init)).await?.dyn_into()
    }
}

async fn text(response: &Response) -> Result<String, JsValue> {
    let text = JsFuture::from(response.text()?).await?;
    Ok(text.as_string().unwrap_or_default())
}

/// A change that somebody may ask for by a button: while one is on its way, no second one is sent.
#[derive(Clone, Copy)]
pub struct Action {
    busy: Signal<bool>,
}

impl Action {
    /// Nothing is on its way.
    pub fn new() -> Self {
        Self { busy: create_signal(false) }
    }

    /// Whether one is on its way, tracked.
    pub fn is_busy(self) -> bool {
        self.busy.get()
    }

    /// Sends `ask`, then calls `then` with what came of it, unless the view has gone meanwhile.
    pub fn run<T: Answer>(self, ask: Ask<T>, then: impl FnOnce(Result<T, ApiError>) + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let busy = self.busy;
        let done = Box::new(move |answer| then(read(answer)));
        after(ask.exchange(None), busy, done);
    }
}

#[inline(never)]
fn after(exchange: Pin<Box<dyn Future<Output = Exchanged>>>, busy: Signal<bool>, done: Box<dyn FnOnce(Exchanged)>) {
    wasm_bindgen_futures::spawn_local(async move {
        let answer = exchange.await;
        if busy.is_alive() {
            busy.set(false);
            done(answer);
        }
    });
}

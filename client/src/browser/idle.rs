//! What can wait.

#[cfg(target_arch = "wasm32")]
use super::timer::Timer;

/// How long nothing is begun that nobody has asked for, in milliseconds: the page that is being shown asks for its data meanwhile.
#[cfg(target_arch = "wasm32")]
const GRACE: i32 = 2_000;

/// Calls `f` once the page has been there for a while and the browser has nothing else to do. Never for somebody who wants to save data.
#[cfg(target_arch = "wasm32")]
pub fn when_idle(f: impl FnOnce() + 'static) {
    use wasm_bindgen::{JsCast, prelude::Closure};
    if saves_data() {
        return;
    }
    let begin = Closure::once_into_js(f);
    std::mem::forget(Timer::after(GRACE, move || {
        let begin: &js_sys::Function = begin.unchecked_ref();
        // Not every browser tells when it is idle.
        if sycamore::web::window().request_idle_callback(begin).is_err() {
            let _ = begin.call0(&wasm_bindgen::JsValue::NULL);
        }
    }));
}

#[cfg(target_arch = "wasm32")]
fn saves_data() -> bool {
    let of = |object: &wasm_bindgen::JsValue, name: &str| js_sys::Reflect::get(object, &name.into());
    let navigator = sycamore::web::window().navigator();
    of(&navigator, "connection").and_then(|connection| of(&connection, "saveData")).is_ok_and(|saves| saves.is_truthy())
}

/// Never: tests do not wait.
#[cfg(not(target_arch = "wasm32"))]
pub fn when_idle(_f: impl FnOnce() + 'static) {}

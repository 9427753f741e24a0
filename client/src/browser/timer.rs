//! Timers that stop when they are dropped.

/// A timer.
pub struct Timer {
    #[cfg(target_arch = "wasm32")]
    handle: i32,
    #[cfg(target_arch = "wasm32")]
    repeats: bool,
    #[cfg(target_arch = "wasm32")]
    _call: wasm_bindgen::closure::Closure<dyn FnMut()>,
}

#[cfg(target_arch = "wasm32")]
impl Timer {
    /// Calls `f` once, after `millis`.
    pub fn after(millis: i32, f: impl FnOnce() + 'static) -> Self {
        use wasm_bindgen::JsCast;
        let mut f = Some(f);
        let call = wasm_bindgen::closure::Closure::<dyn FnMut()>::new(move || {
            if let Some(f) = f.take() {
                f();
            }
        });
        let function = call.as_ref().unchecked_ref();
        let handle = sycamore::web::window().set_timeout_with_callback_and_timeout_and_arguments_0(function, millis);
        Self { handle: handle.unwrap_or_default(), repeats: false, _call: call }
    }

    /// Calls `f` every `millis`.
    pub fn every(millis: i32, f: impl FnMut() + 'static) -> Self {
        use wasm_bindgen::JsCast;
        let call = wasm_bindgen::closure::Closure::<dyn FnMut()>::new(f);
        let function = call.as_ref().unchecked_ref();
        let handle = sycamore::web::window().set_interval_with_callback_and_timeout_and_arguments_0(function, millis);
        Self { handle: handle.unwrap_or_default(), repeats: true, _call: call }
    }
}

#[cfg(target_arch = "wasm32")]
impl Drop for Timer {
    fn drop(&mut self) {
        let window = sycamore::web::window();
        if self.repeats { window.clear_interval_with_handle(self.handle) } else { window.clear_timeout_with_handle(self.handle) }
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl Timer {
    /// Never: tests do not wait.
    pub fn after(_millis: i32, _f: impl FnOnce() + 'static) -> Self {
        Self {}
    }

    /// Never: tests do not wait.
    pub fn every(_millis: i32, _f: impl FnMut() + 'static) -> Self {
        Self {}
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl Drop for Timer {
    /// As in browsers, where it stops the timer: whoever holds one may drop it.
    fn drop(&mut self) {}
}

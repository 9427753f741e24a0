//! Sycamore's effects and memos, by way of boxed closures: one copy of their code serves all, for the sake of what browsers have to load.

use sycamore::reactive;
use sycamore::reactive::ReadSignal;

/// Runs `f` now and whenever a signal it reads changes.
pub fn create_effect(f: impl FnMut() + 'static) {
    effect(Box::new(f));
}

#[inline(never)]
fn effect(f: Box<dyn FnMut()>) {
    reactive::create_effect(f);
}

/// A value that is worked out anew whenever a signal it reads changes.
pub fn create_memo<T: 'static>(f: impl FnMut() -> T + 'static) -> ReadSignal<T> {
    let f: Box<dyn FnMut() -> T> = Box::new(f);
    reactive::create_memo(f)
}

/// The same; those who read it are told only when it differs from before.
pub fn create_selector<T: PartialEq + 'static>(f: impl FnMut() -> T + 'static) -> ReadSignal<T> {
    let f: Box<dyn FnMut() -> T> = Box::new(f);
    reactive::create_selector(f)
}

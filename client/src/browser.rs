//! What the browser gives, each thing with a stand-in for tests, which have no browser.

pub mod clipboard;
pub mod clock;
pub mod dom;
pub mod idle;
pub mod storage;
pub mod timer;

/// Whether there is a browser.
pub const fn is_there() -> bool {
    cfg!(target_arch = "wasm32")
}

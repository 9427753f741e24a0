//! Ctrl-C and its relatives as a flag that loops look at.
//!
//! The first signal only sets the flag, so that what was begun can be wound up;
//! a second one ends the process at once. Without [`listen`] signals keep their
//! default action: services are cleaned up all the same, by their reapers.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use anyhow::{Result, bail};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;

static SIGNAL: LazyLock<Arc<AtomicUsize>> = LazyLock::new(Arc::default);
static AGAIN: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// Turns SIGINT, SIGTERM and SIGHUP into [`pending`] from now on.
///
/// # Errors
/// When the operating system refuses the handlers.
pub fn listen() -> io::Result<()> {
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        // The order matters: the second signal must find the flag that the first one set.
        flag::register_conditional_default(signal, Arc::clone(&AGAIN))?;
        flag::register(signal, Arc::clone(&AGAIN))?;
        flag::register_usize(signal, Arc::clone(&SIGNAL), signal as usize)?;
    }
    Ok(())
}

/// The number of the signal that asked this process to end, if one did.
#[must_use]
pub fn pending() -> Option<i32> {
    match SIGNAL.load(Ordering::SeqCst) {
        0 => None,
        signal => i32::try_from(signal).ok(),
    }
}

/// Fails when a signal is pending, so that a long wait can end with `?`.
///
/// # Errors
/// When [`pending`] has something.
pub fn check() -> Result<()> {
    match pending() {
        None => Ok(()),
        Some(signal) => bail!("interrupted by signal {signal}"),
    }
}

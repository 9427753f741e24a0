//! The time of day and ids: the one place where the client takes either from its surroundings.

use crate::prelude::*;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::timer::Timer;

/// A moment.
pub type Moment = DateTime<Utc>;

/// Now. In tests it always is the same moment.
pub fn now() -> Moment {
    #[cfg(target_arch = "wasm32")]
    let millis = js_sys::Date::now() as i64;
    #[cfg(not(target_arch = "wasm32"))]
    let millis = 1_801_396_800_000;
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}

/// An id that nobody else has.
#[expect(clippy::disallowed_methods, reason = "the one place that makes ambient ids")]
pub fn fresh_id() -> Uuid {
    Uuid::new_v4()
}

/// Milliseconds from one moment to another; 0 if the other is earlier: clocks differ a little.
pub fn millis_between(from: Moment, to: Moment) -> u64 {
    u64::try_from((to - from).num_milliseconds()).unwrap_or_default()
}

/// A clock that views follow: moves on every few seconds.
#[derive(Clone, Copy)]
pub struct Ticking(Signal<Moment>);

impl Ticking {
    const EVERY_MS: i32 = 1_000;

    /// Starts it, for everything below the current scope.
    pub fn provide() {
        let signal = create_signal(now());
        let timer = Timer::every(Self::EVERY_MS, move || {
            if !super::dom::is_hidden() {
                signal.set(now());
            }
        });
        on_cleanup(move || drop(timer));
        provide_context(Self(signal));
    }

    /// Now, for a view that is to be drawn again as time goes by.
    pub fn get(self) -> Moment {
        self.0.get()
    }
}

/// The ticking clock.
pub fn ticking() -> Ticking {
    try_use_context::<Ticking>().unwrap_or_else(|| Ticking(create_signal(now())))
}

//! Points in time and durations.

use crate::prelude::*;

use crate::{
    browser::clock::{Moment, millis_between, ticking},
    i18n::{duration, moment},
};

/// How long ago it was, or in how long it is; the full time when pointed at. Moves on by itself.
pub fn ago(at: Moment) -> View {
    let clock = ticking();
    let text = move || moment::relative(at, clock.get());
    html! { time(datetime=moment::machine(at), title=moment::full(at)) { (text) } }
}

/// The same where there may be none.
pub fn ago_or_dash(at: Option<Moment>) -> View {
    at.map_or_else(dash, ago)
}

/// The full time; how long ago it was when pointed at.
pub fn full(at: Moment) -> View {
    let clock = ticking();
    html! { time(datetime=moment::machine(at), title=move || moment::relative(at, clock.get())) { (moment::full(at)) } }
}

/// How long something took, or takes so far.
pub fn took(from: Moment, until: Option<Moment>) -> View {
    match until {
        Some(until) => duration::of_millis(millis_between(from, until)).into(),
        None => {
            let clock = ticking();
            (move || duration::of_millis(millis_between(from, clock.get()))).into()
        }
    }
}

/// Stands for what is not there.
pub fn dash() -> View {
    html! { span(class="muted", "aria-hidden"="true") { "–" } }
}

//! What becomes of ticks that come at the wrong time.

use std::borrow::Cow;

use crate::prelude::*;
use ruche_api::CatchUp;

use super::{
    super::{draft::Draft, policies},
    Errors, length,
};
use crate::{browser::dom, messages::schedules as m};

fn choices<T: Copy + PartialEq + 'static>(
    name: &'static str,
    legend: Cow<'static, str>,
    value: Signal<T>,
    all: [T; 3],
    told: fn(T) -> (Cow<'static, str>, Cow<'static, str>),
) -> View {
    let now = value.get_untracked();
    let items = all.map(|one| {
        let (what, why) = told(one);
        html! {
            label(class="choice") {
                input(r#type="radio", name=name, checked=(one == now), on:change=move |_| value.set(one))
                span { strong { (what) } span(class="muted small") { (why) } }
            }
        }
    });
    html! { fieldset(class="group") { legend { (legend) } div(class="stack-tight") { (Vec::from(items)) } } }
}

/// The fields.
pub fn policy(draft: Draft, errors: Errors, is_new: bool) -> View {
    let catch_up = draft.catch_up;
    let window = move || {
        if catch_up.get() == CatchUp::All {
            untrack(|| length("schedule-window", m::window(), draft.window, errors))
        } else {
            View::default()
        }
    };
    let paused = draft.paused;
    let label = if is_new { m::begins_paused() } else { m::stays_paused() };
    html! {
        div(class="stack") {
            (choices("schedule-overlap", m::overlap(), draft.overlap, policies::OVERLAPS, policies::overlap))
            (choices("schedule-catch-up", m::catch_up(), draft.catch_up, policies::CATCH_UPS, policies::catch_up))
            (window)
            (length("schedule-jitter", m::jitter(), draft.jitter, errors))
            p(class="hint") { (m::jitter_told()) }
            label(class="check") {
                input(r#type="checkbox", checked=paused.get_untracked(), on:change=move |event| paused.set(dom::is_checked(&event)))
                span { (label) }
            }
        }
    }
}

//! The page in the middle: shown as soon as the part of the program it is in is there.

use crate::prelude::*;

use super::sidebar;
use crate::{
    browser::{dom, timer::Timer},
    messages::{navigation as m, words},
    pages::{
        self,
        parts::{Parts, State, parts},
    },
    router::{route::Route, router},
    ui::{
        icon::{Icon, icon},
        layout::heading,
        notice::loading,
    },
};

/// How long a part may take before it is said that it is on its way, in milliseconds.
const PATIENCE: i32 = 300;

/// The page, and whether it is still on its way.
pub struct Stage {
    pub view: View,
    pub busy: ReadSignal<Option<&'static str>>,
}

/// The page of the address.
pub fn stage() -> Stage {
    let (route, parts) = (router().route(), parts());
    create_effect(move || {
        let route = route.get_clone();
        untrack(|| parts.want(&route));
    });
    let shown = create_selector(move || {
        let route = route.get_clone();
        let state = parts.of(&route);
        (route, state)
    });
    focus_what_comes(shown);
    create_effect(move || {
        if shown.with(|(_, state)| *state == State::There) {
            untrack(|| parts.fetch_rest());
        }
    });
    let view = move || {
        let (route, state) = shown.get_clone();
        untrack(|| match state {
            State::There => pages::page(route),
            State::Absent | State::Coming => coming(),
            State::Failed => failed(parts, route),
        })
    };
    let busy = create_selector(move || shown.with(|(_, state)| matches!(state, State::Absent | State::Coming)).then_some("true"));
    Stage { view: html! { (view) }, busy }
}

/// Whoever follows a link hears where it led; who has just come stays at the top.
fn focus_what_comes(shown: ReadSignal<(Route, State)>) {
    let first = shown.with_untracked(|(route, _)| route.clone());
    let mut has_moved = false;
    create_effect(move || {
        let (route, state) = shown.get_clone();
        has_moved |= route != first;
        if has_moved && matches!(state, State::There | State::Failed) {
            dom::soon(|| dom::focus("main h1"));
        }
    });
}

/// Nothing, and after a while that something is on its way.
fn coming() -> View {
    let is_long = create_signal(false);
    // It is not stopped, but finds nothing to do once the part is there: parts come a few times at most.
    std::mem::forget(Timer::after(PATIENCE, move || {
        if is_long.is_alive() {
            is_long.set(true);
        }
    }));
    html! { (move || is_long.get().then(|| untrack(loading))) }
}

fn failed(parts: Parts, route: Route) -> View {
    let title = heading(sidebar::label(&route), None, View::default());
    html! {
        (title)
        div(class="notice failure", role="alert") {
            (icon(Icon::Alert))
            div {
                p(class="notice-title") { (m::part_failed()) }
                p { (m::part_failed_hint()) }
                div(class="heading-actions") {
                    button(class="button", r#type="button", on:click=move |_| parts.want(&route)) { (words::try_again()) }
                    button(class="button", r#type="button", on:click=move |_| dom::reload()) { (m::reload()) }
                }
            }
        }
    }
}

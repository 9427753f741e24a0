//! The bar on top: how the connection is, language, theme, who is here.

use crate::prelude::*;
use ruche_api::Role;

use crate::{
    api::{self, Action},
    browser::dom,
    i18n::{self, Lang},
    live::{Connection, live},
    messages::navigation as m,
    session::{ended, here},
    theme::{Look, Theme},
    ui::icon::{Icon, icon},
};

/// The bar. `open` shows the navigation on narrow screens.
pub fn bar(open: Signal<bool>, speak: impl Fn(Lang) + Copy + 'static) -> View {
    html! {
        header(class="bar") {
            button(
                class="icon-button menu-button", r#type="button", "aria-label"=m::menu(), "aria-controls"="navigation",
                "aria-expanded"=move || open.get().to_string(), on:click=move |_| open.set(!open.get())
            ) { (icon(Icon::Menu)) }
            div(class="bar-space")
            (connection())
            (language(speak))
            (theme())
            (account())
        }
    }
}

fn connection() -> View {
    let Some(live) = live() else { return View::default() };
    let class = move || match live.connection() {
        Connection::Open => "connection open",
        Connection::Connecting => "connection connecting",
        Connection::Paused => "connection paused",
        Connection::Broken => "connection broken",
    };
    let label = move || match live.connection() {
        Connection::Open => m::live(),
        Connection::Connecting => m::connecting(),
        Connection::Paused => m::paused(),
        Connection::Broken => m::broken(),
    };
    let pause = move || if live.is_paused() { m::resume_live() } else { m::pause_live() };
    let sign = move || icon(if live.is_paused() { Icon::Play } else { Icon::Pause });
    html! {
        div(class=class) {
            span(class="dot", "aria-hidden"="true")
            span(role="status") { (label) }
            button(class="icon-button", r#type="button", "aria-label"=pause, title=pause, on:click=move |_| live.pause(!live.is_paused())) { (sign) }
        }
    }
}

fn language(speak: impl Fn(Lang) + Copy + 'static) -> View {
    let options: Vec<View> = Lang::ALL
        .into_iter()
        .map(|lang| html! { option(value=lang.tag(), lang=lang.tag(), selected=lang == i18n::lang()) { (lang.name()) } })
        .collect();
    let choose = move |event: web_sys::Event| {
        if let Some(lang) = Lang::of_tag(&dom::value_of(&event)) {
            speak(lang);
            dom::soon(|| dom::focus("#language"));
        }
    };
    html! {
        label(class="visually-hidden", r#for="language") { (m::language()) }
        select(id="language", class="bar-select", on:change=choose) { (options) }
    }
}

fn theme() -> View {
    let look: Look = use_context();
    let name = |theme| match theme {
        Theme::System => m::theme_system(),
        Theme::Light => m::theme_light(),
        Theme::Dark => m::theme_dark(),
    };
    let now = look.theme();
    let options: Vec<View> = Theme::ALL
        .into_iter()
        .map(|theme| html! { option(value=theme.word(), selected=theme == now) { (name(theme)) } })
        .collect();
    html! {
        label(class="visually-hidden", r#for="theme") { (m::theme()) }
        select(id="theme", class="bar-select", prop:value=move || wasm_bindgen::JsValue::from(look.theme().word()), on:change=move |event| look.choose(Theme::of(&dom::value_of(&event)))) { (options) }
    }
}

/// The word of a role, as the API has it.
fn word(role: Role) -> &'static str {
    match role {
        Role::Viewer => "viewer",
        Role::Operator => "operator",
        Role::Admin => "admin",
    }
}

fn account() -> View {
    let (here, action) = (here(), Action::new());
    let Some(session) = here.get().value().cloned() else { return View::default() };
    let who = m::signed_in_as(&session.name, word(session.role));
    let leave = move |_| {
        action.run(api::access::log_out(), |_| ended());
    };
    let button = here.has_session().then(|| {
        html! {
            button(class="icon-button", r#type="button", "aria-label"=m::log_out(), title=m::log_out(), on:click=leave) { (icon(Icon::LogOut)) }
        }
    });
    html! { div(class="account") { span(class="account-name") { (who) } (button) } }
}

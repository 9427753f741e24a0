//! What this browser shows, and who is here.

use ruche_api::{Credential, Session};

use super::role_word;
use crate::{
    api::{self, Action},
    browser::{dom, storage::Memo},
    i18n::{self, Lang, chosen::Chosen},
    messages::{navigation, settings as m, shortcuts as keys, words},
    prelude::*,
    session::{ended, here},
    shortcuts,
    theme::{Look, Theme},
    ui::{
        button::{Kind, button_unless},
        icon::Icon,
        layout::{card, facts},
        time,
    },
};

/// The part.
pub fn tab() -> View {
    html! { div(class="grid") { (card(m::look(), View::default(), look())) (who()) } }
}

fn look() -> View {
    let look: Look = use_context();
    let now = look.theme();
    let themes: Vec<View> = Theme::ALL
        .into_iter()
        .zip([navigation::theme_system(), navigation::theme_light(), navigation::theme_dark()])
        .map(|(theme, name)| html! { option(value=theme.word(), selected=(theme == now)) { (name) } })
        .collect();
    let is_utc = Memo::TimeZone.recall().as_deref() == Some("UTC");
    let set_utc = |event: web_sys::Event| {
        Memo::TimeZone.remember(if dom::is_checked(&event) { "UTC" } else { "" });
        i18n::speak(i18n::lang());
    };
    html! {
        p(class="muted") { (m::look_told()) }
        (language())
        div(class="field") {
            label(r#for="settings-theme") { (m::theme()) }
            select(
                id="settings-theme", prop:value=move || wasm_bindgen::JsValue::from(look.theme().word()),
                on:change=move |event| look.choose(Theme::of(&dom::value_of(&event)))
            ) { (themes) }
        }
        div(class="check") {
            input(id="settings-compact", r#type="checkbox", checked=look.is_compact(), on:change=move |event| look.set_compact(dom::is_checked(&event)))
            label(r#for="settings-compact") { (m::compact()) }
        }
        div(class="check") {
            input(id="settings-utc", r#type="checkbox", checked=is_utc, "aria-describedby"="settings-utc-hint", on:change=set_utc)
            label(r#for="settings-utc") { (m::utc()) }
            span(class="hint", id="settings-utc-hint") { (m::utc_told()) }
        }
        (single_keys())
    }
}

fn single_keys() -> View {
    let switch = |event: web_sys::Event| shortcuts::switch(dom::is_checked(&event));
    html! {
        div(class="check") {
            input(id="settings-keys", r#type="checkbox", checked=shortcuts::are_on(), "aria-describedby"="settings-keys-hint", on:change=switch)
            label(r#for="settings-keys") { (keys::setting()) }
            span(class="hint", id="settings-keys-hint") { (keys::setting_told()) }
        }
    }
}

fn language() -> View {
    let chosen = try_use_context::<Chosen>();
    let languages: Vec<View> = Lang::ALL
        .into_iter()
        .map(|lang| html! { option(value=lang.tag(), lang=lang.tag(), selected=(lang == i18n::lang())) { (lang.name()) } })
        .collect();
    let speak = move |event: web_sys::Event| {
        if let (Some(lang), Some(chosen)) = (Lang::of_tag(&dom::value_of(&event)), chosen) {
            chosen.choose(lang);
            dom::soon(|| dom::focus("#settings-language"));
        }
    };
    html! {
        div(class="field") {
            label(r#for="settings-language") { (m::language()) }
            select(id="settings-language", on:change=speak) { (languages) }
        }
    }
}

fn who() -> View {
    let (here, action) = (here(), Action::new());
    let Some(session) = here.get().value().cloned() else { return View::default() };
    let leave = move || action.run(api::access::log_out(), |_: Result<(), _>| ended());
    let button = if here.has_session() {
        button_unless(Kind::Plain, Some(Icon::LogOut), m::end_session(), move || action.is_busy(), leave)
    } else {
        View::default()
    };
    card(m::who(), button, told(&session))
}

fn told(session: &Session) -> View {
    let by = match session.credential {
        Credential::Nothing => m::by_nothing(),
        Credential::Key => m::by_key(),
        Credential::Session => m::by_session(),
    };
    let ends = session.expires_at.map_or_else(|| words::never().into(), time::full);
    facts(vec![
        (m::key_name(), Some(session.name.clone().into())),
        (m::role(), Some(role_word(session.role).into())),
        (m::shown_by(), Some(by.into())),
        (m::session_ends(), Some(ends)),
    ])
}

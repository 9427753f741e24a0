//! Logging in with a key.

use crate::prelude::*;

use crate::{
    api::{self, Action, ApiError},
    browser::dom,
    i18n::{self, Lang},
    messages::{login as m, navigation},
    session::here,
    ui::{brand, field::Field},
};

/// The page. `speak` changes the language.
pub fn login(speak: impl Fn(Lang) + Copy + 'static) -> View {
    dom::set_title(&format!("{} · Ruche", m::title()));
    let (here, action) = (here(), Action::new());
    let error = create_signal(None::<String>);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let key = dom::find("#key").map(|field| dom::value_in(&field)).unwrap_or_default();
        if key.trim().is_empty() {
            error.set(Some(m::empty().into_owned()));
            return dom::focus("#key");
        }
        action.run(api::access::log_in(key.trim()), move |answer| match answer {
            Ok(session) => here.began(session),
            Err(refusal) => {
                error.set(Some(told(&refusal)));
                dom::focus("#key");
            }
        });
    };
    on_mount(|| dom::focus("#key"));
    html! {
        main(class="login", id="content") {
            form(class="card login-card", on:submit=submit, novalidate=true) {
                div(class="login-brand") { (brand::mark()) span(class="brand-name") { "Ruche" } }
                h1(tabindex="-1") { (m::title()) }
                p(class="muted") { (m::lead()) }
                (Field::new("key", m::key()).hint(m::key_hint()).error(error).control(|field| html! {
                    input(
                        id="key", name="key", r#type="password", autocomplete="current-password", "spellcheck"="false",
                        "aria-describedby"=field.described_by(), "aria-invalid"=field.invalid(), required=true
                    )
                }))
                button(class="button primary wide", r#type="submit", disabled=action.is_busy()) { (m::submit()) }
                (languages(speak))
            }
        }
    }
}

fn told(error: &ApiError) -> String {
    if error.asks_to_log_in() { m::refused().into_owned() } else { error.title() }
}

fn languages(speak: impl Fn(Lang) + Copy + 'static) -> View {
    let choices = Lang::ALL.map(|lang| {
        html! {
            button(class="link", r#type="button", lang=lang.tag(), "aria-pressed"=(lang == i18n::lang()).to_string(), on:click=move |_| speak(lang)) {
                (lang.name())
            }
        }
    });
    html! { div(class="login-languages", role="group", "aria-label"=navigation::language()) { (Vec::from(choices)) } }
}

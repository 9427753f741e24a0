//! What of the log is shown. Each filter is a parameter of the address, so Back undoes it and a link keeps it.

use std::borrow::Cow;

use crate::prelude::*;

use crate::{
    browser::dom,
    i18n::moment,
    messages::audit as m,
    router::{navigate, route::Route, router},
    ui::{
        button::{Kind, button},
        field::Field,
        moment_field::{moment_of, text_of},
    },
};

/// Words: the parameter of the address, and what it is called.
const WORDS: [(&str, fn() -> Cow<'static, str>); 3] = [("actor", m::actor), ("action", m::action), ("target", m::target)];

/// Moments, likewise.
const MOMENTS: [(&str, fn() -> Cow<'static, str>); 2] = [("from", m::since), ("before", m::until)];

/// The fields.
pub fn filters() -> View {
    let words = WORDS.map(|(name, label)| {
        field(name, "search", label(), |value| value.to_owned(), |typed| Some(typed.to_owned()).filter(|typed| !typed.is_empty()))
    });
    let read = |typed: &str| moment_of(typed).map(moment::machine);
    let shown = |value: &str| value.parse().map(text_of).unwrap_or_default();
    let moments = MOMENTS.map(|(name, label)| field(name, "datetime-local", label(), shown, read));
    let place = router();
    let is_filtered = create_selector(move || {
        let names = WORDS.into_iter().chain(MOMENTS);
        names.map(|(name, _)| name).any(|name| place.place().param(name).is_some())
    });
    let clear = move || is_filtered.get().then(|| button(Kind::Plain, None, m::clear(), || navigate(&Route::Audit.to_string())));
    html! { div(class="toolbar audit-filters", role="search", "aria-label"=m::filters()) { (Vec::from(words)) (Vec::from(moments)) (clear) } }
}

/// A field that follows its parameter, but for what was just written in it.
fn field(
    name: &'static str,
    kind: &'static str,
    label: Cow<'static, str>,
    shown: fn(&str) -> String,
    read: fn(&str) -> Option<String>,
) -> View {
    let (param, id) = (router().param(name), format!("audit-{name}"));
    let text_of = move |value: Option<String>| value.map(|value| shown(&value)).unwrap_or_default();
    let first = untrack(|| text_of(param.get()));
    let (text, own, begun) = (create_signal(first.clone()), create_signal(None), create_signal(false));
    create_effect(move || {
        let value = param.get();
        if own.get_clone_untracked().as_ref() != Some(&value) {
            own.set(None);
            text.set(text_of(value));
        }
    });
    let put = move |value: Option<String>| {
        own.set(Some(value.clone()));
        // The first change since the field has the focus is a step that Back undoes; the others are part of it.
        if begun.replace(true) { param.replace(value.as_deref()) } else { param.set(value.as_deref()) }
    };
    // A moment that is there in part only is none yet: what stood before counts until the field is left.
    let is_partial = move |typed: &str| typed.is_empty() && kind != "search";
    let typed = move |event: web_sys::Event| {
        let typed = dom::value_of(&event);
        if !is_partial(&typed) {
            put(read(&typed));
        }
    };
    let left = move |event: web_sys::FocusEvent| {
        let is_emptied = is_partial(&dom::value_of(&event)) && untrack(|| param.get()).is_some();
        if is_emptied {
            put(None);
        }
        begun.set(false);
    };
    Field::new(id.clone(), label).control(move |_| {
        html! {
            input(
                id=id, r#type=kind, autocomplete="off", "spellcheck"="false", value=first,
                prop:value=move || wasm_bindgen::JsValue::from(text.get_clone()), on:input=typed, on:blur=left
            )
        }
    })
}

#[cfg(test)]
mod tests {
    use ruche_api::Role;

    use super::*;
    use crate::testing::rendered;

    #[test]
    fn the_fields_show_what_the_address_says() {
        let html = rendered("/audit?actor=anna&from=2027-01-31T10:30:00.000Z", Role::Admin, filters);
        assert!(html.contains("value=\"anna\"") && html.contains("value=\"2027-01-31T10:30\""), "{html}");
        assert!(html.contains("Clear the filters"), "{html}");
        assert!(!rendered("/audit", Role::Admin, filters).contains("Clear the filters"));
    }
}

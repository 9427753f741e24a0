//! The controls: what is typed becomes a JSON value, nothing becomes none.

use crate::prelude::*;
use serde_json::Value;
use wasm_bindgen::JsValue;
use web_sys::Event;

use super::{Filled, Kind, Step};
use crate::{
    browser::dom,
    messages::enqueue as m,
    ui::{
        button::{Kind as ButtonKind, button, icon_button},
        field::ForControl,
        icon::Icon,
    },
};

/// The control of a field.
pub fn control(id: String, title: String, kind: &Kind, required: bool, filled: Filled, place: Vec<Step>, of: ForControl) -> View {
    match kind {
        Kind::Text { long: true, .. } => long(id, filled, place, of),
        Kind::Text { format, .. } => {
            let kind = match format.as_deref() {
                Some("uri") => "url",
                Some("email") => "email",
                _ => "text",
            };
            short(id, kind, required, filled, place, of, |text| Value::from(text))
        }
        Kind::Whole { .. } => {
            let read = |text: &str| {
                text.parse::<i64>()
                    .map(Value::from)
                    .or_else(|_| text.parse::<u64>().map(Value::from))
                    .unwrap_or_else(|_| Value::from(text))
            };
            short(id, "whole", required, filled, place, of, read)
        }
        Kind::Number => short(id, "number", required, filled, place, of, |text| {
            text.parse::<f64>().map_or_else(|_| Value::from(text), Value::from)
        }),
        Kind::Flag => choice(id, &["true", "false"], filled, place, of, |word| Value::from(word == "true")),
        Kind::Choice(words) => {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            choice(id, &words, filled, place, of, Value::from)
        }
        Kind::List(inner) => list(id, title, inner, filled, place),
        Kind::Group(_) | Kind::Any => any(id, filled, place, of),
    }
}

/// A value as it is typed.
fn typed(value: Option<Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
    }
}

fn short(
    id: String,
    kind: &'static str,
    required: bool,
    filled: Filled,
    place: Vec<Step>,
    of: ForControl,
    read: fn(&str) -> Value,
) -> View {
    let (mode, kind) = match kind {
        "whole" => ("numeric", "text"),
        "number" => ("decimal", "text"),
        other => ("text", other),
    };
    let first = untrack(|| typed(filled.at(&place)));
    let at = place.clone();
    let take = move |event: Event| {
        let text = dom::value_of(&event);
        filled.put(&at, (!text.is_empty()).then(|| read(&text)));
    };
    let shown = create_selector(move || typed(filled.at(&place)));
    html! {
        input(
            id=id, r#type=kind, inputmode=mode, value=first, autocomplete="off", "spellcheck"="false", "aria-required"=required.to_string(),
            "aria-describedby"=of.described_by(), "aria-invalid"=of.invalid(),
            prop:value=move || JsValue::from(shown.get_clone()), on:input=take
        )
    }
}

fn long(id: String, filled: Filled, place: Vec<Step>, of: ForControl) -> View {
    let at = place.clone();
    let take = move |event: Event| {
        let text = dom::value_of(&event);
        filled.put(&at, (!text.is_empty()).then(|| Value::from(text)));
    };
    let shown = create_selector(move || typed(filled.at(&place)));
    html! {
        textarea(id=id, rows="2", "aria-describedby"=of.described_by(), "aria-invalid"=of.invalid(), prop:value=move || JsValue::from(shown.get_clone()), on:input=take)
    }
}

fn choice(id: String, words: &[&str], filled: Filled, place: Vec<Step>, of: ForControl, read: fn(String) -> Value) -> View {
    let now = untrack(|| typed(filled.at(&place)));
    let options: Vec<View> = words
        .iter()
        .map(|word| {
            let (value, shown, chosen) = ((*word).to_owned(), (*word).to_owned(), *word == now);
            html! { option(value=value, selected=chosen) { (shown) } }
        })
        .collect();
    let at = place.clone();
    let take = move |event: Event| {
        let word = dom::value_of(&event);
        filled.put(&at, (!word.is_empty()).then(|| read(word)));
    };
    let shown = create_selector(move || typed(filled.at(&place)));
    html! {
        select(id=id, "aria-describedby"=of.described_by(), "aria-invalid"=of.invalid(), prop:value=move || JsValue::from(shown.get_clone()), on:change=take) {
            option(value="") { (m::not_given()) }
            (options)
        }
    }
}

fn list(id: String, title: String, inner: &Kind, filled: Filled, place: Vec<Step>) -> View {
    let inner = inner.clone();
    let at = place.clone();
    let count = create_selector(move || filled.at(&at).and_then(|value| value.as_array().map(Vec::len)).unwrap_or_default());
    let add = {
        let (place, inner) = (place.clone(), inner.clone());
        move || {
            let mut items = untrack(|| filled.at(&place)).and_then(|value| value.as_array().cloned()).unwrap_or_default();
            items.push(match &inner {
                Kind::Whole { .. } | Kind::Number => Value::Null,
                _ => Value::from(""),
            });
            filled.put(&place, Some(Value::Array(items)));
        }
    };
    let name = id.clone();
    let items = move || {
        let count = count.get();
        let (id, inner, place) = (id.clone(), inner.clone(), place.clone());
        untrack(|| {
            let item = |index: usize| {
                let mut place = place.clone();
                place.push(Step::Index(index));
                item(format!("{id}-{index}"), index, &inner, filled, place)
            };
            html! { ol(class="items") { ((0..count).map(item).collect::<Vec<_>>()) } }
        })
    };
    html! { div(class="list-control", id=name, role="group", "aria-label"=title) { (items) (button(ButtonKind::Quiet, Some(Icon::Plus), m::add_item(), add)) } }
}

fn item(id: String, index: usize, kind: &Kind, filled: Filled, place: Vec<Step>) -> View {
    let label = m::item(index + 1);
    let gone = place.clone();
    let shown = super::super::field::Field::new(id.clone(), label.clone());
    let kind = kind.clone();
    html! {
        li(class="item") {
            (shown.control(move |of| control(id, label.into_owned(), &kind, false, filled, place, of)))
            (icon_button(Icon::Trash, m::remove_item(index + 1), move || filled.put(&gone, None)))
        }
    }
}

/// JSON by hand. While it is none, the value stays as it was.
fn any(id: String, filled: Filled, place: Vec<Step>, of: ForControl) -> View {
    let draft = create_signal(untrack(|| filled.at(&place)).map(|value| value.to_string()).unwrap_or_default());
    let wrong =
        create_selector(move || draft.with(|text| !text.trim().is_empty() && serde_json::from_str::<Value>(text).is_err()));
    let seen = place.clone();
    // What comes from elsewhere, the JSON of the whole for example, is shown here too.
    create_effect(move || {
        let value = filled.at(&seen);
        let same = draft.with_untracked(|text| serde_json::from_str::<Value>(text).ok()) == value;
        if !same && !wrong.get_untracked() {
            draft.set(value.map(|value| value.to_string()).unwrap_or_default());
        }
    });
    let take = move |event: Event| {
        let text = dom::value_of(&event);
        draft.set(text.clone());
        if text.trim().is_empty() {
            filled.put(&place, None);
        } else if let Ok(value) = serde_json::from_str(&text) {
            filled.put(&place, Some(value));
        }
    };
    let said = of.invalid();
    let invalid = move || if wrong.get() { Some("true") } else { said() };
    html! {
        textarea(
            id=id, class="code", rows="2", "spellcheck"="false", placeholder=m::json_value(), "aria-describedby"=of.described_by(),
            "aria-invalid"=invalid, prop:value=move || JsValue::from(draft.get_clone()), on:input=take
        )
    }
}

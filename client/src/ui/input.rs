//! A task's keyword arguments, filled in by a form from its schema or written as JSON: two faces of one value.

use std::rc::Rc;

use crate::prelude::*;
use serde_json::Value;

use super::{
    json::pretty,
    schema_form::{
        Filled, schema,
        schema::{Field, Kind},
        schema_form,
    },
};
use crate::{api::ApiError, browser::dom, messages::enqueue as m};

/// What is filled in.
#[derive(Clone, Copy)]
pub struct Input {
    prefix: &'static str,
    filled: Filled,
    /// The text, while it is written as JSON. It is sent as it is, so that big numbers stay what they are.
    text: Signal<Option<String>>,
    fields: Signal<Rc<Vec<Field>>>,
    error: Signal<Option<ApiError>>,
}

impl Input {
    /// By this JSON Schema, with a first value. `error` is what the server said of it last.
    pub fn new(prefix: &'static str, schema: &str, first: &str, error: Signal<Option<ApiError>>) -> Self {
        let fields = schema::fields(schema);
        let value: Value = serde_json::from_str(first).unwrap_or_default();
        // What the form cannot show is not hidden in it.
        let is_shown = value.as_object().is_none_or(|map| map.keys().all(|key| fields.iter().any(|field| field.name == *key)));
        let is_object = value.is_object() || first.trim().is_empty();
        let text = (fields.is_empty() || !is_object || !is_shown || loses_digits(&value)).then(|| pretty(first));
        Self { prefix, filled: Filled::new(value), text: create_signal(text), fields: create_signal(Rc::new(fields)), error }
    }

    /// The JSON object, as a text; `None` while it is none.
    pub fn text(self) -> Option<String> {
        self.read().ok()
    }

    /// Whether it cannot be sent as it is, tracked.
    pub fn is_wrong(self) -> bool {
        self.read().is_err()
    }

    /// What is there, be it JSON or not; tracked.
    pub fn written(self) -> String {
        self.text.get_clone().unwrap_or_else(|| self.read().unwrap_or_default())
    }

    /// Puts a value in place.
    pub fn put(self, value: &Value) {
        self.filled.0.set(value.clone());
        if self.text.with_untracked(Option::is_some) {
            self.text.set(Some(pretty(&value.to_string())));
        }
    }

    /// It, or why it is no JSON object; tracked.
    fn read(self) -> Result<String, String> {
        match self.text.get_clone() {
            Some(text) => match serde_json::from_str::<serde_json::Map<String, Value>>(&text) {
                Ok(_) => Ok(text),
                Err(error) => Err(error.to_string()),
            },
            None => Ok(self.filled.0.with(|value| without_empty(value, &self.fields.get_clone()).to_string())),
        }
    }

    /// Draws it.
    pub fn view(self) -> View {
        let is_json = create_selector(move || self.text.with(Option::is_some));
        let face = move || {
            let is_json = is_json.get();
            untrack(|| if is_json { self.as_json() } else { self.as_form() })
        };
        html! { div(class="input") { (self.switch(is_json)) (face) } }
    }

    fn switch(self, is_json: ReadSignal<bool>) -> View {
        if self.fields.with_untracked(|fields| fields.is_empty()) {
            return View::default();
        }
        let to_form = move |_| {
            let text = self.text.get_clone_untracked().unwrap_or_default();
            if let Ok(value @ Value::Object(_)) = serde_json::from_str(&text) {
                self.filled.0.set(value);
                self.text.set(None);
            }
        };
        let to_json = move |_| {
            if let Ok(text) = untrack(|| self.read()) {
                self.text.set(Some(pretty(&text)));
            }
        };
        html! {
            div(class="segments", role="group", "aria-label"=m::mode()) {
                button(class="segment", r#type="button", "aria-pressed"=move || (!is_json.get()).to_string(), on:click=to_form) { (m::as_form()) }
                button(class="segment", r#type="button", "aria-pressed"=move || is_json.get().to_string(), on:click=to_json) { (m::as_json()) }
            }
        }
    }

    fn as_json(self) -> View {
        let id = format!("{}-json", self.prefix);
        let wrong = create_signal(None::<String>);
        create_effect(move || wrong.set(self.read().err().map(|why| m::not_json(&why).into_owned())));
        let take = move |event: web_sys::Event| self.text.set(Some(dom::value_of(&event)));
        let first = self.text.get_clone_untracked().unwrap_or_default();
        super::field::Field::new(id.clone(), m::raw()).error(wrong).control(move |of| {
            html! {
                textarea(
                    id=id, class="code", rows="12", "spellcheck"="false", "aria-describedby"=of.described_by(), "aria-invalid"=of.invalid(),
                    prop:value=move || wasm_bindgen::JsValue::from(self.text.get_clone().unwrap_or_default()), on:input=take
                ) { (first) }
            }
        })
    }

    fn as_form(self) -> View {
        let error = self.error;
        let problems = move |pointer: &str| {
            let whole = error.with(|error| error.as_ref().and_then(|error| error.of_field(pointer)));
            whole.or_else(|| {
                error.with(|error| error.as_ref().and_then(|error| error.of_field(pointer.trim_start_matches("/kwargs"))))
            })
        };
        let fields = self.fields.get_clone_untracked();
        schema_form(self.prefix, &fields, self.filled, "/kwargs", Rc::new(problems))
    }
}

/// Whether a number was too long for a form to keep it.
fn loses_digits(value: &Value) -> bool {
    match value {
        Value::Number(number) => {
            number.as_i64().is_none() && number.as_u64().is_none() && number.as_f64().is_some_and(|float| float.abs() > 9e15)
        }
        Value::Array(list) => list.iter().any(loses_digits),
        Value::Object(map) => map.values().any(loses_digits),
        _ => false,
    }
}

/// Groups in which nothing was filled in are left out, unless they are needed.
fn without_empty(value: &Value, fields: &[Field]) -> Value {
    let Value::Object(map) = value else { return value.clone() };
    let kept = map.iter().filter_map(|(key, value)| {
        let field = fields.iter().find(|field| field.name == *key);
        match field.map(|field| (&field.kind, field.required)) {
            Some((Kind::Group(inner), required)) => {
                let value = without_empty(value, inner);
                let is_empty = value.as_object().is_some_and(serde_json::Map::is_empty);
                (required || !is_empty).then(|| (key.clone(), value))
            }
            _ => Some((key.clone(), value.clone())),
        }
    });
    Value::Object(kept.collect())
}

#[cfg(test)]
mod tests {
    use ruche_api::Role;

    use super::*;
    use crate::testing::rendered;

    const SCHEMA: &str =
        r#"{"properties":{"n":{"type":"integer"},"auth":{"type":"object","properties":{"user":{"type":"string"}}}}}"#;

    #[test]
    fn what_was_filled_in_is_sent_and_empty_groups_are_not() {
        rendered("/", Role::Operator, || {
            let input = Input::new("x", SCHEMA, r#"{"n":3,"auth":{}}"#, create_signal(None));
            assert_eq!(input.text().as_deref(), Some(r#"{"n":3}"#));
            View::default()
        });
    }

    #[test]
    fn a_number_that_a_form_would_spoil_stays_text() {
        rendered("/", Role::Operator, || {
            let text = r#"{"n":12345678901234567890123}"#;
            let input = Input::new("x", SCHEMA, text, create_signal(None));
            assert!(input.text().unwrap().contains("12345678901234567890123"));
            View::default()
        });
    }
}

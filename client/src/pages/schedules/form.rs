//! The fields of a schedule.

mod policy;
mod rule;
mod task;

use std::borrow::Cow;

use crate::prelude::*;

use super::{
    draft::{Draft, Length, UNITS, Wrong},
    preview,
};
use crate::{
    api::ApiError,
    browser::dom,
    messages::{queues, schedules as m, words},
    ui::{field::Field, layout::card},
};

/// What is wrong, field by field.
#[derive(Clone, Copy)]
pub struct Errors {
    wrong: Signal<Vec<Wrong>>,
    /// What the server said last of the task.
    of_task: Signal<Option<ApiError>>,
}

impl Errors {
    /// Nothing is.
    pub fn none() -> Self {
        Self { wrong: create_signal(Vec::new()), of_task: create_signal(None) }
    }

    /// This is, and the first of it gets the focus.
    pub fn set(self, wrong: Vec<Wrong>) {
        let first = wrong.first().map(|(id, _)| *id);
        self.wrong.set(wrong);
        let Some(first) = first else { return };
        // Of several controls the one that is wrong.
        let inner = format!("#{first} [aria-invalid=true]");
        dom::focus(if dom::find(&inner).is_some() { inner } else { format!("#{first}") }.as_str());
    }

    /// The server has refused it; `wrong` is what it said of fields.
    pub fn refused(self, error: &ApiError, wrong: Vec<Wrong>) {
        self.of_task.set(Some(within_task(error)));
        self.set(wrong);
    }

    /// What the server said last of the task's arguments, for their fields.
    fn of_task(self) -> Signal<Option<ApiError>> {
        self.of_task
    }

    fn of(self, id: &'static str) -> Signal<Option<String>> {
        let own = create_signal(None);
        create_effect(move || {
            own.set(self.wrong.with(|wrong| wrong.iter().find(|(field, _)| *field == id).map(|(_, told)| told.clone())))
        });
        own
    }
}

/// The fields. The name of one that is there cannot be changed.
pub fn fields(draft: Draft, errors: Errors, is_new: bool) -> View {
    let name = is_new.then(|| text("schedule-name", words::name(), Some(m::name_hint()), draft.name, errors, true));
    html! {
        div(class="form-columns") {
            div(class="stack") {
                (card(words::details(), View::default(), html! { div(class="stack") { (name) (text("schedule-description", m::description(), None, draft.description, errors, false)) } }))
                (card(m::rule(), View::default(), rule::rule(draft, errors)))
                (card(m::enqueues(), View::default(), task::task(draft, errors)))
                (card(m::policies(), View::default(), policy::policy(draft, errors, is_new)))
            }
            (preview::card_of(draft))
        }
    }
}

fn text(
    id: &'static str,
    label: Cow<'static, str>,
    hint: Option<Cow<'static, str>>,
    value: Signal<String>,
    errors: Errors,
    required: bool,
) -> View {
    let field = Field::new(id, label).error(errors.of(id));
    let field = if let Some(hint) = hint { field.hint(hint) } else { field };
    let field = if required { field.required() } else { field };
    field.control(|of| {
        html! {
            input(
                id=id, autocomplete="off", "spellcheck"="false", prop:value=move || wasm_bindgen::JsValue::from(value.get_clone()), value=value.get_clone_untracked(), "aria-describedby"=of.described_by(),
                "aria-invalid"=of.invalid(), on:input=move |event| value.set(dom::value_of(&event))
            )
        }
    })
}

fn length(id: &'static str, label: Cow<'static, str>, Length { number, unit }: Length, errors: Errors) -> View {
    let now = unit.get_untracked();
    let options: Vec<View> = UNITS
        .into_iter()
        .zip([queues::second(), queues::minute(), queues::hour(), queues::day()])
        .map(|(one, word)| html! { option(value=one.to_string(), selected=(one == now)) { (word) } })
        .collect();
    let of_unit = format!("{label} · {}", m::unit());
    Field::new(id, label).error(errors.of(id)).control(|of| {
        html! {
            span(class="length") {
                input(
                    id=id, inputmode="numeric", autocomplete="off", value=number.get_clone_untracked(), "aria-describedby"=of.described_by(),
                    "aria-invalid"=of.invalid(), on:input=move |event| number.set(dom::value_of(&event))
                )
                select("aria-label"=of_unit, on:change=move |event| unit.set(dom::value_of(&event).parse().unwrap_or(UNITS[0]))) { (options) }
            }
        }
    })
}

/// An error with its places as they are within the task.
fn within_task(error: &ApiError) -> ApiError {
    let ApiError::Refused(problem) = error else { return error.clone() };
    let mut problem = problem.clone();
    for error in &mut problem.errors {
        error.pointer = error.pointer.as_deref().map(|pointer| pointer.strip_prefix("/task").unwrap_or(pointer).to_owned());
    }
    ApiError::Refused(problem)
}

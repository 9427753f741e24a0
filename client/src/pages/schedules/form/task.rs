//! What it enqueues: the arguments by a form made from the task's schema, or as JSON.

use crate::prelude::*;
use ruche_api::DefinitionList;

use super::{super::draft::Draft, Errors, text};
use crate::{
    api::{self, Query, Remote, use_query},
    browser::dom,
    messages::{schedules as m, words},
    pages::follow::part,
    ui::{field::Field, input::Input, notice::loading},
};

/// The fields.
pub fn task(draft: Draft, errors: Errors) -> View {
    let definitions = use_query(|| Some(api::definitions::list()));
    html! {
        div(class="stack") {
            (name(draft.task, definitions, errors))
            (arguments(draft, definitions, errors))
            div(class="grid") {
                (text("schedule-queue", words::queue(), Some(m::queue_hint()), draft.queue, errors, false))
                (priority(draft.priority))
                (text("schedule-key", m::key(), None, draft.key, errors, false))
            }
        }
    }
}

fn name(value: Signal<String>, definitions: Query<DefinitionList>, errors: Errors) -> View {
    let names = part(
        definitions,
        |list| list.data.iter().map(|one| (one.name.clone(), one.summary.clone())).collect::<Vec<_>>(),
        |names| {
            let options: Vec<View> =
                names.into_iter().map(|(name, summary)| html! { option(value=name) { (summary) } }).collect();
            html! { (options) }
        },
    );
    Field::new("schedule-task", m::task()).required().error(errors.of("schedule-task")).control(|of| {
        html! {
            input(
                id="schedule-task", "list"="schedule-tasks", autocomplete="off", "spellcheck"="false", value=value.get_clone_untracked(),
                "aria-describedby"=of.described_by(), "aria-invalid"=of.invalid(), on:input=move |event| value.set(dom::value_of(&event))
            )
            datalist(id="schedule-tasks") { (names) }
        }
    })
}

/// The arguments; drawn anew when the task's name has become one of another schema. What was filled in is kept.
fn arguments(draft: Draft, definitions: Query<DefinitionList>, errors: Errors) -> View {
    let schema = create_selector(move || match definitions.get() {
        Remote::Loading => None,
        known => {
            let list = known.value();
            let found = list.and_then(|list| draft.task.with(|name| list.data.iter().find(|one| one.name == name.trim())));
            Some(found.map(|one| one.arguments.0.as_str().to_owned()).unwrap_or_default())
        }
    });
    let wrong = errors.of("schedule-kwargs");
    let body = move || {
        let Some(schema) = schema.get_clone() else { return loading() };
        untrack(|| {
            let input = Input::new("schedule-kwargs", &schema, &draft.kwargs.get_clone(), errors.of_task());
            create_effect(move || draft.kwargs.set(input.written()));
            input.view()
        })
    };
    let told = move || wrong.get_clone().map(|told| html! { p(class="field-error", id="schedule-kwargs-error") { (told) } });
    html! {
        fieldset(class="group", id="schedule-kwargs", tabindex="-1", "aria-describedby"=move || wrong.with(Option::is_some).then_some("schedule-kwargs-error")) {
            legend { (m::kwargs()) }
            div(class="stack") { (body) (told) }
        }
    }
}

fn priority(value: Signal<String>) -> View {
    let now = value.get_clone_untracked();
    let levels = std::iter::once(String::new()).chain((0..=9).rev().map(|level| level.to_string()));
    let options: Vec<View> = levels
        .map(|level| {
            let (shown, is_now) = (if level.is_empty() { "–".to_owned() } else { level.clone() }, level == now);
            html! { option(value=level, selected=is_now) { (shown) } }
        })
        .collect();
    Field::new("schedule-priority", words::priority()).hint(m::queue_hint()).control(|of| {
        html! { select(id="schedule-priority", "aria-describedby"=of.described_by(), on:change=move |event| value.set(dom::value_of(&event))) { (options) } }
    })
}

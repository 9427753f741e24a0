//! The columns of the table.

use crate::prelude::*;

use super::{Selection, rows::Row};
use crate::{
    browser::dom,
    i18n::number,
    messages::{states, tasks as m, words},
    router::route::Route,
    ui::{
        badge::{Tone, badge, task_state},
        progress,
        table::Column,
        time::{ago, dash, took},
    },
};

/// The columns.
pub fn columns(selection: Selection) -> Vec<Column<Row>> {
    vec![
        Column::new(m::selection(), move |row: &Row| choice(row, selection)).class("narrow untitled").still(),
        Column::new(words::task(), name).class("wide").still(),
        Column::new(words::state(), state).class("narrow"),
        Column::new(words::queue(), queue).class("narrow").still(),
        Column::number(words::attempt(), |row: &Row| m::attempts_of(row.task.attempts_used, row.task.max_attempts).into())
            .class("number narrow minor"),
        Column::number(m::waiting(), waited).class("number narrow minor"),
        Column::number(m::ran(), ran).class("number narrow"),
        Column::new(m::age(), |row: &Row| ago(row.task.created_at)).class("narrow").still(),
    ]
}

fn choice(row: &Row, selection: Selection) -> View {
    let id = row.task.id;
    let label = m::select(&format!("{} {}", row.task.task, short(row)));
    let change = move |event: web_sys::Event| {
        let checked = dom::is_checked(&event);
        selection.update(|chosen| if checked { chosen.insert(id) } else { chosen.remove(&id) });
    };
    html! {
        input(
            r#type="checkbox", "aria-label"=label,
            prop:checked=move || wasm_bindgen::JsValue::from(selection.with(|chosen| chosen.contains(&id))), on:change=change
        )
    }
}

/// The end of an id: the part that differs.
fn short(row: &Row) -> String {
    let id = row.task.id.simple().to_string();
    id[id.len() - 8..].to_owned()
}

fn name(row: &Row) -> View {
    let (name, address, id) = (row.task.task.clone(), Route::Task(row.task.id).to_string(), short(row));
    html! { a(class="task-link", href=address) { (name) } " " span(class="muted mono small") { (id) } }
}

fn state(row: &Row) -> View {
    let task = &row.task;
    let stopping = task.cancel_requested.then(|| badge(Tone::Off, states::stopping()));
    let moving = task.progress.as_ref().filter(|_| task.state == ruche_api::TaskState::Running);
    let moving = moving.map(|told| progress::of_attempt(words::progress(), told));
    let failure = task.failure.as_ref().filter(|_| tells_failure(task.state)).map(|failure| {
        let text = format!("{}: {}", failure.kind, failure.message);
        html! { span(class="failure-line", title=text.clone()) { (text) } }
    });
    html! { div(class="state-cell") { (task_state(task.state)) (stopping) (moving) (failure) } }
}

fn queue(row: &Row) -> View {
    let (queue, address) = (row.task.queue.clone(), Route::Queue(row.task.queue.clone()).to_string());
    let urgent = (row.task.priority > 0)
        .then(|| html! { span(class="muted small") { " " (words::priority()) " " (number::whole(row.task.priority.into())) } });
    html! { a(class="plain-link", href=address) { (queue) } (urgent) }
}

fn waited(row: &Row) -> View {
    let task = &row.task;
    match (task.queued_at, task.started_at) {
        (Some(queued), Some(started)) if started >= queued => took(queued, Some(started)),
        (Some(queued), _) if task.state == ruche_api::TaskState::Queued => took(queued, None),
        _ => dash(),
    }
}

fn ran(row: &Row) -> View {
    let task = &row.task;
    match (task.started_at, task.finished_at) {
        (Some(started), Some(finished)) if finished >= started => took(started, Some(finished)),
        (Some(started), None) if task.state == ruche_api::TaskState::Running => took(started, None),
        _ => dash(),
    }
}

/// Whether the last failure says something of how the task stands.
const fn tells_failure(state: ruche_api::TaskState) -> bool {
    matches!(state, ruche_api::TaskState::Failed | ruche_api::TaskState::Retrying)
}

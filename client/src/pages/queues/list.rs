//! All queues at a glance.

use crate::prelude::*;
use ruche_api::{Queue, TaskState};

use super::{pausing, why};
use crate::{
    api::{self, use_query},
    browser::dom,
    i18n::number,
    messages::{queues as m, words},
    pages::{
        follow::{Row, part, poll, rows},
        links,
    },
    router::{route::Route, router},
    ui::{
        badge::{Tone, badge},
        layout::heading,
        notice::empty,
        remote::remote,
        table::{Column, table},
        time,
    },
};

/// The page.
pub fn list() -> View {
    let query = use_query(|| Some(api::queues::list())).follow(|pulse| pulse.concerns_tasks() || pulse.registry);
    let query = poll(query, 10_000);
    let wanted = router().param("q");
    let shown = create_selector(move || {
        let text = wanted.text().to_lowercase();
        let all = query.value().map(|list| list.data.clone()).unwrap_or_default();
        all.into_iter().filter(|queue| queue.name.to_lowercase().contains(&text)).collect::<Vec<_>>()
    });
    let nothing = move || {
        part(
            query,
            move |list| (list.data.is_empty(), wanted.text()),
            move |(none, text)| {
                let misses = shown.with_untracked(Vec::is_empty) && !text.is_empty();
                match (none, misses) {
                    (true, _) => empty(m::none(), View::default()),
                    (false, true) => empty(m::none_match(), View::default()),
                    (false, false) => View::default(),
                }
            },
        )
    };
    let filled = create_selector(move || shown.with(|shown| !shown.is_empty()));
    let body = move || if filled.get() { untrack(|| rows_of(shown, pausing::change(query))) } else { View::default() };
    html! {
        (heading(m::title(), Some(m::lead()), View::default()))
        div(class="toolbar") {
            input(
                r#type="search", class="toolbar-search", "aria-label"=m::filter(), placeholder=m::filter(), value=wanted.text(),
                on:input=move |event| wanted.replace(Some(&dom::value_of(&event)))
            )
        }
        (remote(query, |_| View::default()))
        (nothing())
        (body)
    }
}

/// The table. `changed` takes a queue as it is after a change.
pub(super) fn rows_of(all: ReadSignal<Vec<Queue>>, changed: impl Fn(Queue) + Copy + 'static) -> View {
    let columns = vec![
        Column::new(words::name(), name).class("wide"),
        Column::number(m::waiting(), |row| count(row, TaskState::Queued, |queue| queue.tasks.queued)),
        Column::number(m::running(), |row: &Row<Queue>| {
            row.shows(
                |queue| (queue.tasks.running, queue.limits.and_then(|limits| limits.max_running), queue.name.clone()),
                running,
            )
        }),
        Column::number(m::retrying(), |row| count(row, TaskState::Retrying, |queue| queue.tasks.retrying)),
        Column::number(m::later(), |row| count(row, TaskState::Scheduled, |queue| queue.tasks.scheduled + queue.tasks.blocked))
            .class("number minor"),
        Column::new(m::oldest(), |row: &Row<Queue>| row.shows(|queue| queue.oldest_queued_at, time::ago_or_dash)).class("nowrap"),
        Column::number(m::workers(), |row: &Row<Queue>| row.shows(|queue| queue.workers, workers)),
        Column::new(m::why(), |row: &Row<Queue>| row.shows(why::at_a_glance, |why| why.map_or_else(time::dash, why::word))),
        Column::new(words::actions(), move |row: &Row<Queue>| {
            row.shows(
                |queue| (queue.name.clone(), queue.paused_at.is_some()),
                move |(name, paused)| pausing::small_button(name, paused, changed),
            )
        })
        .class("narrow"),
    ];
    table(m::title(), columns, rows(all, |queue| queue.name.clone()), |row| row.name.clone())
}

fn name(row: &Row<Queue>) -> View {
    let (name, address) = (row.name.clone(), Route::Queue(row.name.clone()).to_string());
    let paused = row.shows(
        |queue| queue.paused_at.is_some(),
        |paused| {
            if paused { badge(Tone::Off, words::paused()) } else { View::default() }
        },
    );
    html! { span(class="row") { a(class="strong", href=address) { (name) } (paused) } }
}

fn count(row: &Row<Queue>, state: TaskState, of: fn(&Queue) -> u64) -> View {
    let address = links::tasks_of_queue(&row.name, Some(state));
    row.shows(of, move |count| links::number_link(count, address.clone()))
}

fn running((running, most, name): (u64, Option<u32>, String)) -> View {
    let address = links::tasks_of_queue(&name, Some(TaskState::Running));
    let Some(most) = most else { return links::number_link(running, address) };
    let told = m::of_limit(&number::whole(running), &number::whole(u64::from(most)));
    html! {
        span(class="gauge") {
            a(href=address) { (told.clone()) }
            meter("aria-label"=m::used(&name), value=running.to_string(), max=most.max(1).to_string()) { (told) }
        }
    }
}

fn workers(count: u32) -> View {
    if count == 0 {
        return badge(Tone::Again, m::no_workers());
    }
    number::whole(u64::from(count)).into()
}

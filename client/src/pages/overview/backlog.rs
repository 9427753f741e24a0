//! What waits, what fails, what comes.

use crate::prelude::*;
use ruche_api::{DeadLetter, DeadLetterPage, Queue, QueueList, Schedule, SchedulePage};

use crate::{
    api::{self, Query, use_query},
    browser::clock::{Moment, millis_between},
    i18n::{duration, number},
    messages::{overview as m, states, words},
    router::route::{Route, tasks_where},
    ui::{
        badge::{Tone, badge},
        button::{Kind, link_button},
        confirm::counted,
        layout::card,
        notice::empty,
        remote::remote,
        table::{Column, fixed_table},
        time::{ago, dash},
    },
};

/// Rows of a short list.
const FEW: usize = 5;

/// The queues.
pub fn queues(queues: Query<QueueList>, now: fn() -> Moment) -> View {
    let more = link_button(Kind::Quiet, None, m::see_all(), "/queues");
    card(m::queues(), more, remote(queues, move |list| queue_table(&list, now())))
}

fn queue_table(list: &QueueList, now: Moment) -> View {
    let count = |title, state: &'static str, of: fn(&Queue) -> u64| {
        Column::number(title, move |queue: &Queue| {
            let (count, address) = (number::whole(of(queue)), tasks_where(&[("state", state), ("queue", &queue.name)]));
            html! { a(class="plain-link", href=address) { (count) } }
        })
    };
    let columns = vec![
        Column::new(words::queue(), |queue: &Queue| {
            let (name, address) = (queue.name.clone(), Route::Queue(queue.name.clone()).to_string());
            let paused = queue.paused_at.map(|_| badge(Tone::Off, words::paused()));
            html! { span(class="row") { a(href=address) { (name) } (paused) } }
        })
        .class("wide"),
        count(states::queued(), "queued", |queue| queue.tasks.queued),
        count(states::running(), "running", |queue| queue.tasks.running),
        count(states::retrying(), "retrying", |queue| queue.tasks.retrying),
        count(states::scheduled(), "scheduled", |queue| queue.tasks.scheduled),
        Column::number(crate::messages::tasks::waiting(), move |queue: &Queue| {
            queue.oldest_queued_at.map_or_else(dash, |since| duration::of_millis(millis_between(since, now)).into())
        }),
        Column::number(m::workers(), |queue: &Queue| number::whole(queue.workers.into()).into()),
    ];
    fixed_table(m::queues_table(), columns, list.data.clone())
}

/// What fails, by kind.
pub fn failures() -> View {
    let letters = use_query(|| Some(api::dead_letters::list(None))).follow_each(3_000, |pulse| pulse.concerns_tasks());
    let more = link_button(Kind::Quiet, None, m::see_all(), "/dead-letters");
    card(m::failures_by_kind(), more, remote(letters, |page| failure_list(&page)))
}

fn failure_list(page: &DeadLetterPage) -> View {
    let mut letters: Vec<&DeadLetter> = page.data.iter().collect();
    letters.sort_by_key(|letter| std::cmp::Reverse(letter.count));
    let rows: Vec<View> = letters
        .into_iter()
        .take(FEW)
        .map(|letter| {
            let (name, address) = (letter.task.clone(), Route::DeadLetter(letter.fingerprint.clone()).to_string());
            let (message, seen) = (format!("{}: {}", letter.failure.kind, letter.failure.message), letter.last_seen);
            let times = m::times(letter.count, &counted(letter.count, letter.at_least));
            html! {
                li(class="line") {
                    div(class="spread") { a(href=address) { (name) } span(class="muted number") { (times) } }
                    span(class="failure-line", title=message.clone()) { (message) }
                    span(class="muted small") { (ago(seen)) }
                }
            }
        })
        .collect();
    if rows.is_empty() {
        empty(m::nothing_fails(), View::default())
    } else {
        html! { ul(class="rows") { (rows) } }
    }
}

/// The schedules that tick next.
pub fn next_ticks() -> View {
    let schedules = use_query(|| Some(api::schedules::list(None))).follow_each(5_000, |pulse| pulse.concerns_tasks());
    let more = link_button(Kind::Quiet, None, m::see_all(), "/schedules");
    card(m::next_ticks(), more, remote(schedules, |page| tick_list(&page)))
}

fn tick_list(page: &SchedulePage) -> View {
    let mut due: Vec<(&Schedule, Moment)> = page.data.iter().filter_map(|schedule| Some((schedule, schedule.due_at?))).collect();
    due.sort_by_key(|(_, at)| *at);
    let rows: Vec<View> = due
        .into_iter()
        .take(FEW)
        .map(|(schedule, at)| {
            let (name, address) = (schedule.name.clone(), Route::Schedule(schedule.name.clone()).to_string());
            html! { li(class="line") { div(class="spread") { a(href=address) { (name) } span(class="muted") { (ago(at)) } } } }
        })
        .collect();
    if rows.is_empty() {
        empty(m::no_schedules(), View::default())
    } else {
        html! { ul(class="rows") { (rows) } }
    }
}

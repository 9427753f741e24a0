//! Numbers at a glance, each a link to its rows.

use std::borrow::Cow;

use crate::prelude::*;
use ruche_api::{QueueList, Stats, StatsHistory, TaskState};

use crate::{
    api::Query,
    browser::clock::{millis_between, now},
    i18n::{duration, number},
    messages::{overview as m, states},
    router::route::tasks_where,
    ui::{badge::Tone, confirm::counted},
};

struct Tile {
    tone: Tone,
    label: Cow<'static, str>,
    value: String,
    told: Option<String>,
    address: String,
}

/// Draws them.
pub fn tiles(stats: Query<Stats>, history: Query<StatsHistory>, queues: Query<QueueList>) -> View {
    let shown = move || {
        let (stats, history, queues) = (stats.value()?, history.value(), queues.value());
        let tiles = untrack(|| all(&stats, history.as_deref(), queues.as_deref()));
        let tiles: Vec<View> = tiles
            .into_iter()
            .map(|Tile { tone, label, value, told, address }| {
                let (class, told) = (format!("tile {}", tone.word()), told.map(|told| html! { span(class="tile-told") { (told) } }));
                html! { a(class=class, href=address) { span(class="tile-label") { (label) } span(class="tile-value") { (value) } (told) } }
            })
            .collect();
        Some(html! { div(class="tiles") { (tiles) } })
    };
    html! { (shown) }
}

fn all(stats: &Stats, history: Option<&StatsHistory>, queues: Option<&QueueList>) -> Vec<Tile> {
    let count = |state| {
        let found = stats.tasks.iter().find(|counted| counted.state == state);
        found.map(|found| counted(found.count, found.at_least)).unwrap_or_default()
    };
    let oldest = queues.and_then(|queues| queues.data.iter().filter_map(|queue| queue.oldest_queued_at).min());
    let oldest = oldest.map(|since| m::oldest(&duration::of_millis(millis_between(since, now()))).into_owned());
    let slots = m::slots(&number::whole(stats.workers.busy), &number::whole(stats.workers.slots)).into_owned();
    let ended = history.map(|history| sum(history, 10, &["succeeded", "failed", "cancelled", "expired"]));
    let hour = history.map(|history| (sum(history, usize::MAX, &["failed"]), sum(history, usize::MAX, &["succeeded", "failed"])));
    let tile = |tone, label, value, told, terms: &[(&str, &str)]| Tile { tone, label, value, told, address: tasks_where(terms) };
    vec![
        tile(Tone::Due, m::waiting(), count(TaskState::Queued), oldest, &[("state", "queued")]),
        tile(Tone::Active, m::running(), count(TaskState::Running), Some(slots), &[("state", "running")]),
        tile(
            Tone::Good,
            m::ended_rate(),
            ended.map(number::whole).unwrap_or_default(),
            ended.map(|ended| m::per_second(&number::decimal(ended as f64 / 300.0, "1")).into_owned()),
            &[("created", "<1h")],
        ),
        tile(Tone::Again, states::retrying(), count(TaskState::Retrying), None, &[("state", "retrying")]),
        Tile {
            address: "/dead-letters".to_owned(),
            ..tile(
                Tone::Bad,
                m::dead(),
                count(TaskState::Failed),
                hour.filter(|(_, all)| *all > 0)
                    .map(|(failed, all)| m::failed_share(&number::percent(failed as f64 / all as f64)).into_owned()),
                &[],
            )
        },
        tile(Tone::Waiting, m::later(), count(TaskState::Scheduled), None, &[("state", "scheduled")]),
    ]
}

/// Tasks that entered one of the states in the last so many steps.
fn sum(history: &StatsHistory, steps: usize, states: &[&str]) -> u64 {
    let counted = history.data.iter().rev().take(steps);
    counted.flat_map(|step| states.iter().filter_map(|state| step.entered.get(*state))).sum()
}

//! A schedule.

use crate::prelude::*;
use ruche_api::Schedule;

use super::{actions, coming, history, list, policies};
use crate::{
    api::{self, Query, use_query},
    messages::{schedules as m, words},
    pages::follow::{part, poll},
    router::router,
    ui::{
        badge::{Tone, badge},
        json::json,
        layout::{card, facts, heading},
        remote::remote,
        time,
    },
};

/// Ticks to come that are shown.
const COMING: u32 = 10;

/// Ticks of the history on a page.
const HISTORY: u32 = 25;

/// The page.
pub fn one(name: String) -> View {
    let asked = name.clone();
    let query = poll(use_query(move || Some(api::schedules::get(&asked))), 10_000);
    let (asked, cursor) = (name.clone(), router().param("cursor"));
    let past = poll(use_query(move || Some(api::schedules::ticks(&asked, HISTORY, cursor.get().as_deref()))), 10_000);
    let there = part(query, |_| (), {
        let name = name.clone();
        move |()| html! { (cards(&name, query)) (history::card_of(past)) }
    });
    html! {
        (heading(name.clone(), None, actions::of_page(&name, query, move || past.again())))
        (remote(query, |_| View::default()))
        (there)
    }
}

fn cards(name: &str, query: Query<Schedule>) -> View {
    let name = name.to_owned();
    // What ticks change is not drawn with what only people change.
    let steady = |one: &Schedule| (one.revision, one.paused);
    let about = part(query, steady, move |_| query.value_untracked().map(|one| about(&one)).unwrap_or_default());
    let coming = part(
        query,
        |one| (one.revision, one.paused, one.next_tick_at),
        move |(_, paused, _)| {
            let asked = name.clone();
            let preview = use_query(move || Some(api::schedules::preview(&asked, COMING)));
            let paused = paused.then(|| html! { p(class="muted") { (m::coming_paused()) } });
            card(m::coming(), View::default(), html! { (paused) (remote(preview, |preview| coming::ticks(&preview))) })
        },
    );
    html! { (about) (coming) }
}

fn about(schedule: &Schedule) -> View {
    let paused = schedule.paused.then(
        || html! { div(class="banner warn", role="status") { (badge(Tone::Off, words::paused())) span { (m::paused_told()) } } },
    );
    let rule = facts(vec![
        (m::rule(), Some(list::rule_told(&schedule.rule))),
        (m::description(), (!schedule.description.is_empty()).then(|| schedule.description.clone().into())),
        (words::created(), Some(time::ago(schedule.created_at))),
    ]);
    html! {
        (paused)
        div(class="grid") {
            (card(m::rule(), View::default(), rule))
            (policies::card_of(schedule))
        }
        (card(m::enqueues(), View::default(), json(m::enqueues(), schedule.task.0.as_str())))
    }
}

//! A queue.

use crate::prelude::*;
use ruche_api::{Queue, Role, TaskState};

use super::{bulk, facts, lanes, limits, pace, pausing, why};
use crate::{
    api::{self, Query, use_query},
    i18n::number,
    messages::{queues as m, words},
    pages::{
        follow::{part, poll},
        links,
    },
    session::{here, may_operate},
    ui::{
        badge::{Tone, badge},
        button::{Kind, button, link_button},
        dialog::dialogs,
        icon::Icon,
        layout::{card, heading},
        remote::remote,
        time,
        toast::toasts_here,
    },
};

/// The page.
pub fn one(name: String) -> View {
    let query = use_query({
        let name = name.clone();
        move || Some(api::queues::get(&name))
    })
    .follow({
        let name = name.clone();
        move |pulse| pulse.concerns_queue(&name)
    });
    let query = poll(query, 5_000);
    let there = part(query, |_| (), {
        let name = name.clone();
        move |()| cards(&name, query)
    });
    html! {
        (heading(name.clone(), None, actions(&name, query)))
        (remote(query, |_| View::default()))
        (there)
    }
}

fn actions(name: &str, query: Query<Queue>) -> View {
    let all = link_button(Kind::Plain, Some(Icon::Tasks), m::all_tasks(), links::tasks_of_queue(name, None));
    let pause = part(
        query,
        |queue| (queue.name.clone(), queue.paused_at.is_some()),
        move |(name, paused)| {
            pausing::page_button(name, paused, move |queue| {
                query.put(queue);
                query.again();
            })
        },
    );
    html! { (all) (pause) }
}

fn cards(name: &str, query: Query<Queue>) -> View {
    let paused = part(
        query,
        |queue| queue.paused_at,
        |paused| match paused {
            Some(at) => {
                html! { div(class="banner warn", role="status") { (badge(Tone::Off, words::paused())) span { (m::paused_since()) " " (time::ago(at)) } } }
            }
            None => View::default(),
        },
    );
    let waits = part(query, |queue| queue.waiting.as_ref().map(|waiting| waiting.held.clone()).unwrap_or_default(), {
        let name = name.to_owned();
        move |held| why::told(&name, held)
    });
    let keys = part(
        query,
        |queue| {
            let most = queue.limits.and_then(|limits| limits.per_key).and_then(|keys| keys.max_running);
            most.map(|most| (most, queue.waiting.as_ref().map(|waiting| waiting.keys.clone()).unwrap_or_default()))
        },
        |lanes| lanes.map_or_else(View::default, |(most, keys)| lanes::card_of(most, keys)),
    );
    html! {
        (paused)
        (tiles(name, query))
        div(class="grid") {
            (card(m::why_title(), View::default(), waits))
            (limits_card(query))
        }
        (keys)
        (pace::charts(name))
        div(class="grid") {
            (pace::priorities(name))
            (if may_operate() { bulk::card_of(name) } else { View::default() })
        }
        (facts::card_of(name, query))
    }
}

fn tiles(name: &str, query: Query<Queue>) -> View {
    let tile = |label, state: TaskState, of: fn(&Queue) -> u64| {
        let address = links::tasks_of_queue(name, Some(state));
        let count = part(query, of, move |count| links::number_link(count, address.clone()));
        html! { div(class="tile") { dt { (label) } dd { (count) } } }
    };
    let running = {
        let name = name.to_owned();
        part(
            query,
            |queue| (queue.tasks.running, queue.limits.and_then(|limits| limits.max_running)),
            move |(running, most)| {
                let count = links::number_link(running, links::tasks_of_queue(&name, Some(TaskState::Running)));
                let gauge = most.map(|most| {
                let told = m::of_limit(&number::whole(running), &number::whole(u64::from(most)));
                html! { meter("aria-label"=m::used(&name), value=running.to_string(), max=most.max(1).to_string()) { (told.clone()) } span(class="muted small") { (told) } }
            });
                html! { (count) (gauge) }
            },
        )
    };
    let oldest = part(query, |queue| queue.oldest_queued_at, time::ago_or_dash);
    html! {
        dl(class="tiles") {
            (tile(m::waiting(), TaskState::Queued, |queue| queue.tasks.queued))
            div(class="tile") { dt { (m::running()) } dd { (running) } }
            (tile(m::retrying(), TaskState::Retrying, |queue| queue.tasks.retrying))
            (tile(crate::messages::states::scheduled(), TaskState::Scheduled, |queue| queue.tasks.scheduled))
            (tile(crate::messages::states::blocked(), TaskState::Blocked, |queue| queue.tasks.blocked))
            div(class="tile") { dt { (m::oldest()) } dd(class="tile-time") { (oldest) } }
        }
    }
}

fn limits_card(query: Query<Queue>) -> View {
    let (dialogs, toasts) = (dialogs(), toasts_here());
    let edit = move || {
        let Some(queue) = query.value_untracked() else { return };
        limits::edit(dialogs, queue.name.clone(), queue.limits.unwrap_or_default(), move |queue| {
            toasts.tell(m::limits_saved());
            query.put(queue);
            query.again();
        });
    };
    let actions =
        if here().may(Role::Operator) { button(Kind::Quiet, Some(Icon::Edit), m::limits_edit(), edit) } else { View::default() };
    card(m::limits(), actions, part(query, |queue| queue.limits, |limits| limits::told(limits.unwrap_or_default())))
}

//! What else is known of a queue: who serves it, what the broker says.

use crate::prelude::*;
use ruche_api::Queue;

use crate::{
    api::{self, Query, use_query},
    i18n::number,
    messages::{queues as m, words},
    pages::follow::part,
    router::route::Route,
    ui::{
        badge,
        layout::{card, facts},
        time,
    },
};

/// The card.
pub fn card_of(name: &str, query: Query<Queue>) -> View {
    let workers = use_query(|| Some(api::workers::list())).follow(|pulse| pulse.registry);
    let wanted = name.to_owned();
    let serving = part(
        workers,
        move |list| {
            let serve = list.data.iter().filter(|worker| worker.queues.contains(&wanted));
            serve.map(|worker| (worker.name.clone(), worker.status)).collect::<Vec<_>>()
        },
        |serving| {
            if serving.is_empty() {
                return badge::badge(badge::Tone::Bad, m::no_workers());
            }
            let items: Vec<View> = serving
                .into_iter()
                .map(|(name, status)| {
                    let address = Route::Worker(name.clone()).to_string();
                    html! { li(class="row") { a(href=address) { (name) } (badge::worker_status(status)) } }
                })
                .collect();
            html! { ul(class="stack-tight") { (items) } }
        },
    );
    let rest = part(
        query,
        |queue| (queue.broker, queue.admitted, queue.oldest_started_at),
        |(broker, admitted, started)| {
            facts(vec![
                (m::oldest_run(), started.map(|at| time::took(at, None))),
                (m::admitted(), admitted.map(|count| number::whole(u64::from(count)).into())),
                (
                    m::broker(),
                    broker.map(|broker| m::broker_told(&number::whole(broker.ready), broker.consumers).into_owned().into()),
                ),
            ])
        },
    );
    card(
        words::details(),
        View::default(),
        html! { div(class="fact") { p(class="fact-word") { (m::served_by()) } (serving) } (rest) },
    )
}

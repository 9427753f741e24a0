//! The overview: whether all is well, and if not, what; what happens now, and what comes.

mod backlog;
mod health;
mod history;
mod now;
mod tiles;

use crate::prelude::*;

use crate::{
    api::{self, use_query},
    browser::{clock, timer::Timer},
    messages::{navigation, overview as m},
    pages::tasks::first_command,
    ui::{
        button::{Kind, link_button},
        icon::Icon,
        layout::{card, heading},
    },
};

/// How often what no event tells of is looked at, in milliseconds.
const LOOK_MS: i32 = 15_000;

/// The page.
pub fn overview() -> View {
    let stats = use_query(|| Some(api::stats::now())).follow(|pulse| pulse.concerns_tasks() || pulse.registry);
    let history = use_query(|| Some(api::stats::history())).follow_each(5_000, |pulse| pulse.concerns_tasks());
    let queues = use_query(|| Some(api::queues::list())).follow_each(2_000, |pulse| pulse.concerns_tasks() || pulse.registry);
    let workers = use_query(|| Some(api::workers::list())).follow_each(2_000, |pulse| pulse.registry);
    let timer = Timer::every(LOOK_MS, move || {
        if !crate::browser::dom::is_hidden() {
            stats.again();
            history.again();
            queues.again();
            workers.again();
        }
    });
    on_cleanup(move || drop(timer));
    let actions = link_button(Kind::Primary, Some(Icon::Plus), navigation::enqueue(), "/enqueue");
    let is_new = create_selector(move || stats.value().is_some_and(|stats| stats.tasks.iter().all(|state| state.count == 0)));
    let welcome = move || {
        is_new.get().then(|| {
            let more = link_button(Kind::Primary, Some(Icon::Plus), navigation::enqueue(), "/enqueue");
            untrack(|| {
                card(
                    m::first_steps(),
                    View::default(),
                    html! { p(class="muted") { (m::first_steps_lead()) } div(class="row") { (more) (first_command()) } },
                )
            })
        })
    };
    html! {
        (heading(m::title(), None, actions))
        (health::health(stats, queues, workers))
        (welcome)
        (tiles::tiles(stats, history, queues))
        div(class="overview-charts") { (history::throughput(history)) (history::backlog(history)) }
        div(class="overview-halves") { (now::running()) (now::latency()) }
        div(class="overview-halves") { (backlog::failures()) (backlog::next_ticks()) }
        (backlog::queues(queues, clock::now))
    }
}

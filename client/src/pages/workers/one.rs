//! A worker.

use std::rc::Rc;

use crate::prelude::*;
use ruche_api::{Worker, WorkerList, WorkerStatus};

use super::{
    list::{chips, gauge},
    running,
};
use crate::{
    api::{self, Query, use_query},
    messages::workers as m,
    pages::{
        follow::{part, poll},
        links,
    },
    ui::{
        badge,
        button::{Kind, link_button},
        copy::code_with_copy,
        icon::Icon,
        layout::{card, facts, heading},
        notice::empty,
        remote::remote,
        time,
    },
};

/// Finds the worker among all.
type Find = Rc<dyn Fn(&WorkerList) -> Option<Worker>>;

/// The page.
pub fn one(name: String) -> View {
    let query = poll(use_query(|| Some(api::workers::list())).follow(|pulse| pulse.registry), 5_000);
    let find: Find = {
        let name = name.clone();
        Rc::new(move |list| list.data.iter().find(|worker| worker.name == name).cloned())
    };
    let all = link_button(Kind::Plain, Some(Icon::Tasks), m::recent_all(), links::tasks_of_worker(&name, None));
    html! {
        (heading(name.clone(), None, all))
        (remote(query, |_| View::default()))
        (about(&name, query, find))
        (running::running(&name))
        (running::recent(&name))
    }
}

fn about(name: &str, query: Query<WorkerList>, find: Find) -> View {
    let is_there = {
        let find = Rc::clone(&find);
        move |list: &WorkerList| find(list).is_some()
    };
    let name = name.to_owned();
    part(query, is_there, move |there| {
        if !there {
            return empty(m::gone(&name), View::default());
        }
        let find = |pick: fn(Worker) -> Worker| {
            let find = Rc::clone(&find);
            move |list: &WorkerList| find(list).map(pick)
        };
        // The heartbeat moves on every few seconds; nothing else is drawn anew for it.
        let steady = part(query, find(|worker| Worker { seen_at: worker.started_at, busy: 0, ..worker }), |worker| {
            worker.map(|worker| steady(&worker)).unwrap_or_default()
        });
        let moving = part(query, find(|worker| worker), |worker| worker.map(|worker| moving(&worker)).unwrap_or_default());
        html! { (moving) (steady) }
    })
}

fn moving(worker: &Worker) -> View {
    let told = match worker.status {
        WorkerStatus::Online => None,
        WorkerStatus::Draining => Some(m::draining_told()),
        WorkerStatus::Lost => Some(m::lost_told()),
    };
    let told = told.map(|told| html! { div(class="banner warn", role="status") { (told) } });
    html! {
        (told)
        dl(class="tiles") {
            div(class="tile") { dt { (m::status()) } dd(class="tile-time") { (badge::worker_status(worker.status)) } }
            div(class="tile") { dt { (m::slots()) } dd(class="tile-time") { (gauge(&worker.name, worker.busy, worker.slots)) } }
            div(class="tile") { dt { (m::heartbeat()) } dd(class="tile-time") { (time::ago(worker.seen_at)) } }
            div(class="tile") { dt { (m::started()) } dd(class="tile-time") { (time::took(worker.started_at, None)) } }
        }
    }
}

fn steady(worker: &Worker) -> View {
    let tasks: Vec<View> = worker.tasks.iter().cloned().map(|name| html! { li(class="chip") { (name) } }).collect();
    let count = m::task_count(tasks.len() as u64);
    let body = facts(vec![
        (m::version(), Some(code_with_copy(m::version(), worker.version.clone()))),
        (m::queues(), Some(chips(worker.queues.clone()))),
    ]);
    html! {
        (card(crate::messages::words::details(), View::default(), body))
        (card(m::tasks(), html! { span(class="muted") { (count) } }, html! { ul(class="chips") { (tasks) } }))
    }
}

//! One task: its life, why it waits, logs, payload, result, files; cancelling it, running it again.

mod actions;
mod files;
mod life;
mod logs;
mod rerun;

use std::rc::Rc;

use crate::prelude::*;
use ruche_api::{AnyJson, Task, TaskState};
use uuid::Uuid;

use crate::{
    api::{self, Query, Remote, use_query},
    messages::{states, task as m, words},
    router::{Param, route::Route, router},
    ui::{
        badge::{Tone, badge, task_state},
        copy::code_with_copy,
        json::json,
        layout::{card, facts, heading},
        notice::{empty, failure, loading, stale},
        progress,
        tabs::{Tab, tabs},
        time::{ago, full},
    },
};

/// The page.
pub fn task(id: Uuid) -> View {
    let query = use_query(move || Some(api::tasks::get(id))).follow_each(500, move |pulse| pulse.concerns(id));
    #[derive(Clone, Copy, PartialEq)]
    enum Shape {
        Loading,
        Failed,
        Value,
    }
    let shape = create_selector(move || match query.get() {
        Remote::NotAsked | Remote::Loading => Shape::Loading,
        Remote::Failed(_) => Shape::Failed,
        Remote::There(_) | Remote::Stale(..) => Shape::Value,
    });
    html! {
        (move || {
            let shape = shape.get();
            untrack(|| match shape {
                Shape::Loading => html! { (heading(m::title(), None, View::default())) (loading()) },
                Shape::Failed => {
                    let error = query.get().error().map(|error| failure(error, move || query.again()));
                    html! { (heading(m::title(), None, View::default())) (error) }
                }
                Shape::Value => shown(id, query),
            })
        })
    }
}

/// What does not change of a task is drawn once, so that what has the focus keeps it; the rest follows.
fn shown(id: Uuid, query: Query<Task>) -> View {
    let Some(first) = query.value_untracked() else { return View::default() };
    let last = std::cell::RefCell::new(first.clone());
    let task = create_selector(move || {
        if let Some(task) = query.value() {
            last.replace(task);
        }
        Rc::clone(&last.borrow())
    });
    let tab = router().param("tab");
    let warning = move || match query.get() {
        Remote::Stale(_, error) => stale(&error, move || query.again()),
        _ => View::default(),
    };
    html! {
        (heading(first.task.clone(), None, actions::actions(query, task)))
        (summary(id, task))
        (warning)
        (tabs(m::tabs(), tab, vec![
            Tab::new("", m::tab_life()),
            Tab::new("logs", m::tab_logs()),
            Tab::new("payload", m::tab_payload()),
            Tab::new("result", m::tab_result()),
            Tab::new("files", m::tab_files()),
        ]))
        (body(id, task, tab))
    }
}

fn summary(id: Uuid, task: ReadSignal<Rc<Task>>) -> View {
    let state = move || {
        let task = task.get_clone();
        untrack(|| {
            let stopping = task.cancel_requested.then(|| badge(Tone::Off, states::stopping()));
            let moving = task.progress.as_ref().filter(|_| task.state == TaskState::Running);
            let moving = moving.map(|told| progress::of_attempt(words::progress(), told));
            html! { (task_state(task.state)) (stopping) (moving) }
        })
    };
    html! { div(class="task-summary") { div(class="row", role="status") { (state) } (code_with_copy(m::copy_id(), id.to_string())) } }
}

fn body(id: Uuid, task: ReadSignal<Rc<Task>>, tab: Param) -> View {
    let shown = move || {
        let tab = tab.text();
        untrack(|| match tab.as_str() {
            "logs" => logs::logs(id),
            "payload" => html! { (move || { let task = task.get_clone(); untrack(|| payload(&task)) }) },
            "result" => html! { (move || { let task = task.get_clone(); untrack(|| result(&task)) }) },
            "files" => files::files(id),
            _ => html! {
                (move || { let task = task.get_clone(); untrack(|| why(&task)) })
                (life::life(id, task))
                (move || { let task = task.get_clone(); untrack(|| about(&task)) })
            },
        })
    };
    html! { (shown) }
}

/// Why it waits, and why its last attempt failed.
fn why(task: &Task) -> View {
    let waiting = task.waiting.map(|waiting| {
        let (reason, place) = (crate::messages::reasons::of(waiting.reason), waiting.position.map(m::position));
        let next = waiting.next_at.map(|at| html! { span { (m::next_at()) " " (ago(at)) } });
        let place = place.map(|place| html! { span { (place) } });
        card(
            m::waits(),
            View::default(),
            html! { div(class="why") { p(class="notice-title") { (reason) } p(class="muted row") { (place) (next) } } },
        )
    });
    let failed = task.failure.as_ref().map(|failure| {
        let (kind, message, details) = (failure.kind.clone(), failure.message.clone(), failure.details.clone());
        let details = details
            .map(|text| html! { details { summary { (m::failure_details()) } pre(class="block", tabindex="0") { (text) } } });
        let body =
            html! { div(class="failure-box") { p { code { (kind) } } p(class="failure-message") { (message) } (details) } };
        card(m::failure(), View::default(), body)
    });
    html! { (waiting) (failed) }
}

fn about(task: &Task) -> View {
    let text = |text: &str| -> Option<View> { Some(text.to_owned().into()) };
    let link = |label: &str, address: String| -> Option<View> {
        let label = label.to_owned();
        Some(html! { a(href=address) { (label) } })
    };
    let at = |at: Option<crate::browser::clock::Moment>| at.map(full);
    let facts = facts(vec![
        (words::queue(), link(&task.queue, Route::Queue(task.queue.clone()).to_string())),
        (words::worker(), task.worker.as_ref().and_then(|worker| link(worker, Route::Worker(worker.clone()).to_string()))),
        (words::priority(), text(&task.priority.to_string())),
        (m::attempts(), text(&m::max_attempts(task.attempts_used, task.max_attempts))),
        (m::accepted(), at(Some(task.created_at))),
        (m::queued(), at(task.queued_at)),
        (m::started(), at(task.started_at)),
        (m::finished(), at(task.finished_at)),
        (m::due(), at(task.due_at)),
        (m::eta(), at(task.eta)),
        (m::expires(), at(task.expires_at)),
        (m::lease(), at(task.lease_until)),
        (m::timeout(), task.timeout_ms.map(|millis| crate::i18n::duration::of_millis(millis).into())),
        (m::schedule(), task.schedule.as_ref().and_then(|name| link(name, Route::Schedule(name.clone()).to_string()))),
        (m::concurrency_key(), task.concurrency_key.as_deref().and_then(text)),
        (m::trace(), task.trace_id.as_ref().map(|trace| html! { code { (trace.clone()) } })),
    ]);
    card(m::facts(), View::default(), facts)
}

fn payload(task: &Task) -> View {
    let AnyJson(args) = &task.args;
    let positional = (args.as_str().trim() != "[]").then(|| card(m::args(), View::default(), json(m::args(), args.as_str())));
    html! { (card(m::kwargs(), View::default(), json(m::kwargs(), task.kwargs.0.as_str()))) (positional) }
}

fn result(task: &Task) -> View {
    match &task.result {
        Some(AnyJson(result)) => card(m::result(), View::default(), json(m::result(), result.as_str())),
        None => empty(m::no_result(), View::default()),
    }
}

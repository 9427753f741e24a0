//! What a worker runs, and what it ran last.

use crate::prelude::*;
use ruche_api::{TaskPage, TaskState, TaskSummary};

use crate::{
    api::{self, tasks::TaskFilter, use_query},
    messages::{words, workers as m},
    pages::follow::{Row, part, poll, rows},
    router::route::Route,
    ui::{
        badge,
        layout::card,
        notice::empty,
        progress,
        remote::remote,
        table::{Column, table},
        time,
    },
};

/// Most tasks shown of what it ran.
const RECENT: u32 = 20;

fn of_worker(worker: &str, state: Option<TaskState>) -> TaskFilter {
    TaskFilter { worker: Some(worker.to_owned()), state, ..TaskFilter::default() }
}

/// What it runs now.
pub fn running(worker: &str) -> View {
    let filter = of_worker(worker, Some(TaskState::Running));
    let query = use_query(move || Some(api::tasks::newest(&filter))).follow(|pulse| pulse.concerns_tasks());
    let all = create_selector(move || query.value().map(|page| page.data.clone()).unwrap_or_default());
    let body = part(
        query,
        |page: &TaskPage| page.data.is_empty(),
        move |none| {
            if none { empty(m::running_none(), View::default()) } else { progressing(all) }
        },
    );
    card(m::running_now(), View::default(), html! { (remote(query, |_| View::default())) (body) })
}

fn progressing(all: ReadSignal<Vec<TaskSummary>>) -> View {
    let columns = vec![
        Column::new(words::task(), name).class("wide"),
        Column::new(words::queue(), |row: &Row<TaskSummary>| {
            row.shows(
                |task| task.queue.clone(),
                |queue| {
                    let address = Route::Queue(queue.clone()).to_string();
                    html! { a(href=address) { (queue) } }
                },
            )
        }),
        Column::new(words::duration(), |row: &Row<TaskSummary>| {
            row.shows(|task| task.started_at, |at| at.map_or_else(time::dash, |at| time::took(at, None)))
        })
        .class("nowrap"),
        Column::new(words::progress(), |row: &Row<TaskSummary>| {
            row.shows(
                |task| (task.task.clone(), task.progress.clone()),
                |(task, told)| told.map_or_else(time::dash, |told| progress::of_attempt(task, &told)),
            )
        }),
    ];
    table(words::table_of(&m::running_now()), columns, rows(all, |task| task.id.to_string()), |row| row.name.clone())
}

/// What it ran last.
pub fn recent(worker: &str) -> View {
    let filter = of_worker(worker, None);
    let query = poll(use_query(move || Some(api::tasks::list(&filter, RECENT, None))), 10_000);
    let all = create_selector(move || query.value().map(|page| page.data.clone()).unwrap_or_default());
    let body = part(
        query,
        |page: &TaskPage| page.data.is_empty(),
        move |none| {
            if none { empty(m::recent_none(), View::default()) } else { ran(all) }
        },
    );
    card(m::recent(), View::default(), html! { (remote(query, |_| View::default())) (body) })
}

fn ran(all: ReadSignal<Vec<TaskSummary>>) -> View {
    let columns = vec![
        Column::new(words::task(), name).class("wide"),
        Column::new(words::state(), |row: &Row<TaskSummary>| row.shows(|task| task.state, badge::task_state)),
        Column::new(words::time(), |row: &Row<TaskSummary>| row.shows(|task| task.started_at, time::ago_or_dash)).class("nowrap"),
        Column::new(words::duration(), |row: &Row<TaskSummary>| {
            row.shows(
                |task| (task.started_at, task.finished_at),
                |(from, until)| from.map_or_else(time::dash, |from| time::took(from, until)),
            )
        })
        .class("nowrap"),
    ];
    table(words::table_of(&m::recent()), columns, rows(all, |task| task.id.to_string()), |row| row.name.clone())
}

fn name(row: &Row<TaskSummary>) -> View {
    row.shows(
        |task| (task.id, task.task.clone()),
        |(id, task)| {
            let address = Route::Task(id).to_string();
            html! { a(class="strong", href=address) { (task) } }
        },
    )
}

//! The tasks of the page over time: when each waited and ran.

use crate::prelude::*;
use ruche_api::TaskState;

use super::rows::Row;
use crate::{
    browser::clock::{self, Moment, millis_between},
    i18n::{duration, moment},
    messages::{data, tasks as m, words},
    router::route::Route,
    ui::badge::{Tone, task_state},
};

/// Draws them.
pub fn timeline(rows: ReadSignal<Vec<Row>>) -> View {
    html! { (move || {
        let rows = rows.get_clone();
        untrack(|| drawn(&rows, clock::now()))
    }) }
}

fn drawn(rows: &[Row], now: Moment) -> View {
    let begins = |row: &Row| row.task.started_at.or(row.task.queued_at).unwrap_or(row.task.created_at);
    let ends = |row: &Row| row.task.finished_at.unwrap_or(if row.task.state == TaskState::Running { now } else { begins(row) });
    let (Some(first), Some(last)) =
        (rows.iter().map(|row| row.task.queued_at.unwrap_or(begins(row))).min(), rows.iter().map(ends).max())
    else {
        return View::default();
    };
    let whole = millis_between(first, last).max(1) as f64;
    let lines: Vec<View> = rows.iter().map(|row| line(row, first, whole, now)).collect();
    let (from, until) = (moment::full(first), moment::full(last));
    html! {
        div(class="card flush table-frame waterfall", tabindex="0", role="region", "aria-label"=m::view_timeline()) {
            table {
                caption(class="visually-hidden") { (m::view_timeline()) }
                thead {
                    tr {
                        th(scope="col") { (words::task()) }
                        th(class="narrow", scope="col") { (words::state()) }
                        th(class="number narrow", scope="col") { (m::ran()) }
                        th(class="waterfall-bars", scope="col") { div(class="spread small") { span { (from) } span { (until) } } }
                    }
                }
                tbody { (lines) }
            }
        }
    }
}

fn line(row: &Row, first: Moment, whole: f64, now: Moment) -> View {
    let task = &row.task;
    let at = |moment: Moment| millis_between(first, moment) as f64 / whole * 1_000.0;
    let bar = |class: String, from: Moment, until: Moment| {
        let (x, width) = (format!("{:.2}", at(from)), format!("{:.2}", (at(until) - at(from)).max(3.0)));
        html! { rect(class=class, x=x, y="0", width=width, height="14") }
    };
    let wait = task.queued_at.filter(|queued| task.started_at.is_none_or(|started| started >= *queued)).map(|queued| {
        let until = task.started_at.unwrap_or(if task.state == TaskState::Queued { now } else { queued });
        bar("phase due".to_owned(), queued, until)
    });
    let run = task.started_at.map(|started| {
        let until = task.finished_at.unwrap_or(if task.state == TaskState::Running { now } else { started });
        bar(format!("phase {}", Tone::of_task(task.state).word()), started, until.max(started))
    });
    let took =
        task.started_at.map(|started| duration::of_millis(millis_between(started, task.finished_at.unwrap_or(now).max(started))));
    let (name, address) = (task.task.clone(), Route::Task(task.id).to_string());
    html! {
        tr {
            td("data-title"=words::task()) { a(href=address) { (name) } }
            td(class="narrow", "data-title"=words::state()) { (task_state(task.state)) }
            td(class="number narrow", "data-title"=data::phase_run()) { (took.unwrap_or_default()) }
            td(class="waterfall-bars") {
                svg(class="waterfall-bar", viewBox="0 0 1000 14", preserveAspectRatio="none", "aria-hidden"="true") {
                    rect(class="phase-track", x="0", y="6", width="1000", height="2")
                    (wait)
                    (run)
                }
            }
        }
    }
}

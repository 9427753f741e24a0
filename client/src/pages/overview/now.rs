//! What runs now, and how long the last ones took.

use crate::prelude::*;
use ruche_api::{TaskPage, TaskState, TaskSummary};

use crate::{
    api::{self, tasks::TaskFilter, use_query},
    browser::clock::millis_between,
    i18n::duration,
    messages::{overview as m, words},
    router::route::{Route, tasks_where},
    ui::{
        badge::Tone,
        button::{Kind, link_button},
        chart::{Dot, Dots, scatter},
        layout::card,
        notice::empty,
        progress,
        remote::remote,
        time::took,
    },
};

/// Tasks that run.
pub fn running() -> View {
    const MOST: u32 = 8;
    let running = use_query(|| {
        let filter = TaskFilter { state: Some(TaskState::Running), ..TaskFilter::default() };
        Some(api::tasks::list(&filter, MOST, None))
    })
    .follow(|pulse| pulse.concerns_tasks());
    let more = link_button(Kind::Quiet, None, m::see_all(), tasks_where(&[("state", "running")]));
    card(m::running_now(), more, remote(running, |page| list(&page)))
}

fn list(page: &TaskPage) -> View {
    if page.data.is_empty() {
        return empty(m::nothing_runs(), View::default());
    }
    let rows: Vec<View> = page.data.iter().map(row).collect();
    html! { ul(class="rows") { (rows) } }
}

fn row(task: &TaskSummary) -> View {
    let (name, address, worker) = (task.task.clone(), Route::Task(task.id).to_string(), task.worker.clone().unwrap_or_default());
    let bar = task.progress.as_ref().map(|told| progress::of_attempt(words::progress(), told));
    let since = task.started_at.map(|started| took(started, None));
    html! { li(class="line") { div(class="spread") { a(href=address) { (name) } span(class="muted number") { (since) } } span(class="muted small") { (worker) } (bar) } }
}

/// How long tasks took that ended well or badly, each a dot.
pub fn latency() -> View {
    const LAST: u32 = 100;
    let of = |state| {
        use_query(move || {
            let filter = TaskFilter { state: Some(state), ..TaskFilter::default() };
            Some(api::tasks::list(&filter, LAST, None))
        })
        .follow_each(5_000, |pulse| pulse.concerns_tasks())
    };
    let (good, bad) = (of(TaskState::Succeeded), of(TaskState::Failed));
    let drawn = move || {
        let (good, bad) = (good.value(), bad.value());
        let good = good.as_ref().map_or(&[][..], |page| &page.data[..]);
        let bad = bad.as_ref().map_or(&[][..], |page| &page.data[..]);
        untrack(|| scatter(dots(good, bad)))
    };
    html! { (drawn) }
}

fn dots(good: &[TaskSummary], bad: &[TaskSummary]) -> Dots {
    let of = |tone: Tone| {
        move |task: &TaskSummary| {
            let (started, finished) = (task.started_at?, task.finished_at?);
            let value = millis_between(started, finished) as f64;
            Some(Dot { at: finished, value, tone, label: task.task.clone(), address: Route::Task(task.id).to_string() })
        }
    };
    let mut dots: Vec<Dot> = good.iter().filter_map(of(Tone::Good)).chain(bad.iter().filter_map(of(Tone::Bad))).collect();
    dots.sort_by_key(|dot| std::cmp::Reverse(dot.at));
    let mut values: Vec<f64> = dots.iter().map(|dot| dot.value).collect();
    values.sort_by(f64::total_cmp);
    let levels = [(m::p50(), 0.5), (m::p95(), 0.95)]
        .into_iter()
        .filter_map(|(name, share)| Some((name, percentile(&values, share)?)))
        .collect();
    Dots { title: m::latency(), dots, told: |millis| duration::of_millis(millis.max(0.0) as u64), levels }
}

/// Of values in order, the smallest one that so large a share is no larger than.
fn percentile(values: &[f64], share: f64) -> Option<f64> {
    let rank = (share * values.len() as f64).ceil() as usize;
    values.get(rank.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_there() {
        let values = [1.0, 2.0, 3.0, 4.0];
        assert_eq!((percentile(&values, 0.5), percentile(&values, 0.95), percentile(&[], 0.5)), (Some(2.0), Some(4.0), None));
    }
}

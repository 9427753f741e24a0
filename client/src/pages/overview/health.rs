//! Whether all is well; if not, why, each reason with the way to it.

use crate::prelude::*;
use ruche_api::{QueueList, Stats, WorkerList, WorkerStatus};

use crate::{
    api::Query,
    browser::clock::{Moment, millis_between, now},
    i18n::duration,
    messages::overview as m,
    router::route::{Route, tasks_where},
    ui::icon::{Icon, icon},
};

/// A task that may run and has waited for so long is a reason to look.
const LONG_MS: u64 = 60_000;

/// A batch that was not confirmed for so long is, too.
const UNCONFIRMED_MS: u64 = 30_000;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Trouble {
    text: String,
    address: String,
}

/// The banner.
pub fn health(stats: Query<Stats>, queues: Query<QueueList>, workers: Query<WorkerList>) -> View {
    let troubles = create_selector(move || {
        let (stats, queues, workers) = (stats.value()?, queues.value()?, workers.value()?);
        Some(troubles(&stats, &queues, &workers, now()))
    });
    let shown = move || {
        troubles.get_clone().map(|troubles| {
            if troubles.is_empty() {
                return html! { div(class="health good") { (icon(Icon::Check)) p(class="notice-title") { (m::good()) } } };
            }
            let title = m::trouble(troubles.len() as u64);
            let lines: Vec<View> = troubles.into_iter().map(|Trouble { text, address }| html! { li { a(href=address) { (text) } } }).collect();
            html! { div(class="health bad") { (icon(Icon::Alert)) div { p(class="notice-title") { (title) } ul(class="plain") { (lines) } } } }
        })
    };
    html! { section(role="status", "aria-label"=m::health()) { (shown) } }
}

fn troubles(stats: &Stats, queues: &QueueList, workers: &WorkerList, now: Moment) -> Vec<Trouble> {
    let mut found = Vec::new();
    let mut add =
        |text: std::borrow::Cow<'static, str>, address: String| found.push(Trouble { text: text.into_owned(), address });
    let waiting: u64 = queues.data.iter().map(|queue| queue.tasks.queued).sum();
    let lost = workers.data.iter().filter(|worker| worker.status == WorkerStatus::Lost).count() as u64;
    if stats.workers.workers == 0 {
        add(m::no_worker(), Route::Workers.to_string());
    }
    if lost > 0 {
        add(m::lost_workers(lost), Route::Workers.to_string());
    }
    for queue in queues.data.iter().filter(|queue| queue.tasks.queued > 0) {
        let address = || Route::Queue(queue.name.clone()).to_string();
        let age = queue.oldest_queued_at.map_or(0, |since| millis_between(since, now));
        if queue.paused_at.is_some() {
            add(m::queue_paused(&queue.name), address());
        } else if queue.workers == 0 && stats.workers.workers > 0 {
            add(m::queue_unserved(&queue.name), address());
        } else if age > LONG_MS {
            add(
                m::queue_slow(&queue.name, &duration::of_millis(age)),
                tasks_where(&[("state", "queued"), ("queue", &queue.name)]),
            );
        }
    }
    let slots = stats.workers;
    if slots.slots > 0 && slots.busy >= slots.slots && waiting > slots.slots {
        add(m::all_busy(), Route::Workers.to_string());
    }
    if stats.outbox.oldest_at.is_some_and(|since| millis_between(since, now) > UNCONFIRMED_MS) {
        add(m::outbox(stats.outbox.pending), "/readyz".to_owned());
    }
    found
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use serde_json::json;

    use super::*;

    fn told(queue: serde_json::Value, workers: u32, busy: u64) -> Vec<String> {
        let at = crate::i18n::moment::machine(now());
        let stats = json!({"at": at, "tasks": [], "outbox": {"pending": 0, "oldest_at": null}, "workers": {"workers": workers, "slots": 4, "busy": busy}});
        let queues = QueueList { data: vec![serde_json::from_value(queue).unwrap()] };
        let stats = serde_json::from_value(stats).unwrap();
        troubles(&stats, &queues, &WorkerList { data: Vec::new() }, now()).into_iter().map(|trouble| trouble.text).collect()
    }

    fn queue(queued: u64, seconds: i64, workers: u32) -> serde_json::Value {
        let since = crate::i18n::moment::machine(now() - TimeDelta::seconds(seconds));
        let tasks = json!({"blocked": 0, "scheduled": 0, "queued": queued, "running": 0, "retrying": 0});
        json!({"name": "mail", "tasks": tasks, "oldest_queued_at": since, "oldest_started_at": null, "workers": workers, "broker": null})
    }

    #[test]
    fn a_reason_is_told_and_a_quiet_system_has_none() {
        assert!(told(queue(3, 5, 1), 1, 0).is_empty());
        assert_eq!(told(queue(0, 0, 0), 0, 0), [m::no_worker()]);
        assert_eq!(told(queue(1, 5, 0), 1, 0), [m::queue_unserved("mail")]);
        assert_eq!(told(queue(1, 120, 1), 1, 0), [m::queue_slow("mail", "2m")]);
        assert_eq!(told(queue(9, 5, 1), 1, 4), [m::all_busy()]);
    }
}

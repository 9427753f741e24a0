//! All workers at a glance.

use crate::prelude::*;
use ruche_api::{Worker, WorkerList, WorkerStatus};

use crate::{
    api::{self, use_query},
    browser::dom,
    i18n::number,
    messages::{queues, words, workers as m},
    pages::follow::{Row, part, poll, rows},
    router::{route::Route, router},
    ui::{
        badge,
        icon::{Icon, icon},
        layout::heading,
        notice::empty,
        remote::remote,
        table::{Column, table},
        time,
    },
};

/// The page.
pub fn list() -> View {
    // Heartbeats are no events.
    let query = poll(use_query(|| Some(api::workers::list())).follow(|pulse| pulse.registry), 5_000);
    let queues = poll(use_query(|| Some(api::queues::list())).follow(|pulse| pulse.registry), 15_000);
    let wanted = router().param("q");
    let shown = create_selector(move || {
        let text = wanted.text().to_lowercase();
        let all = query.value().map(|list| list.data.clone()).unwrap_or_default();
        all.into_iter().filter(|worker| matches(worker, &text)).collect::<Vec<_>>()
    });
    let none = part(query, |list| list.data.is_empty(), |none| if none { nobody() } else { View::default() });
    let warnings = part(
        queues,
        |list| {
            let alone = list.data.iter().filter(|queue| queue.workers == 0 && queue.tasks.queued > 0);
            alone.map(|queue| queue.name.clone()).collect::<Vec<_>>()
        },
        unserved,
    );
    let filled = create_selector(move || shown.with(|shown| !shown.is_empty()));
    let body = move || {
        let (filled, searched) = (filled.get(), wanted.get().is_some());
        untrack(|| match (filled, searched) {
            (true, _) => rows_of(shown),
            (false, true) => empty(m::none_match(), View::default()),
            (false, false) => View::default(),
        })
    };
    html! {
        (heading(m::title(), Some(m::lead()), View::default()))
        (warnings)
        div(class="toolbar") {
            input(
                r#type="search", class="toolbar-search", "aria-label"=m::filter(), placeholder=m::filter(), value=wanted.text(),
                on:input=move |event| wanted.replace(Some(&dom::value_of(&event)))
            )
            (part(query, totals, |(workers, busy, slots, differ)| summary(workers, busy, slots, differ)))
        }
        (remote(query, |_| View::default()))
        (none)
        (body)
    }
}

fn matches(worker: &Worker, text: &str) -> bool {
    worker.name.to_lowercase().contains(text) || worker.queues.iter().any(|queue| queue.to_lowercase().contains(text))
}

/// Workers that take tasks, places used, places, and whether their versions differ.
fn totals(list: &WorkerList) -> (u64, u64, u64, bool) {
    let online = || list.data.iter().filter(|worker| worker.status == WorkerStatus::Online);
    let alive = || list.data.iter().filter(|worker| worker.status != WorkerStatus::Lost);
    let differ = alive().any(|worker| alive().next().is_some_and(|first| first.version != worker.version));
    let sum = |of: fn(&Worker) -> u32| online().map(|worker| u64::from(of(worker))).sum();
    (online().count() as u64, sum(|worker| worker.busy), sum(|worker| worker.slots), differ)
}

fn summary(workers: u64, busy: u64, slots: u64, differ: bool) -> View {
    let differ = differ.then(|| html! { span(class="row warning") { (icon(Icon::Alert)) (m::versions_differ()) } });
    let told = format!("{} · {}", m::total_workers(workers), m::total_slots(&number::whole(busy), &number::whole(slots)));
    html! { p(class="toolbar-summary") { (told) } (differ) }
}

fn unserved(queues: Vec<String>) -> View {
    let lines: Vec<View> = queues
        .into_iter()
        .map(|queue| {
            let (address, told) = (Route::Queue(queue.clone()).to_string(), m::unserved(&queue));
            html! { div(class="banner warn", role="status") { (icon(Icon::Alert)) a(href=address) { (told) } } }
        })
        .collect();
    html! { (lines) }
}

fn nobody() -> View {
    empty(m::none(), html! { p { (m::none_hint()) } pre(class="command") { "ruche-worker" } })
}

fn rows_of(all: ReadSignal<Vec<Worker>>) -> View {
    let columns = vec![
        Column::new(words::name(), |row: &Row<Worker>| {
            let address = Route::Worker(row.name.clone()).to_string();
            html! { a(class="strong", href=address) { (row.name.clone()) } }
        })
        .class("wide"),
        Column::new(m::status(), |row: &Row<Worker>| row.shows(|worker| worker.status, badge::worker_status)),
        Column::new(m::slots(), |row: &Row<Worker>| {
            row.shows(|worker| (worker.name.clone(), worker.busy, worker.slots), |(name, busy, slots)| gauge(&name, busy, slots))
        }),
        Column::new(m::queues(), |row: &Row<Worker>| row.shows(|worker| worker.queues.clone(), chips)),
        Column::number(m::tasks(), |row: &Row<Worker>| {
            row.shows(|worker| worker.tasks.len(), |count| number::whole(count as u64).into())
        }),
        Column::new(m::version(), |row: &Row<Worker>| {
            row.shows(|worker| worker.version.clone(), |version| html! { code { (version) } })
        }),
        Column::new(m::started(), |row: &Row<Worker>| row.shows(|worker| worker.started_at, |at| time::took(at, None)))
            .class("nowrap"),
        Column::new(m::heartbeat(), |row: &Row<Worker>| row.shows(|worker| worker.seen_at, time::ago)).class("nowrap"),
    ];
    table(m::title(), columns, rows(all, |worker| worker.name.clone()), |row| row.name.clone())
}

/// How many of its places a worker uses.
pub(super) fn gauge(name: &str, busy: u32, slots: u32) -> View {
    let told = m::slots_used(busy, slots);
    html! {
        span(class="gauge") {
            span { (told.clone()) }
            meter("aria-label"=m::slots_of(name), value=busy.to_string(), max=slots.max(1).to_string()) { (told) }
        }
    }
}

/// Queues, each a link.
pub(super) fn chips(names: Vec<String>) -> View {
    let items: Vec<View> = names
        .into_iter()
        .map(|name| {
            let address = Route::Queue(name.clone()).to_string();
            html! { li { a(class="chip", href=address) { (name) } } }
        })
        .collect();
    html! { ul(class="chips", "aria-label"=queues::title()) { (items) } }
}

#[cfg(test)]
mod tests {
    use ruche_api::Role;

    use super::*;
    use crate::{browser::clock::now, testing::rendered};

    fn worker(name: &str, status: WorkerStatus, version: &str) -> Worker {
        Worker {
            name: name.to_owned(),
            status,
            queues: vec!["mail".to_owned(), "a/b".to_owned()],
            tasks: vec!["send".to_owned()],
            slots: 8,
            busy: 3,
            version: version.to_owned(),
            started_at: now() - chrono::TimeDelta::hours(2),
            seen_at: now(),
        }
    }

    #[test]
    fn only_workers_that_take_tasks_count_and_lost_ones_have_no_version() {
        let data = vec![
            worker("a", WorkerStatus::Online, "1.0"),
            worker("b", WorkerStatus::Online, "1.0"),
            worker("c", WorkerStatus::Lost, "0.9"),
        ];
        assert_eq!(totals(&WorkerList { data: data.clone() }), (2, 6, 16, false));
        let data = data.into_iter().chain([worker("d", WorkerStatus::Draining, "1.1")]).collect();
        assert_eq!(totals(&WorkerList { data }), (2, 6, 16, true));
    }

    #[test]
    fn a_row_says_who_serves_what() {
        let html = rendered("/workers", Role::Viewer, || {
            rows_of(*create_signal(vec![worker("ruche@host-1", WorkerStatus::Draining, "1.0")]))
        });
        for part in ["/workers/ruche@host-1", "/queues/a%2Fb", "Draining", "3 of 8", "2h"] {
            assert!(html.contains(part), "{part}: {html}");
        }
    }
}

//! All workflows, the latest first.

use crate::prelude::*;
use ruche_api::{Role, WorkflowSummary};

use crate::{
    api::{self, use_query},
    messages::{words, workflows as m},
    pages::follow::{Row, part, poll, rows},
    router::{route::Route, router},
    session::here,
    ui::{
        badge,
        button::{Kind, link_button},
        icon::Icon,
        layout::heading,
        notice::empty,
        pager::pager,
        remote::remote,
        table::{Column, table},
        time,
    },
};

/// The page.
pub fn list() -> View {
    let cursor = router().param("cursor");
    let query = use_query(move || Some(api::workflows::list(cursor.get().as_deref()))).follow(|pulse| pulse.concerns_tasks());
    let query = poll(query, 15_000);
    let all = create_selector(move || query.value().map(|page| page.data.clone()).unwrap_or_default());
    let body = part(
        query,
        |page| page.data.is_empty(),
        move |none| {
            if none { empty(m::none(), new()) } else { rows_of(all) }
        },
    );
    html! {
        (heading(m::title(), Some(m::lead()), new()))
        (remote(query, |_| View::default()))
        (body)
        (part(query, |page| page.next_cursor.clone(), pager))
    }
}

fn new() -> View {
    if here().may(Role::Operator) {
        link_button(Kind::Primary, Some(Icon::Plus), m::new(), Route::NewWorkflow.to_string())
    } else {
        View::default()
    }
}

/// What people call it, or its id.
pub(super) fn called(name: Option<&str>, id: uuid::Uuid) -> String {
    name.map_or_else(|| format!("{} · {}", m::unnamed(), &id.to_string()[24..]), str::to_owned)
}

fn rows_of(all: ReadSignal<Vec<WorkflowSummary>>) -> View {
    let columns = vec![
        Column::new(words::name(), |row: &Row<WorkflowSummary>| {
            row.shows(
                |one| (one.id, one.name.clone()),
                |(id, name)| {
                    let (address, name) = (Route::Workflow(id).to_string(), called(name.as_deref(), id));
                    html! { a(class="strong", href=address) { (name) } }
                },
            )
        })
        .class("wide"),
        Column::new(words::state(), |row: &Row<WorkflowSummary>| row.shows(|one| one.state, badge::workflow_state)),
        Column::new(m::ended(), |row: &Row<WorkflowSummary>| {
            row.shows(|one| (one.node_count, one.open), |(all, open)| ended(all, open))
        }),
        Column::new(words::created(), |row: &Row<WorkflowSummary>| row.shows(|one| one.created_at, time::ago)).class("nowrap"),
        Column::new(m::took(), |row: &Row<WorkflowSummary>| {
            row.shows(|one| (one.created_at, one.finished_at), |(from, until)| time::took(from, until))
        })
        .class("nowrap"),
    ];
    table(m::title(), columns, rows(all, |one| one.id.to_string()), |row| row.name.clone())
}

/// How many of its tasks have ended.
pub(super) fn ended(all: u32, open: u32) -> View {
    let ended = all.saturating_sub(open);
    let told = m::ended_of(ended, all);
    html! {
        span(class="gauge") {
            progress("aria-label"=told.clone(), value=ended.to_string(), max=all.max(1).to_string()) { (told.clone()) }
            span { (told) }
        }
    }
}

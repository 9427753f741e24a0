//! The list of tasks: filtered by a line of qualifiers that is in the address, changed one by one or all at once, as a table or over time.

mod bulk;
mod columns;
mod counts;
pub(super) mod filter;
pub(super) mod rows;
mod timeline;
mod toolbar;
mod views;

use std::{collections::HashSet, rc::Rc};

use crate::prelude::*;
use ruche_api::TaskState;
use uuid::Uuid;

use self::{filter::Wanted, rows::Rows};
use crate::{
    api::{self, Query, Remote, use_query},
    messages::{navigation, tasks as m, words},
    router::{navigate, replace, route::Route, router},
    ui::{
        button::{Kind, button, link_button},
        filter::{Bar, filter_bar},
        icon::Icon,
        layout::heading,
        notice::{empty, failure, loading, stale},
        pager::pager,
        table::live_table,
    },
};

/// What is selected.
pub type Selection = Signal<HashSet<Uuid>>;

/// The page.
pub fn tasks() -> View {
    filter::from_parameters();
    let (query, cursor, view) = (router().param("q"), router().param("cursor"), router().param("view"));
    let read = create_memo(move || filter::read(&query.text(), crate::browser::clock::now()));
    let wanted = create_selector(move || read.with(|read| read.as_ref().ok().cloned()));
    let problem = create_selector(move || read.with(|read| read.as_ref().err().cloned()));
    create_effect(move || {
        if let Some(id) = wanted.with(|wanted| wanted.as_ref().and_then(|wanted| wanted.id)) {
            replace(&Route::Task(id).to_string());
        }
    });
    let page = use_query(move || {
        let wanted = wanted.get_clone()?;
        Some(api::tasks::list(&wanted.filter(), api::PAGE, cursor.get().as_deref()))
    })
    .follow(|pulse| pulse.concerns_tasks());
    let rows = Rows::of(page);
    let selection: Selection = create_selector_reset(wanted);
    let actions = html! { (views::saved()) (link_button(Kind::Primary, Some(Icon::Plus), navigation::enqueue(), "/enqueue")) };
    let bar = filter_bar(Bar {
        label: m::filter(),
        placeholder: m::filter_placeholder(),
        qualifiers: filter::qualifiers(),
        text: create_selector(move || query.text()),
        problem,
        done: Rc::new(move |text| {
            navigate(
                &crate::router::place::Place::parse("/tasks")
                    .with("q", Some(text))
                    .with("view", view.get().as_deref())
                    .to_string(),
            )
        }),
    });
    html! {
        (heading(m::title(), Some(m::lead()), actions))
        (bar)
        (state_tabs(wanted))
        (toolbar::toolbar(rows, selection, wanted, view))
        (list(page, rows, selection, view))
    }
}

/// A selection that ends when something else is wanted.
fn create_selector_reset(wanted: ReadSignal<Option<Wanted>>) -> Selection {
    let selection = create_signal(HashSet::new());
    create_effect(move || {
        wanted.track();
        selection.set(HashSet::new());
    });
    selection
}

fn state_tabs(wanted: ReadSignal<Option<Wanted>>) -> View {
    let count = counts::counts(wanted);
    let current = create_selector(move || wanted.with(|wanted| wanted.as_ref().and_then(|wanted| wanted.state)));
    let link = move |state: Option<TaskState>| {
        let address = move || wanted.with(|wanted| wanted.clone().unwrap_or_default().in_state(state).address());
        let is_here = move || (current.get() == state).then_some("page");
        let (name, tone) = match state {
            Some(state) => {
                (crate::messages::states::of_task(state), format!("tab {}", crate::ui::badge::Tone::of_task(state).word()))
            }
            None => (words::all(), "tab".to_owned()),
        };
        let number = state.map(|state| html! { span(class="tab-count") { (move || count.of(state)) } });
        html! { li { a(class=tone, href=address, "aria-current"=is_here) { span { (name) } (number) } } }
    };
    let states: Vec<View> =
        std::iter::once(None).chain(ruche_domain::TaskState::ALL.map(|state| Some(state.into()))).map(link).collect();
    html! { nav(class="tabs state-tabs", "aria-label"=m::states()) { ul { (states) } } }
}

fn list(page: Query<ruche_api::TaskPage>, rows: Rows, selection: Selection, view: crate::router::Param) -> View {
    #[derive(Clone, Copy, PartialEq)]
    enum Shape {
        Nothing,
        Loading,
        Failed,
        Empty,
        Table,
        Timeline,
    }
    let shape = create_selector(move || match page.get() {
        Remote::NotAsked => Shape::Nothing,
        Remote::Loading => Shape::Loading,
        Remote::Failed(_) => Shape::Failed,
        _ if rows.is_empty() => Shape::Empty,
        _ if view.text() == "timeline" => Shape::Timeline,
        _ => Shape::Table,
    });
    let body = move || {
        let shape = shape.get();
        untrack(|| match shape {
            Shape::Nothing => View::default(),
            Shape::Loading => loading(),
            Shape::Failed => page.get().error().map(|error| failure(error, move || page.again())).unwrap_or_default(),
            Shape::Empty => nothing(),
            Shape::Table => {
                html! { div(class="card flush") { (live_table(m::title(), columns::columns(selection), rows.shown(), |row| row.task.id, |row| row.class())) } }
            }
            Shape::Timeline => timeline::timeline(rows.shown()),
        })
    };
    let warning = move || match page.get() {
        Remote::Stale(_, error) => stale(&error, move || page.again()),
        _ => View::default(),
    };
    let pages = move || {
        let next = page.value().and_then(|page| page.next_cursor.clone().filter(|_| page.has_more));
        untrack(|| pager(next))
    };
    html! { (warning) (rows.newer_button(page)) (body) (pages) }
}

fn nothing() -> View {
    let is_filtered = !router().param("q").text().is_empty();
    if is_filtered {
        return empty(m::empty(), button(Kind::Plain, None, m::clear_filter(), || navigate("/tasks")));
    }
    empty(m::empty_all(), html! { p { (m::empty_hint()) } (first_command()) })
}

/// What enqueues a first task from a shell.
pub fn first_command() -> View {
    crate::ui::copy::code_with_copy(words::copy(), "ruche enqueue ruche.sleep milliseconds=3000 --wait 10")
}

//! The navigation.

use std::borrow::Cow;

use crate::prelude::*;
use ruche_api::Role;

use crate::{
    messages::navigation as m,
    router::{route::Route, router},
    session::here,
    ui::{
        brand,
        icon::{Icon, icon},
    },
};

struct Entry {
    route: Route,
    icon: Icon,
}

fn entry(route: Route, icon: Icon) -> Entry {
    Entry { route, icon }
}

/// What the entry is called that a page is under.
pub fn label(route: &Route) -> Cow<'static, str> {
    match section(route) {
        Route::Tasks => m::tasks(),
        Route::Enqueue => m::enqueue(),
        Route::DeadLetters => m::dead_letters(),
        Route::Queues => m::queues(),
        Route::Workers => m::workers(),
        Route::Schedules => m::schedules(),
        Route::Workflows => m::workflows(),
        Route::Operations => m::operations(),
        Route::Audit => m::audit(),
        Route::Settings => m::settings(),
        Route::Help => m::help(),
        _ => m::overview(),
    }
}

/// Which entry a page is under.
fn section(route: &Route) -> Route {
    match route {
        Route::Task(_) => Route::Tasks,
        Route::Queue(_) => Route::Queues,
        Route::Worker(_) => Route::Workers,
        Route::Schedule(_) | Route::EditSchedule(_) | Route::NewSchedule => Route::Schedules,
        Route::Workflow(_) | Route::NewWorkflow => Route::Workflows,
        Route::DeadLetter(_) => Route::DeadLetters,
        Route::Operation(_) => Route::Operations,
        other => other.clone(),
    }
}

/// The navigation; on narrow screens it is shown while `open`.
pub fn sidebar(open: Signal<bool>) -> View {
    let is_admin = here().may(Role::Admin);
    let work = vec![
        entry(Route::Overview, Icon::Overview),
        entry(Route::Tasks, Icon::Tasks),
        entry(Route::Enqueue, Icon::Enqueue),
        entry(Route::DeadLetters, Icon::DeadLetters),
    ];
    let flow = vec![
        entry(Route::Queues, Icon::Queues),
        entry(Route::Workers, Icon::Workers),
        entry(Route::Schedules, Icon::Schedules),
        entry(Route::Workflows, Icon::Workflows),
    ];
    let mut control = vec![entry(Route::Operations, Icon::Operations)];
    if is_admin {
        control.push(entry(Route::Audit, Icon::Audit));
    }
    control.push(entry(Route::Settings, Icon::Settings));
    control.push(entry(Route::Help, Icon::Help));
    html! {
        nav(class="sidebar", id="navigation", "aria-label"=m::main()) {
            a(class="brand", href="/") { (brand::mark()) span(class="brand-name") { "Ruche" } }
            (group(m::work(), work))
            (group(m::flow(), flow))
            (group(m::control(), control))
        }
        div(class="veil", on:click=move |_| open.set(false))
    }
}

fn group(title: Cow<'static, str>, entries: Vec<Entry>) -> View {
    let id = format!("nav-{}", title.to_lowercase());
    let links: Vec<View> = entries.into_iter().map(link).collect();
    html! {
        div(class="nav-group") {
            h2(class="nav-title", id=id.clone()) { (title) }
            ul("aria-labelledby"=id) { (links) }
        }
    }
}

fn link(Entry { route, icon: sign }: Entry) -> View {
    let label = label(&route);
    let shown = router().route();
    let address = route.to_string();
    let is_here = create_selector(move || section(&shown.get_clone()) == route);
    html! {
        li {
            a(class="nav-link", href=address, "aria-current"=move || is_here.get().then_some("page")) { (icon(sign)) span { (label) } }
        }
    }
}

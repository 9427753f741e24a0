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
    label: Cow<'static, str>,
}

fn entry(route: Route, icon: Icon, label: Cow<'static, str>) -> Entry {
    Entry { route, icon, label }
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
        entry(Route::Overview, Icon::Overview, m::overview()),
        entry(Route::Tasks, Icon::Tasks, m::tasks()),
        entry(Route::Enqueue, Icon::Enqueue, m::enqueue()),
        entry(Route::DeadLetters, Icon::DeadLetters, m::dead_letters()),
    ];
    let flow = vec![
        entry(Route::Queues, Icon::Queues, m::queues()),
        entry(Route::Workers, Icon::Workers, m::workers()),
        entry(Route::Schedules, Icon::Schedules, m::schedules()),
        entry(Route::Workflows, Icon::Workflows, m::workflows()),
    ];
    let mut control = vec![entry(Route::Operations, Icon::Operations, m::operations())];
    if is_admin {
        control.push(entry(Route::Audit, Icon::Audit, m::audit()));
    }
    control.push(entry(Route::Settings, Icon::Settings, m::settings()));
    control.push(entry(Route::Help, Icon::Help, m::help()));
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

fn link(Entry { route, icon: sign, label }: Entry) -> View {
    let shown = router().route();
    let address = route.to_string();
    let is_here = create_selector(move || section(&shown.get_clone()) == route);
    html! {
        li {
            a(class="nav-link", href=address, "aria-current"=move || is_here.get().then_some("page")) { (icon(sign)) span { (label) } }
        }
    }
}

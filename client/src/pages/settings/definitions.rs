//! What can be enqueued: all of it, or one with its schemas.

use ruche_api::Definition;

use super::lead;
use crate::{
    api::{self, use_query},
    browser::dom,
    i18n::{duration, number},
    messages::{settings as m, words},
    pages::follow::part,
    prelude::*,
    router::{
        place::Place,
        route::{Route, tasks_where},
        router,
    },
    ui::{
        button::{Kind, link_button},
        icon::Icon,
        json::json,
        layout::{card, facts, prose},
        notice::empty,
        remote::remote,
        table::{Column, live_table},
        time,
    },
};

/// The part: all, or the one that the address names.
pub fn tab() -> View {
    let query = use_query(|| Some(api::definitions::list())).follow(|pulse| pulse.registry);
    let (wanted, text) = (router().param("task"), router().param("q"));
    let body = move || {
        let wanted = wanted.get();
        untrack(|| match wanted {
            Some(name) => part(
                query,
                move |list| list.data.iter().find(|one| one.name == name).cloned(),
                |found| match found {
                    Some(one) => shown(&one),
                    None => html! { (back()) (empty(m::definitions_miss(), View::default())) },
                },
            ),
            None => {
                let fits = create_selector(move || {
                    let text = text.text().to_lowercase();
                    let all = query.value().map(|list| list.data.clone()).unwrap_or_default();
                    all.into_iter().filter(|one| one.name.to_lowercase().contains(&text)).collect::<Vec<_>>()
                });
                html! {
                    (lead(m::definitions_told(), View::default()))
                    div(class="toolbar") {
                        input(
                            r#type="search", class="toolbar-search", "aria-label"=m::definitions_filter(), placeholder=m::definitions_filter(),
                            value=text.text(), on:input=move |event| text.replace(Some(&dom::value_of(&event)))
                        )
                    }
                    (part(query, |list| list.data.is_empty(), move |none| if none { empty(m::definitions_none(), View::default()) } else { rows(fits) }))
                }
            }
        })
    };
    html! { (remote(query, |_| View::default())) (body) }
}

fn back() -> View {
    link_button(Kind::Quiet, None, m::definitions_all(), router().place_untracked().without("task").to_string())
}

fn rows(all: ReadSignal<Vec<Definition>>) -> View {
    let name = |one: &Definition| {
        let (name, summary) = (one.name.clone(), one.summary.clone());
        let address = router().place_untracked().without("q").with("task", Some(&name)).to_string();
        html! { span(class="stack-tight") { a(class="strong", href=address) { (name) } span(class="muted small") { (summary) } } }
    };
    let columns = vec![
        Column::new(m::task_name(), name).class("wide").still(),
        Column::new(words::queue(), |one: &Definition| {
            let (queue, address) = (one.queue.clone(), Route::Queue(one.queue.clone()).to_string());
            html! { a(href=address) { (queue) } }
        }),
        Column::number(words::priority(), |one: &Definition| number::whole(u64::from(one.priority)).into()),
        Column::number(m::retries(), attempts),
        Column::number(m::timeout(), timeout),
    ];
    live_table(m::tab_definitions(), columns, all, |one| one.name.clone(), |_| "")
}

fn attempts(one: &Definition) -> View {
    one.retry.max_attempts.map_or_else(time::dash, |count| number::whole(u64::from(count)).into())
}

fn timeout(one: &Definition) -> View {
    one.timeout_ms.map_or_else(time::dash, |millis| duration::of_millis(millis).into())
}

fn shown(one: &Definition) -> View {
    let enqueue = Place::parse(&Route::Enqueue.to_string()).with("task", Some(&one.name)).to_string();
    let actions = html! {
        (back())
        (link_button(Kind::Plain, Some(Icon::Tasks), m::its_tasks(), tasks_where(&[("task", &one.name)])))
        (link_button(Kind::Primary, Some(Icon::Enqueue), m::enqueue(), enqueue))
    };
    let told = facts(vec![
        (words::queue(), Some(one.queue.clone().into())),
        (words::priority(), Some(number::whole(u64::from(one.priority)).into())),
        (m::retries(), Some(attempts(one))),
        (m::timeout(), Some(timeout(one))),
    ]);
    let text = if one.description.is_empty() { &one.summary } else { &one.description };
    html! {
        (card(one.name.clone(), actions, html! { (prose(text)) (told) }))
        div(class="grid") {
            (card(m::arguments(), View::default(), json(m::arguments(), one.arguments.0.as_str())))
            (card(m::result(), View::default(), json(m::result(), one.result.0.as_str())))
        }
    }
}

//! Help: first steps, states, queries, keys.

mod queries;
mod states;
mod steps;

use std::borrow::Cow;

use crate::{
    browser::dom,
    messages::{help as m, navigation, shortcuts},
    prelude::*,
    router::{route::Route, router},
    ui::layout::{heading, slug},
};

/// The page.
pub fn help() -> View {
    let titles = [m::first_steps(), m::states(), m::query(), m::keys(), m::more()];
    let links: Vec<View> = titles
        .into_iter()
        .map(|title| {
            let address = format!("#card-{}", slug(&title));
            let part = address.clone();
            // The router changes the address, but does not scroll.
            html! { li { a(href=address, on:click=move |_: web_sys::MouseEvent| show(part.clone())) { (title) } } }
        })
        .collect();
    let fragment = router().place_untracked().fragment;
    if !fragment.is_empty() {
        show(format!("#{}", crate::router::place::decode(&fragment)));
    }
    html! {
        (heading(m::title(), Some(m::lead()), View::default()))
        nav(class="help-contents", "aria-label"=m::contents()) { ul { (links) } }
        div(class="stack") {
            (steps::card_of())
            (states::card_of())
            (queries::card_of())
            (card(m::keys(), keys()))
            (card(m::more(), more()))
        }
    }
}

fn card(title: Cow<'static, str>, body: View) -> View {
    crate::ui::layout::card(title, View::default(), body)
}

/// Scrolls to a part once it is there.
fn show(part: String) {
    dom::soon(move || {
        if let Some(part) = dom::find(&part) {
            part.scroll_into_view();
        }
    });
}

/// Words with what they mean.
fn pairs(pairs: Vec<(View, View)>) -> View {
    let pairs: Vec<View> =
        pairs.into_iter().map(|(word, told)| html! { div(class="help-pair") { dt { (word) } dd { (told) } } }).collect();
    html! { dl(class="help-pairs") { (pairs) } }
}

fn keys() -> View {
    let keys = [
        (vec!["Tab"], m::key_tab()),
        (vec!["Tab", "Enter"], m::key_skip()),
        (vec!["Enter"], m::key_enter()),
        (vec!["Space"], m::key_space()),
        (vec!["↑", "↓"], m::key_arrows()),
        (vec!["Esc"], m::key_escape()),
    ];
    let shown = |names: Vec<&'static str>| -> View {
        let names: Vec<View> = names.into_iter().map(|name| html! { kbd { (name) } " " }).collect();
        names.into()
    };
    let everywhere = pairs(keys.into_iter().map(|(names, told)| (shown(names), told.into())).collect());
    let settings = Route::Settings.to_string();
    html! {
        (everywhere)
        h3 { (shortcuts::title()) }
        p(class="muted") { (shortcuts::can_be_switched_off()) " " a(href=settings) { (navigation::settings()) } }
        (crate::shortcuts::list())
    }
}

fn more() -> View {
    let settings = Route::Settings.to_string();
    html! {
        ul(class="plain") {
            li { a(href="/docs") { (m::docs()) } }
            li { a(href="/openapi.json") { (m::document()) } }
            li { a(href="/metrics") { (m::metrics()) } }
            li { a(href=settings) { (m::settings()) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use ruche_api::Role;

    use super::*;
    use crate::{
        i18n::{Lang, speak},
        testing::rendered,
    };

    #[test]
    fn every_link_of_the_contents_leads_to_a_part() {
        for lang in Lang::ALL {
            speak(lang);
            let html = rendered("/help", Role::Viewer, help);
            for title in [m::first_steps(), m::states(), m::query(), m::keys(), m::more()] {
                let id = format!("card-{}", slug(&title));
                assert!(html.contains(&format!("href=\"#{id}\"")) && html.contains(&format!("id=\"{id}\"")), "{id}: {html}");
            }
            assert!(!html.contains("style="), "{html}");
        }
        speak(Lang::En);
    }

    #[test]
    fn every_state_is_told_and_leads_to_its_tasks() {
        let html = rendered("/help", Role::Viewer, help);
        for state in ruche_domain::TaskState::ALL {
            assert!(html.contains(&format!("state:{}\"", state.as_str())), "{}: {html}", state.as_str());
        }
    }
}

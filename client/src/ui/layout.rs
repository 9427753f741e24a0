//! Headings and cards.

use std::borrow::Cow;

use crate::prelude::*;

use crate::browser::dom;

/// A page's heading: its title, which names the tab too, a line below it, and what can be done.
pub fn heading(title: impl Into<Cow<'static, str>>, lead: Option<Cow<'static, str>>, actions: View) -> View {
    let title = title.into();
    dom::set_title(&format!("{title} · Ruche"));
    let lead = lead.map(|lead| html! { p(class="lead") { (lead) } });
    html! {
        div(class="heading") {
            div(class="heading-text") { h1(tabindex="-1") { (title) } (lead) }
            div(class="heading-actions") { (actions) }
        }
    }
}

/// A part of a page with a title of its own.
pub fn card(title: impl Into<Cow<'static, str>>, actions: View, body: View) -> View {
    let title = title.into();
    let id = format!("card-{}", slug(&title));
    html! {
        section(class="card", "aria-labelledby"=id.clone()) {
            div(class="card-head") { h2(id=id) { (title) } div(class="card-actions") { (actions) } }
            (body)
        }
    }
}

/// Words and their values, in pairs. A pair without a value is left out.
pub fn facts(pairs: Vec<(Cow<'static, str>, Option<View>)>) -> View {
    let pairs: Vec<View> = pairs
        .into_iter()
        .filter_map(|(word, value)| value.map(|value| html! { div(class="fact") { dt { (word) } dd { (value) } } }))
        .collect();
    html! { dl(class="facts") { (pairs) } }
}

/// A text in which what is between backticks is code, as the authors of tasks write it.
pub fn prose(text: &str) -> View {
    let pieces = text.split('`').map(str::to_owned).enumerate();
    let pieces: Vec<View> = pieces
        .map(|(index, piece)| {
            if index % 2 == 1 {
                html! { code { (piece) } }
            } else {
                html! { (piece) }
            }
        })
        .collect();
    html! { (pieces) }
}

/// A text as a part of an id.
pub fn slug(text: &str) -> String {
    text.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect()
}

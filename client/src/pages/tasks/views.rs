//! Saved views: addresses with names, kept in this browser. The address itself can be shared.

use std::borrow::Cow;

use crate::prelude::*;

use crate::{
    browser::{dom, storage::Memo},
    messages::{tasks as m, words},
    router::router,
    ui::{
        button::{Kind, button_unless, icon_button},
        icon::{Icon, icon},
        keyed::keyed,
        toast::toasts_here,
    },
};

type Saved = (String, String);

fn recalled() -> Vec<Saved> {
    Memo::SavedViews.recall().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

fn remembered(views: &[Saved]) {
    if let Ok(text) = serde_json::to_string(views) {
        Memo::SavedViews.remember(&text);
    }
}

/// The menu.
pub fn saved() -> View {
    let (views, name, toasts, router) = (create_signal(recalled()), create_signal(String::new()), toasts_here(), router());
    let entry = move |(name, address): Saved| {
        let (label, wanted) = (m::forget_view(&name), name.clone());
        let forget = move || {
            views.update(|views| views.retain(|(known, _)| *known != wanted));
            views.with_untracked(|views| remembered(views));
        };
        html! { li(class="spread") { a(href=address) { (name) } (icon_button(Icon::Trash, label, forget)) } }
    };
    let save = move || {
        let (name_now, address) =
            (name.get_clone_untracked().trim().to_owned(), router.place_untracked().without("cursor").to_string());
        views.update(|views| {
            views.retain(|(known, _)| *known != name_now);
            views.push((name_now.clone(), address));
        });
        views.with_untracked(|views| remembered(views));
        toasts.tell(m::view_saved());
    };
    let label: Cow<'static, str> = m::saved_views();
    html! {
        details(class="menu end") {
            summary(class="button quiet") { (icon(Icon::Filter)) span { (label) } (icon(Icon::ChevronDown)) }
            div(class="menu-body") {
                ul(class="stack-small") { (keyed(views, entry, |view| view.clone())) }
                div(class="field") {
                    label(r#for="view-name") { (m::view_name()) }
                    input(id="view-name", autocomplete="off", on:input=move |event| name.set(dom::value_of(&event)))
                }
                (button_unless(Kind::Plain, None, words::save(), move || name.with(|name| name.trim().is_empty()), save))
            }
        }
    }
}

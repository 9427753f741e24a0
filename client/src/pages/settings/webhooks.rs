//! Webhooks: all of them, or the one that the address names.

use ruche_api::{Role, Webhook, WebhookPage};

use super::{lead, webhook, webhook_form, webhook_told as told};
use crate::{
    api::{self, use_query},
    messages::{settings as m, words},
    pages::follow::{part, poll},
    prelude::*,
    router::router,
    session::here,
    ui::{
        button::{Kind, button},
        dialog::dialogs,
        icon::Icon,
        notice::empty,
        pager::pager,
        remote::remote,
        table::{Column, live_table},
    },
};

/// The part.
pub fn tab() -> View {
    let wanted = router().param("webhook");
    let body = move || {
        let wanted = wanted.get();
        untrack(|| wanted.map_or_else(list, webhook::one))
    };
    html! { (body) }
}

fn list() -> View {
    let cursor = router().param("cursor");
    let query = poll(use_query(move || Some(api::webhooks::list(cursor.get().as_deref()))), 10_000);
    let all = create_selector(move || query.value().map(|page| page.data.clone()).unwrap_or_default());
    let dialogs = dialogs();
    let new = if here().may(Role::Admin) {
        button(Kind::Primary, Some(Icon::Plus), m::hook_new(), move || webhook_form::create(dialogs, move || query.again()))
    } else {
        View::default()
    };
    let draw = move |none| if none { empty(m::hooks_none(), View::default()) } else { rows(all) };
    html! {
        (lead(m::hooks_told(), new))
        (remote(query, |_| View::default()))
        (part(query, |page: &WebhookPage| page.data.is_empty(), draw))
        (part(query, |page| page.next_cursor.clone(), pager))
    }
}

fn rows(all: ReadSignal<Vec<Webhook>>) -> View {
    let name = |hook: &Webhook| {
        let (name, told) = (hook.name.clone(), hook.description.clone());
        let address = router().place_untracked().without("cursor").with("webhook", Some(&name)).to_string();
        html! { span(class="stack-tight") { a(class="strong", href=address) { (name) } span(class="muted small") { (told) } } }
    };
    let columns = vec![
        Column::new(words::name(), name).class("wide"),
        Column::new(m::url(), |hook: &Webhook| {
            let url = hook.url.clone();
            html! { code { (url) } }
        })
        .class("wide"),
        Column::new(m::events(), |hook: &Webhook| told::events(hook).into()),
        Column::new(words::state(), told::state),
    ];
    live_table(m::tab_webhooks(), columns, all, |hook| hook.name.clone(), |_| "")
}

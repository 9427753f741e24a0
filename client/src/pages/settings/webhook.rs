//! A webhook: what it is, what can be done, its deliveries.

use ruche_api::{Role, Webhook, WebhookWithSecret};

use super::{deliveries, secret, webhook_form, webhooks};
use crate::{
    api::{self, Action, Query, use_query},
    messages::{settings as m, words},
    pages::follow::{part, poll},
    prelude::*,
    router::{navigate, router},
    session::{here, may_operate},
    ui::{
        button::{Kind, button, button_unless, link_button},
        confirm::{Question, confirm},
        dialog::dialogs,
        icon::Icon,
        layout::{card, facts},
        remote::remote,
        time,
        toast::toasts_here,
    },
};

/// The part.
pub fn one(name: String) -> View {
    let asked = name.clone();
    let query = poll(use_query(move || Some(api::webhooks::get(&asked))), 5_000);
    let actions = part(query, Clone::clone, move |hook| actions(&hook, query));
    let told = part(query, Clone::clone, |hook| told(&hook));
    let body = part(query, |_| (), {
        let name = name.clone();
        move |()| deliveries::card_of(&name)
    });
    html! {
        div { (link_button(Kind::Quiet, None, m::hook_all(), all())) }
        (card(m::hook_of(&name), actions, html! { (remote(query, |_| View::default())) (told) }))
        (body)
    }
}

fn all() -> String {
    router().place_untracked().without("webhook").without("cursor").without("state").to_string()
}

fn told(hook: &Webhook) -> View {
    let names = |names: &[String]| if names.is_empty() { m::everything().into() } else { names.join(", ").into() };
    let include: Vec<&str> = hook.include.iter().map(|part| webhook_form::part_word(*part)).collect();
    let along = if include.is_empty() { m::nothing_along().into() } else { include.join(", ").into() };
    let url = hook.url.clone();
    facts(vec![
        (words::state(), Some(webhooks::state(hook))),
        (m::url(), Some(html! { code { (url) } })),
        (m::description(), (!hook.description.is_empty()).then(|| hook.description.clone().into())),
        (m::events(), Some(webhooks::events(hook).into())),
        (m::only_queues(), Some(names(&hook.queues))),
        (m::only_tasks(), Some(names(&hook.tasks))),
        (m::include(), Some(along)),
        (m::failing_since(), hook.failing_since.map(time::ago)),
        (m::rotated_at(), hook.rotated_at.map(time::ago)),
        (m::old_until(), hook.previous_secret_until.map(time::full)),
        (m::changed_at(), Some(time::ago(hook.updated_at))),
    ])
}

fn actions(hook: &Webhook, query: Query<Webhook>) -> View {
    let test = may_operate().then(|| test(hook));
    let admin = here().may(Role::Admin).then(|| {
        let (dialogs, before) = (dialogs(), hook.clone());
        let edit = move || webhook_form::edit(dialogs, before.clone(), query);
        html! {
            (pause(hook, query))
            (button(Kind::Plain, Some(Icon::Edit), m::hook_edit(), edit))
            (rotate(hook, query))
            (delete(hook))
        }
    });
    html! { (test) (admin) }
}

fn test(hook: &Webhook) -> View {
    let (name, paused, action, toasts) = (hook.name.clone(), hook.paused_at.is_some(), Action::new(), toasts_here());
    let press = move || {
        action.run(api::webhooks::test(&name), move |answer| match answer {
            Ok(_) => toasts.tell(m::test_sent()),
            Err(error) => toasts.refused(&error),
        });
    };
    button_unless(Kind::Plain, None, m::test(), move || paused || action.is_busy(), press)
}

fn pause(hook: &Webhook, query: Query<Webhook>) -> View {
    let (name, action, toasts, dialogs) = (hook.name.clone(), Action::new(), toasts_here(), dialogs());
    if hook.paused_at.is_some() {
        let press = move || {
            action.run(api::webhooks::resume(&name), move |answer| match answer {
                Ok(hook) => {
                    toasts.tell(m::was_resumed(&hook.name));
                    query.put(hook);
                }
                Err(error) => toasts.refused(&error),
            });
        };
        return button_unless(Kind::Plain, Some(Icon::Play), words::resume(), move || action.is_busy(), press);
    }
    let press = move || {
        let question = Question { title: m::pause_asked(&name), text: m::pause_told(), verb: words::pause(), dangerous: false };
        let name = name.clone();
        let then = move |hook: Webhook| {
            toasts.tell(m::was_paused(&hook.name));
            query.put(hook);
        };
        confirm(dialogs, question, move || api::webhooks::pause(&name), then);
    };
    button(Kind::Plain, Some(Icon::Pause), words::pause(), press)
}

fn rotate(hook: &Webhook, query: Query<Webhook>) -> View {
    let (name, dialogs) = (hook.name.clone(), dialogs());
    let press = move || {
        let question = Question { title: m::rotate_asked(&name), text: m::rotate_told(), verb: m::rotate(), dangerous: false };
        let name = name.clone();
        let then = move |made: WebhookWithSecret| {
            query.put(made.webhook);
            secret::show(dialogs, made.secret);
        };
        confirm(dialogs, question, move || api::webhooks::rotate(&name), then);
    };
    button(Kind::Plain, Some(Icon::Retry), m::rotate(), press)
}

fn delete(hook: &Webhook) -> View {
    let (name, toasts, dialogs, after) = (hook.name.clone(), toasts_here(), dialogs(), all());
    let press = move || {
        let question = Question { title: m::delete_asked(&name), text: m::delete_told(), verb: m::delete_go(), dangerous: true };
        let (asked, gone, after) = (name.clone(), name.clone(), after.clone());
        let then = move |()| {
            toasts.tell(m::was_deleted(&gone));
            navigate(&after);
        };
        confirm(dialogs, question, move || api::webhooks::delete(&asked), then);
    };
    button(Kind::Danger, Some(Icon::Trash), words::delete(), press)
}

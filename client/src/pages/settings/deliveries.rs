//! Deliveries of a webhook, and delivering once more.

use std::borrow::Cow;

use ruche_api::{WebhookDelivery, WebhookDeliveryPage, WebhookDeliveryState};

use crate::{
    api::{self, Action, Query, use_query},
    browser::{clock, dom},
    i18n::number,
    messages::{settings as m, words},
    pages::follow::{part, poll},
    prelude::*,
    router::{route::Route, router},
    session::may_operate,
    ui::{
        badge::{Tone, badge},
        button::{Kind, button, icon_button},
        confirm::{Question, confirm},
        dialog::dialogs,
        icon::Icon,
        layout::card,
        notice::empty,
        pager::pager,
        remote::remote,
        table::{Column, live_table},
        tabs::{Tab, tabs},
        time,
        toast::toasts_here,
    },
};

const STATES: [&str; 4] = ["pending", "sending", "delivered", "failed"];

type Deliveries = Query<WebhookDeliveryPage>;

/// The card.
pub fn card_of(name: &str) -> View {
    let (state, cursor, asked) = (router().param("state"), router().param("cursor"), name.to_owned());
    let ask = move || Some(api::webhooks::deliveries(&asked, state.get().as_deref(), cursor.get().as_deref()));
    let query = poll(use_query(ask), 5_000);
    let all = create_selector(move || query.value().map(|page| page.data.clone()).unwrap_or_default());
    let mut chosen = vec![Tab::new("", m::any_state())];
    chosen.extend(
        STATES
            .into_iter()
            .zip([m::pending(), m::sending(), m::delivered(), m::failed()])
            .map(|(word, label)| Tab::new(word, label)),
    );
    let hook = name.to_owned();
    let draw = move |none| match none {
        true if state.get().is_some() => empty(m::deliveries_none_such(), View::default()),
        true => empty(m::deliveries_none(), View::default()),
        false => rows(&hook, all, query),
    };
    let body = html! {
        (tabs(m::delivery_states(), state, chosen))
        (remote(query, |_| View::default()))
        (part(query, |page| page.data.is_empty(), draw))
        (part(query, |page| page.next_cursor.clone(), pager))
    };
    let again = if may_operate() { replay_failed(name, query) } else { View::default() };
    card(m::deliveries(), again, body)
}

fn rows(hook: &str, all: ReadSignal<Vec<WebhookDelivery>>, query: Deliveries) -> View {
    let mut columns = vec![
        Column::new(m::event(), event).class("wide").still(),
        Column::new(m::happened(), |one: &WebhookDelivery| time::ago(one.occurred_at)).class("nowrap").still(),
        Column::new(words::state(), |one: &WebhookDelivery| state_badge(one.state)),
        Column::number(m::tries(), |one: &WebhookDelivery| number::whole(u64::from(one.tries)).into()),
        Column::new(m::answer(), answer).class("wide"),
    ];
    if may_operate() {
        let hook = hook.to_owned();
        columns.push(Column::new(words::actions(), move |one: &WebhookDelivery| replay(&hook, one, query)).class("narrow"));
    }
    live_table(m::deliveries_list(), columns, all, |one| one.id, |_| "")
}

fn event(one: &WebhookDelivery) -> View {
    let task = one.task_id.map(|id| {
        let address = Route::Task(id).to_string();
        html! { a(class="small", href=address) { (id.to_string()) } }
    });
    html! { span(class="stack-tight") { code { (one.event.clone()) } (task) } }
}

fn state_badge(state: WebhookDeliveryState) -> View {
    let (tone, word): (Tone, Cow<'static, str>) = match state {
        WebhookDeliveryState::Pending => (Tone::Waiting, m::pending()),
        WebhookDeliveryState::Sending => (Tone::Active, m::sending()),
        WebhookDeliveryState::Delivered => (Tone::Good, m::delivered()),
        WebhookDeliveryState::Failed => (Tone::Bad, m::failed()),
    };
    badge(tone, word)
}

fn answer(one: &WebhookDelivery) -> View {
    let (status, error) = (one.last_status.map(|status| status.to_string()), one.last_error.clone());
    let next = one.next_try_at.map(|at| {
        let told = m::next_try(&crate::i18n::moment::full(at));
        html! { span(class="muted small") { (told) } }
    });
    html! { span(class="stack-tight") { (status) (error) (next) } }
}

fn replay(hook: &str, one: &WebhookDelivery, query: Deliveries) -> View {
    // What is still on its way cannot be sent again.
    if !matches!(one.state, WebhookDeliveryState::Delivered | WebhookDeliveryState::Failed) {
        return View::default();
    }
    let (hook, id, action, toasts) = (hook.to_owned(), one.id, Action::new(), toasts_here());
    let press = move || {
        action.run(api::webhooks::replay(&hook, id), move |answer| match answer {
            Ok(_) => {
                toasts.tell(m::replayed_one());
                query.again();
            }
            Err(error) => toasts.refused(&error),
        });
    };
    icon_button(Icon::Retry, m::replay_of(&one.event), press)
}

/// Asks since when, and replays what failed since.
fn replay_failed(hook: &str, query: Deliveries) -> View {
    let (hook, dialogs, toasts) = (hook.to_owned(), dialogs(), toasts_here());
    let hours = create_signal(24_i64);
    let ages = [(1, m::last_hour()), (24, m::last_day()), (14 * 24, m::last_fortnight())];
    let ages: Vec<View> =
        ages.into_iter().map(|(age, word)| html! { option(value=age.to_string(), selected=(age == 24)) { (word) } }).collect();
    let press = move || {
        let title = m::replay_failed_title();
        let question = Question { title, text: m::replay_failed_told(), verb: m::replay(), dangerous: false };
        let (hook, since) = (hook.clone(), clock::now() - chrono::TimeDelta::hours(hours.get_untracked()));
        let then = move |done: ruche_api::ReplayedWebhook| {
            toasts.tell(m::replayed(done.replayed));
            query.again();
        };
        confirm(dialogs, question, move || api::webhooks::replay_since(&hook, since), then);
    };
    html! {
        label(class="visually-hidden", r#for="replay-since") { (m::since()) }
        select(id="replay-since", class="bar-select", on:change=move |event| hours.set(dom::value_of(&event).parse().unwrap_or(24))) { (ages) }
        (button(Kind::Plain, Some(Icon::Retry), m::replay_failed(), press))
    }
}

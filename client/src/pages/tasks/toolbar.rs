//! What can be done with tasks: with those that are selected, and with all that match.

use crate::prelude::*;
use ruche_api::{OperationAction, RetryTask, Task};

use super::{Selection, bulk, filter::Wanted, rows::Rows};
use crate::{
    api::{self, ApiError, Ask},
    browser::dom,
    i18n::number,
    messages::{operations, tasks as m, words},
    router::Param,
    session::may_operate,
    ui::{
        button::{Kind, button, button_unless},
        dialog::dialogs,
        icon::{Icon, icon},
        toast::{Toasts, toasts_here},
    },
};

/// The line above the list.
pub fn toolbar(rows: Rows, selection: Selection, wanted: ReadSignal<Option<Wanted>>, view: Param) -> View {
    let is_table = move || view.text() != "timeline";
    let look = move |value: Option<&'static str>, label: std::borrow::Cow<'static, str>| {
        let address = move || view.link(value);
        let is_here = move || (view.text() == value.unwrap_or_default()).then_some("page");
        html! { a(class="segment", href=address, "aria-current"=is_here) { (label) } }
    };
    let changes = may_operate().then(|| html! { (selected(rows, selection)) (matching(wanted)) });
    let all = move || is_table().then(|| untrack(|| select_all(rows, selection)));
    html! {
        div(class="toolbar") {
            (all)
            (changes)
            nav(class="segments", "aria-label"=m::views()) { (look(None, m::view_table())) (look(Some("timeline"), m::view_timeline())) }
        }
    }
}

fn select_all(rows: Rows, selection: Selection) -> View {
    let ids = move || rows.shown().with(|rows| rows.iter().map(|row| row.task.id).collect::<Vec<_>>());
    let all = move || {
        let ids = ids();
        !ids.is_empty() && selection.with(|chosen| ids.iter().all(|id| chosen.contains(id)))
    };
    let change = move |event: web_sys::Event| {
        let chosen = if dom::is_checked(&event) { untrack(ids).into_iter().collect() } else { Default::default() };
        selection.set(chosen);
    };
    html! {
        label(class="check") {
            input(r#type="checkbox", id="select-all", "aria-label"=m::select_all(), prop:checked=move || wasm_bindgen::JsValue::from(all()), on:change=change)
            span("aria-hidden"="true") { (move || match selection.with(|chosen| chosen.len()) { 0 => words::all(), count => m::selected(count as u64) }) }
        }
    }
}

fn selected(_rows: Rows, selection: Selection) -> View {
    let (toasts, busy) = (toasts_here(), create_signal(false));
    let each = move |ask: fn(uuid::Uuid) -> Ask<Task>| {
        let ids: Vec<_> = selection.get_clone_untracked().into_iter().collect();
        busy.set(true);
        wasm_bindgen_futures::spawn_local(async move {
            let mut refused = Vec::new();
            let count = ids.len();
            for id in ids {
                refused.extend(ask(id).send().await.err());
            }
            told(toasts, count, &refused);
            if busy.is_alive() {
                busy.set(false);
                selection.update(|chosen| chosen.clear());
            }
        });
    };
    let buttons = move || {
        let count = selection.with(|chosen| chosen.len());
        (count > 0).then(|| {
            let (count, shown) = (count as u64, number::whole(count as u64));
            let retry = button_unless(
                Kind::Plain,
                Some(Icon::Retry),
                operations::start_retry(count, &shown),
                move || busy.get(),
                move || each(|id| api::tasks::retry(id, &RetryTask::default())),
            );
            let cancel = button_unless(
                Kind::Plain,
                Some(Icon::Cancel),
                operations::start_cancel(count, &shown),
                move || busy.get(),
                move || each(api::tasks::cancel),
            );
            html! { div(class="row", role="group", "aria-label"=m::selection()) { (retry) (cancel) } }
        })
    };
    html! { (buttons) }
}

fn told(toasts: Toasts, count: usize, refused: &[ApiError]) {
    match refused.first() {
        None => toasts.tell(m::done_some(count as u64, 0)),
        Some(first) => {
            let text = m::done_some((count - refused.len()) as u64, refused.len() as u64);
            toasts.warn(format!("{text}: {}", first.detail().unwrap_or_else(|| first.title())));
        }
    }
}

fn matching(wanted: ReadSignal<Option<Wanted>>) -> View {
    let (dialogs, toasts) = (dialogs(), toasts_here());
    let items = [
        (OperationAction::Retry, m::act_retry()),
        (OperationAction::Cancel, m::act_cancel()),
        (OperationAction::Move, m::act_move()),
        (OperationAction::SetPriority, m::act_priority()),
        (OperationAction::Delete, m::act_delete()),
    ]
    .map(|(action, label)| {
        let kind = if action == OperationAction::Delete { Kind::Danger } else { Kind::Quiet };
        button(kind, None, label, move || {
            let filter = wanted.with_untracked(|wanted| wanted.as_ref().and_then(Wanted::operation));
            match filter {
                Some(filter) => bulk::ask(dialogs, toasts, action, filter),
                None => toasts.warn(m::needs_filter()),
            }
        })
    });
    html! {
        details(class="menu") {
            summary(class="button") { (icon(Icon::Operations)) span { (m::all_matching()) } (icon(Icon::ChevronDown)) }
            div(class="menu-body") { p(class="muted small") { (m::all_matching_lead()) } (Vec::from(items)) }
        }
    }
}

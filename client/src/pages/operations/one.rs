//! An operation: how far it is, what it left as it was, stopping it.

use crate::prelude::*;
use ruche_api::{Operation, SkippedTask};
use uuid::Uuid;

use super::told;
use crate::{
    api::{self, Query, use_query},
    i18n::number,
    messages::{operations as m, words},
    pages::follow::{part, poll_while},
    router::route::Route,
    session::may_operate,
    ui::{
        badge,
        button::{Kind, button, link_button},
        confirm::{Question, confirm},
        dialog::dialogs,
        icon::Icon,
        layout::{card, facts, heading},
        progress::progress,
        remote::remote,
        table::{Column, fixed_table},
        time,
        toast::toasts_here,
    },
};

/// The page.
pub fn one(id: Uuid) -> View {
    let query = poll_while(use_query(move || Some(api::operations::get(id))), 1_000, |one| !one.state.is_terminal());
    html! {
        (heading(m::title(), None, html! { (part(query, |one| one.state.is_terminal(), move |ended| actions(query, id, ended))) }))
        (remote(query, |_| View::default()))
        (part(query, Operation::clone, |operation| shown(&operation)))
        (part(query, |one| one.skipped_tasks.clone(), skipped))
    }
}

fn actions(query: Query<Operation>, id: Uuid, ended: bool) -> View {
    let tasks = query.value_untracked().map(|one| link_button(Kind::Plain, None, m::see_tasks(), told::tasks(&one.filter)));
    if ended || !may_operate() {
        return html! { (tasks) };
    }
    let (dialogs, toasts) = (dialogs(), toasts_here());
    let stop = button(Kind::Danger, Some(Icon::Cancel), m::stop(), move || {
        let question = Question { title: m::stop_asked(), text: m::stop_told(), verb: m::stop(), dangerous: true };
        confirm(
            dialogs,
            question,
            move || api::operations::cancel(id),
            move |operation| {
                toasts.tell(m::stopped());
                query.put(operation);
            },
        );
    });
    html! { (tasks) (stop) }
}

fn shown(operation: &Operation) -> View {
    // How many there are in all is not known before the end.
    let total = operation.state.is_terminal().then_some(operation.matched);
    let error = operation.error.clone().map(|error| {
        html! { div(class="banner bad", role="alert") { div { p(class="notice-title") { (m::failed()) } p { (error) } } } }
    });
    let known = facts(vec![
        (m::action(), Some(told::action(operation).into())),
        (m::of_tasks(), Some(html! { code { (told::filter(&operation.filter)) } })),
        (words::state(), Some(badge::operation_state(operation.state))),
        (m::matched(), Some(number::whole(operation.matched).into())),
        (m::changed(), Some(number::whole(operation.changed).into())),
        (m::skipped(), Some(number::whole(operation.skipped).into())),
        (m::began(), Some(time::ago(operation.started_at.unwrap_or(operation.created_at)))),
        (m::took(), Some(time::took(operation.created_at, operation.finished_at))),
    ]);
    html! { (error) (known) (progress(words::progress(), operation.matched, total, None)) }
}

fn skipped(tasks: Vec<SkippedTask>) -> View {
    if tasks.is_empty() {
        return View::default();
    }
    let columns = vec![
        Column::new(words::task(), |skipped: &SkippedTask| {
            let (address, id) = (Route::Task(skipped.id).to_string(), skipped.id.to_string());
            html! { a(href=address) { code { (id) } } }
        }),
        Column::new(m::reason(), |skipped: &SkippedTask| told::reason(skipped.reason).into()).class("wide"),
    ];
    card(m::skipped_first(), View::default(), fixed_table(m::skipped_first(), columns, tasks))
}

#[cfg(test)]
mod tests {
    use ruche_api::{OperationAction, OperationFilter, OperationParameters, OperationState, Role, SkipReason};

    use super::*;
    use crate::{browser::clock::now, testing::rendered};

    #[test]
    fn a_failed_operation_tells_why_and_what_it_has_done() {
        let operation = Operation {
            id: Uuid::nil(),
            action: OperationAction::Move,
            filter: OperationFilter::default(),
            parameters: OperationParameters { queue: Some("slow".to_owned()), priority: None },
            state: OperationState::Failed,
            matched: 12,
            changed: 10,
            skipped: 2,
            skipped_tasks: vec![SkippedTask { id: Uuid::nil(), reason: SkipReason::Gone }],
            error: Some("the database refused it".to_owned()),
            created_at: now(),
            started_at: None,
            finished_at: Some(now()),
        };
        let html =
            rendered("/operations/x", Role::Viewer, || html! { (shown(&operation)) (skipped(operation.skipped_tasks.clone())) });
        for part in ["Move to slow", "the database refused it", "It had been deleted", "12 / 12"] {
            assert!(html.contains(part), "{part}: {html}");
        }
    }
}

//! A group: its failure, its last task, and what can be done with all of them.

use crate::prelude::*;
use ruche_api::{DeadLetter, NewOperation, OperationAction, OperationFilter, TaskState};

use super::tasks;
use crate::{
    api::{self, ApiError, use_query},
    messages::{dead_letters as m, words},
    pages::follow::poll,
    router::{place::Place, route::Route},
    session::may_operate,
    ui::{
        button::{Kind, button, link_button},
        confirm::{confirm_operation, counted},
        copy::code_with_copy,
        dialog::dialogs,
        icon::Icon,
        layout::{card, facts, heading},
        notice::empty,
        remote::remote,
        time,
        toast::toasts_here,
    },
};

/// The page.
pub fn one(fingerprint: String) -> View {
    let asked = fingerprint.clone();
    let query = use_query(move || Some(api::dead_letters::get(&asked))).follow(|pulse| pulse.concerns_tasks());
    // No event tells of tasks that were deleted.
    let query = poll(query, 5_000);
    // A group ends with its last failed task: after a replay that is what somebody wanted.
    let is_empty = create_selector(move || query.get().error().is_some_and(ApiError::is_not_found));
    let (head, body) = (fingerprint.clone(), fingerprint);
    let heading = move || {
        let actions = if is_empty.get() { View::default() } else { untrack(|| actions(&head)) };
        heading(m::title(), None, actions)
    };
    let body = move || {
        if is_empty.get() {
            return emptied();
        }
        untrack(|| html! { (remote(query, |group| shown(&group))) (tasks::card_of(&body)) })
    };
    html! { (heading) (body) }
}

fn emptied() -> View {
    empty(m::is_empty(), link_button(Kind::Plain, None, m::back(), Route::DeadLetters.to_string()))
}

fn actions(fingerprint: &str) -> View {
    let tasks = Place::parse(&Route::Tasks.to_string()).with("state", Some("failed")).with("fingerprint", Some(fingerprint));
    let tasks = link_button(Kind::Plain, None, m::all_tasks(), tasks.to_string());
    if !may_operate() {
        return tasks;
    }
    let (dialogs, toasts) = (dialogs(), toasts_here());
    let filter = OperationFilter {
        state: Some(TaskState::Failed),
        fingerprint: Some(fingerprint.to_owned()),
        ..OperationFilter::default()
    };
    let operation = move |action| NewOperation { action, filter: filter.clone(), parameters: None, dry_run: None };
    let (again, never) = (operation(OperationAction::Retry), operation(OperationAction::Delete));
    html! {
        (tasks)
        (button(Kind::Danger, Some(Icon::Cancel), m::discard(), move || confirm_operation(dialogs, toasts, m::discard_title(), never.clone())))
        (button(Kind::Primary, Some(Icon::Retry), m::replay(), move || confirm_operation(dialogs, toasts, m::replay_title(), again.clone())))
    }
}

fn shown(group: &DeadLetter) -> View {
    let DeadLetter { fingerprint, task, count, at_least, first_seen, last_seen, sample, failure } = group.clone();
    let known = facts(vec![
        (words::task(), Some(html! { code { (task) } })),
        (m::count(), Some(counted(count, at_least).into())),
        (m::kind(), Some(html! { code { (failure.kind) } })),
        (m::first_seen(), Some(time::ago(first_seen))),
        (m::last_seen(), Some(time::ago(last_seen))),
        (m::fingerprint(), Some(code_with_copy(m::fingerprint(), fingerprint))),
    ]);
    let details = failure.details.map(|details| {
        html! { details { summary { (m::details()) } pre(class="code", tabindex="0") { (details) } } }
    });
    let open = link_button(Kind::Plain, None, m::open_sample(), Route::Task(sample).to_string());
    html! {
        (known)
        (card(m::failure(), View::default(), html! { p(class="strong") { (failure.message) } (details) }))
        (card(m::sample(), open, html! { p(class="muted") { (m::sample_hint()) } code { (sample.to_string()) } }))
    }
}

#[cfg(test)]
mod tests {
    use ruche_api::Role;

    use super::*;
    use crate::testing::rendered;

    #[test]
    fn an_emptied_group_says_so_and_leads_back() {
        let html = rendered("/dead-letters/00aa11bb22cc33dd", Role::Operator, emptied);
        assert!(html.contains("No failed task is left") && html.contains("href=\"/dead-letters\""), "{html}");
    }

    #[test]
    fn only_operators_are_offered_changes() {
        let drawn = |role| rendered("/dead-letters/00aa11bb22cc33dd", role, || actions("00aa11bb22cc33dd"));
        assert!(!drawn(Role::Viewer).contains("Retry all"));
        let html = drawn(Role::Operator);
        assert!(html.contains("Retry all") && html.contains("state=failed&amp;fingerprint=00aa11bb22cc33dd"), "{html}");
    }
}

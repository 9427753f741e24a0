//! A workflow.

use crate::prelude::*;
use ruche_api::{FailurePolicy, TaskState, Workflow, WorkflowState};
use uuid::Uuid;

use super::{
    graph,
    list::{called, ended},
    node, nodes,
};
use crate::{
    api::{self, Query, use_query},
    messages::{words, workflows as m},
    pages::follow::{part, poll},
    router::router,
    session::may_operate,
    ui::{
        badge,
        button::{Kind, button},
        confirm::{Question, confirm},
        copy::code_with_copy,
        dialog::dialogs,
        icon::Icon,
        layout::{facts, heading},
        remote::remote,
        time,
        toast::toasts_here,
    },
};

/// The page.
pub fn one(id: Uuid) -> View {
    let query = use_query(move || Some(api::workflows::get(id))).follow(move |pulse| pulse.concerns_tasks());
    let query = poll(query, 10_000);
    let chosen = router().param("node");
    // The first that failed is what people come for.
    create_effect(move || {
        let failed = query
            .value()
            .and_then(|workflow| workflow.nodes.iter().find(|node| node.state == TaskState::Failed).map(|node| node.key.clone()));
        if let Some(failed) = failed.filter(|_| untrack(|| chosen.get()).is_none()) {
            chosen.replace(Some(&failed));
        }
    });
    let head = move || {
        let name = query.value().map(|workflow| called(workflow.name.as_deref(), workflow.id));
        untrack(|| heading(name.unwrap_or_else(|| m::title().into_owned()), None, View::default()))
    };
    let name = create_selector(move || query.value().map(|workflow| workflow.name.clone()));
    let head = move || {
        name.track();
        untrack(head)
    };
    let graph = part(query, graph::vertices, move |vertices| {
        html! {
            div(class="flow-columns") {
                (graph::card_of(query, &vertices, chosen))
                (nodes::card_of(query, &vertices, chosen))
            }
            (node::card_of(query, chosen))
        }
    });
    html! {
        div(class="spread") { (head) div(class="heading-actions") { (actions(query)) } }
        (remote(query, |_| View::default()))
        (about(query))
        (graph)
    }
}

fn about(query: Query<Workflow>) -> View {
    part(
        query,
        |one| (one.id, one.state, one.failure_policy, one.created_at, one.finished_at, open(one), one.nodes.len()),
        |(id, state, policy, created, finished, open, all)| {
            let policy = match policy {
                FailurePolicy::CancelRest => m::policy_cancel(),
                FailurePolicy::ContinueOthers => m::policy_continue(),
            };
            let all = u32::try_from(all).unwrap_or(u32::MAX);
            html! {
                section(class="card") {
                    (facts(vec![
                        (words::state(), Some(badge::workflow_state(state))),
                        (m::ended(), Some(ended(all, open))),
                        (words::created(), Some(time::ago(created))),
                        (m::took(), Some(time::took(created, finished))),
                        (m::policy(), Some(policy.into_owned().into())),
                        ("ID".into(), Some(code_with_copy("ID", id.to_string()))),
                    ]))
                }
            }
        },
    )
}

fn counted(workflow: &Workflow, is: impl Fn(TaskState) -> bool) -> u32 {
    u32::try_from(workflow.nodes.iter().filter(|node| is(node.state)).count()).unwrap_or(u32::MAX)
}

fn has_ended(state: TaskState) -> bool {
    matches!(state, TaskState::Succeeded | TaskState::Failed | TaskState::Cancelled | TaskState::Expired)
}

fn open(workflow: &Workflow) -> u32 {
    counted(workflow, |state| !has_ended(state))
}

fn actions(query: Query<Workflow>) -> View {
    if !may_operate() {
        return View::default();
    }
    let (dialogs, toasts) = (dialogs(), toasts_here());
    let ask = move |question: Question, ask: fn(Uuid) -> api::Ask<Workflow>, told: fn() -> std::borrow::Cow<'static, str>| {
        let Some(id) = query.value_untracked().map(|workflow| workflow.id) else { return };
        confirm(
            dialogs,
            question,
            move || ask(id),
            move |workflow| {
                toasts.tell(told());
                query.put(workflow);
            },
        );
    };
    part(
        query,
        |workflow| workflow.state,
        move |state| match state {
            WorkflowState::Running => button(Kind::Danger, Some(Icon::Cancel), m::cancel(), move || {
                let Some(workflow) = query.value_untracked() else { return };
                let running = counted(&workflow, |state| state == TaskState::Running);
                let text = m::cancel_told(u64::from(open(&workflow) - running), u64::from(running));
                let question = Question { title: m::cancel_asked(), text, verb: m::cancel(), dangerous: true };
                ask(question, api::workflows::cancel, m::cancelled);
            }),
            WorkflowState::Failed | WorkflowState::Cancelled => button(Kind::Primary, Some(Icon::Retry), m::retry(), move || {
                let Some(workflow) = query.value_untracked() else { return };
                let kept = counted(&workflow, |state| state == TaskState::Succeeded);
                let again = counted(&workflow, has_ended) - kept;
                let text = m::retry_told(u64::from(again), u64::from(kept));
                let question = Question { title: m::retry_asked(), text, verb: words::retry(), dangerous: false };
                ask(question, api::workflows::retry, m::retried);
            }),
            WorkflowState::Succeeded => View::default(),
        },
    )
}

//! Changing all tasks that wait in a queue, each with a look at what it would come to.

use crate::prelude::*;
use ruche_api::{NewOperation, OperationAction, OperationFilter, OperationParameters, TaskState};

use crate::{
    browser::dom,
    messages::queues as m,
    ui::{
        button::{Kind, button, button_unless},
        confirm::confirm_operation,
        dialog::dialogs,
        icon::Icon,
        layout::card,
        toast::toasts_here,
    },
};

/// An operation on what waits in a queue.
fn operation(queue: &str, action: OperationAction, parameters: Option<OperationParameters>) -> NewOperation {
    let filter = OperationFilter { state: Some(TaskState::Queued), queue: Some(queue.to_owned()), ..OperationFilter::default() };
    NewOperation { action, filter, parameters, dry_run: None }
}

/// The card.
pub fn card_of(name: &str) -> View {
    let (dialogs, toasts) = (dialogs(), toasts_here());
    let (priority, target) = (create_signal("5".to_owned()), create_signal(String::new()));
    let set = {
        let name = name.to_owned();
        move || {
            let parameters = OperationParameters { priority: priority.with_untracked(|text| text.parse().ok()), queue: None };
            confirm_operation(
                dialogs,
                toasts,
                m::set_priority_of(&name),
                operation(&name, OperationAction::SetPriority, Some(parameters)),
            );
        }
    };
    let shift = {
        let name = name.to_owned();
        move || {
            let to = target.get_clone_untracked();
            let parameters = OperationParameters { queue: Some(to.trim().to_owned()), priority: None };
            confirm_operation(
                dialogs,
                toasts,
                m::move_of(&name, to.trim()),
                operation(&name, OperationAction::Move, Some(parameters)),
            );
        }
    };
    let stop = {
        let name = name.to_owned();
        move || confirm_operation(dialogs, toasts, m::cancel_of(&name), operation(&name, OperationAction::Cancel, None))
    };
    let options: Vec<View> = (0..=9_u8)
        .rev()
        .map(|level| html! { option(value=level.to_string(), selected=(level == 5)) { (level.to_string()) } })
        .collect();
    let body = html! {
        p(class="muted") { (m::bulk_told()) }
        div(class="inline-form") {
            div(class="field") {
                label(r#for="bulk-priority") { (m::bulk_priority()) }
                select(id="bulk-priority", on:change=move |event| priority.set(dom::value_of(&event))) { (options) }
            }
            (button(Kind::Plain, None, m::bulk_set(), set))
        }
        div(class="inline-form") {
            div(class="field") {
                label(r#for="bulk-queue") { (m::bulk_queue()) }
                input(id="bulk-queue", autocomplete="off", "spellcheck"="false", on:input=move |event| target.set(dom::value_of(&event)))
            }
            (button_unless(Kind::Plain, None, m::bulk_move(), move || target.with(|text| text.trim().is_empty()), shift))
        }
        div(class="row") { (button(Kind::Danger, Some(Icon::Cancel), m::bulk_cancel(), stop)) }
    };
    card(m::bulk(), View::default(), body)
}

//! Changing all tasks that match.

use std::borrow::Cow;

use crate::prelude::*;
use ruche_api::{NewOperation, OperationAction, OperationFilter, OperationParameters};

use crate::{
    browser::dom,
    messages::{tasks as m, words},
    ui::{
        button::{Kind, button, button_unless},
        confirm::confirm_operation,
        dialog::DialogHost,
        toast::Toasts,
    },
};

fn title(action: OperationAction) -> Cow<'static, str> {
    match action {
        OperationAction::Cancel => m::cancel_title(),
        OperationAction::Retry => m::retry_title(),
        OperationAction::Delete => m::delete_title(),
        OperationAction::Move => m::move_title(),
        OperationAction::SetPriority => m::priority_title(),
    }
}

/// Asks for what the action has to know, shows a dry run, and does it when confirmed.
pub fn ask(dialogs: DialogHost, toasts: Toasts, action: OperationAction, filter: OperationFilter) {
    let operation = move |parameters| NewOperation { action, filter: filter.clone(), parameters, dry_run: None };
    match action {
        OperationAction::Cancel | OperationAction::Retry | OperationAction::Delete => {
            confirm_operation(dialogs, toasts, title(action), operation(None));
        }
        OperationAction::Move => {
            let then = move |text: &str| {
                (!text.is_empty()).then(|| OperationParameters { queue: Some(text.to_owned()), priority: None })
            };
            parameter(dialogs, toasts, action, m::move_to(), "text", operation, then);
        }
        OperationAction::SetPriority => {
            let then = |text: &str| {
                let priority = text.parse().ok().filter(|priority| *priority <= 9)?;
                Some(OperationParameters { queue: None, priority: Some(priority) })
            };
            parameter(dialogs, toasts, action, m::new_priority(), "numeric", operation, then);
        }
    }
}

fn parameter(
    dialogs: DialogHost,
    toasts: Toasts,
    action: OperationAction,
    label: Cow<'static, str>,
    mode: &'static str,
    operation: impl Fn(Option<OperationParameters>) -> NewOperation + Clone + 'static,
    read: impl Fn(&str) -> Option<OperationParameters> + Copy + 'static,
) {
    dialogs.open(title(action), move |dialog| {
        let (label, operation, typed) = (label.clone(), operation.clone(), create_signal(String::new()));
        let is_wrong = move || typed.with(|typed| read(typed.trim()).is_none());
        let go = move || {
            if let Some(parameters) = typed.with_untracked(|typed| read(typed.trim())) {
                confirm_operation(dialogs, toasts, title(action), operation(Some(parameters)));
            }
        };
        html! {
            div(class="field") {
                label(r#for="bulk-parameter") { (label) }
                input(id="bulk-parameter", inputmode=mode, autocomplete="off", on:input=move |event| typed.set(dom::value_of(&event)))
            }
            div(class="dialog-buttons") {
                (button(Kind::Plain, None, words::cancel(), move || dialog.close()))
                (button_unless(Kind::Primary, None, m::preview(), is_wrong, go))
            }
        }
    });
}

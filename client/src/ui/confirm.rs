//! Asking once more before something that cannot be undone, with what it would come to.

use std::borrow::Cow;

use crate::prelude::*;
use ruche_api::{NewOperation, Operation, OperationAction, OperationPreview};

use super::{
    button::{Kind, button, button_unless},
    dialog::{Dialog, DialogHost},
    notice::{explained, failure, loading},
    toast::Toasts,
};
use crate::{
    api::{self, Action, Answer, ApiError, Ask, Remote, use_query},
    browser::dom,
    i18n::number,
    messages::{operations as m, states, words},
    router::route::Route,
};

/// What is asked.
pub struct Question {
    pub title: Cow<'static, str>,
    pub text: Cow<'static, str>,
    /// The word on the button.
    pub verb: Cow<'static, str>,
    pub dangerous: bool,
}

/// Asks; when confirmed sends `ask`, and calls `then` with what came of it. A refusal is shown in the dialog.
pub fn confirm<T: Answer>(
    dialogs: DialogHost,
    Question { title, text, verb, dangerous }: Question,
    ask: impl Fn() -> Ask<T> + 'static,
    then: impl Fn(T) + 'static,
) {
    let (ask, then) = (std::rc::Rc::new(ask), std::rc::Rc::new(then));
    dialogs.open(title, move |dialog| {
        let (ask, then, text, verb) = (ask.clone(), then.clone(), text.clone(), verb.clone());
        let (action, error) = (Action::new(), create_signal(None::<ApiError>));
        let press = move || {
            let then = then.clone();
            action.run(ask(), move |answer| match answer {
                Ok(value) => {
                    dialog.close();
                    then(value);
                }
                Err(refusal) => error.set(Some(refusal)),
            });
        };
        let kind = if dangerous { Kind::Danger } else { Kind::Primary };
        html! {
            p { (text) }
            (refusal(error))
            (buttons(dialog, button_unless(kind, None, verb, move || action.is_busy(), press)))
        }
    });
}

/// From so many tasks on their number has to be typed.
const TYPED_FROM: u64 = 1_000;

/// Shows what an operation would change, and starts it when confirmed.
pub fn confirm_operation(dialogs: DialogHost, toasts: Toasts, title: impl Into<Cow<'static, str>>, operation: NewOperation) {
    dialogs.open(title, move |dialog| {
        let asked = operation.clone();
        let preview = use_query(move || Some(api::operations::preview(&asked)));
        let operation = operation.clone();
        let shown = move || match preview.get() {
            Remote::NotAsked | Remote::Loading => loading(),
            Remote::Failed(error) => failure(&error, move || preview.again()),
            Remote::There(value) | Remote::Stale(value, _) => untrack(|| previewed(dialog, toasts, operation.clone(), &value)),
        };
        html! { (shown) }
    });
}

fn previewed(dialog: Dialog, toasts: Toasts, operation: NewOperation, preview: &OperationPreview) -> View {
    let count = counted(preview.count, preview.at_least);
    let states: Vec<View> = preview
        .states
        .iter()
        .map(|state| {
            let (name, count) = (states::of_task(state.state), counted(state.count, state.at_least));
            html! { li { (name) ": " (count) } }
        })
        .collect();
    let (verb, kind) = verb(&operation, preview.count, &count);
    let (action, error, typed) = (Action::new(), create_signal(None::<ApiError>), create_signal(String::new()));
    let word = preview.count.to_string();
    let must_type = preview.count >= TYPED_FROM;
    let nothing = preview.count == 0;
    let expected = word.clone();
    let locked = move || action.is_busy() || nothing || (must_type && typed.with(|typed| typed.trim() != expected));
    let press = move || {
        action.run(api::operations::create(&operation), move |answer: Result<Operation, _>| match answer {
            Ok(started) => {
                dialog.close();
                toasts.tell_with_link(m::started(), Route::Operation(started.id).to_string(), m::follow());
            }
            Err(refusal) => error.set(Some(refusal)),
        });
    };
    let field = must_type.then(|| {
        let label = words::type_to_confirm(&word);
        html! {
            div(class="field") {
                label(r#for="confirm-typed") { (label) }
                input(id="confirm-typed", autocomplete="off", inputmode="numeric", on:input=move |event| typed.set(dom::value_of(&event)))
            }
        }
    });
    html! {
        p { (m::would_change(preview.count, &count)) }
        ul(class="plain") { (states) }
        (field)
        (refusal(error))
        (buttons(dialog, button_unless(kind, None, verb, locked, press)))
    }
}

/// What the button says that starts an operation on so many tasks, and how it looks: it is the last thing read before it is done.
fn verb(operation: &NewOperation, count: u64, shown: &str) -> (Cow<'static, str>, Kind) {
    let (queue, priority) =
        operation.parameters.as_ref().map(|given| (given.queue.as_deref(), given.priority)).unwrap_or_default();
    match operation.action {
        OperationAction::Cancel => (m::start_cancel(count, shown), Kind::Danger),
        OperationAction::Delete => (m::start_delete(count, shown), Kind::Danger),
        OperationAction::Retry => (m::start_retry(count, shown), Kind::Primary),
        OperationAction::Move => (m::start_move(count, shown, queue.unwrap_or("?")), Kind::Primary),
        OperationAction::SetPriority => (m::start_priority(count, shown, priority.unwrap_or_default()), Kind::Primary),
    }
}

/// A count that may have stopped somewhere.
pub fn counted(count: u64, at_least: bool) -> String {
    let whole = number::whole(count);
    if at_least { words::at_least(&whole).into_owned() } else { whole }
}

fn refusal(error: Signal<Option<ApiError>>) -> View {
    let shown = move || {
        error.get_clone().map(|error| {
            html! { div(class="banner bad", role="alert") { div { p(class="notice-title") { (error.title()) } (explained(&error)) } } }
        })
    };
    html! { (shown) }
}

fn buttons(dialog: Dialog, go: View) -> View {
    html! { div(class="dialog-buttons") { (button(Kind::Plain, None, words::leave(), move || dialog.close())) (go) } }
}

#[cfg(test)]
mod tests {
    use ruche_api::{OperationFilter, OperationParameters};

    use super::*;

    #[test]
    fn the_button_says_what_it_does_to_how_many() {
        let said = |action, parameters, count: u64| {
            let operation = NewOperation { action, filter: OperationFilter::default(), parameters, dry_run: None };
            verb(&operation, count, &counted(count, false)).0.into_owned()
        };
        assert_eq!(said(OperationAction::Cancel, None, 12), "Cancel 12 tasks");
        assert_eq!(said(OperationAction::Delete, None, 1), "Delete 1 task");
        let slow = OperationParameters { queue: Some("slow".to_owned()), priority: None };
        assert_eq!(said(OperationAction::Move, Some(slow), 3), "Move 3 tasks to slow");
        let urgent = OperationParameters { queue: None, priority: Some(9) };
        assert_eq!(said(OperationAction::SetPriority, Some(urgent), 2), "Give 2 tasks priority 9");
    }
}

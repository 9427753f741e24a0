//! Asking once more before something that cannot be undone, with what it would come to.

use std::borrow::Cow;

use crate::prelude::*;
use ruche_api::{NewOperation, Operation, OperationPreview};

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
        (buttons(dialog, button_unless(Kind::Danger, None, m::start(&count), locked, press)))
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
    html! { div(class="dialog-buttons") { (button(Kind::Plain, None, words::cancel(), move || dialog.close())) (go) } }
}

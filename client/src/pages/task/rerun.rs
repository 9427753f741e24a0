//! Running a task again with other input.

use std::rc::Rc;

use crate::prelude::*;
use ruche_api::{AnyJson, RetryTask, Task};
use ruche_domain::RawJson;

use crate::{
    api::{self, Action, ApiError, Query, Remote, use_query},
    messages::{task as m, words},
    ui::{
        button::{Kind, button, button_unless},
        dialog::DialogHost,
        input::Input,
        notice::{explained, loading},
        toast::Toasts,
    },
};

/// Opens the dialog.
pub fn open(dialogs: DialogHost, toasts: Toasts, query: Query<Task>, task: Rc<Task>) {
    dialogs.open(m::run_again_title(), move |dialog| {
        let (name, id, before) = (task.task.clone(), task.id, task.kwargs.0.as_str().to_owned());
        // A task that is not registered any more has no schema: it is written as JSON.
        let definition = use_query(move || Some(api::definitions::get(&name)));
        let (action, error) = (Action::new(), create_signal(None::<ApiError>));
        let form = move || {
            let schema = match definition.get() {
                Remote::NotAsked | Remote::Loading => return loading(),
                Remote::There(known) | Remote::Stale(known, _) => known.arguments.0.as_str().to_owned(),
                Remote::Failed(_) => "{}".to_owned(),
            };
            let before = before.clone();
            untrack(|| {
                let input = Input::new("again", &schema, &before, error);
                let send = move || {
                    let Some(kwargs) = input.text().and_then(|text| RawJson::parse(&text).ok()) else { return };
                    let changes = RetryTask { kwargs: Some(AnyJson(kwargs)), ..RetryTask::default() };
                    action.run(api::tasks::retry(id, &changes), move |answer| match answer {
                        Ok(changed) => {
                            dialog.close();
                            toasts.tell(m::retried());
                            query.put(changed);
                        }
                        Err(refusal) => error.set(Some(refusal)),
                    });
                };
                html! {
                    p(class="muted") { (m::run_again_lead()) }
                    (input.view())
                    (move || error.get_clone().map(|error| html! { div(class="banner bad", role="alert") { div { p(class="notice-title") { (error.title()) } (explained(&error)) } } }))
                    div(class="dialog-buttons") {
                        (button(Kind::Plain, None, words::cancel(), move || dialog.close()))
                        (button_unless(Kind::Primary, None, m::retry(), move || action.is_busy() || input.is_wrong(), send))
                    }
                }
            })
        };
        html! { (form) }
    });
}

//! What can be done with the task, as its state allows.

use std::rc::Rc;

use crate::prelude::*;
use ruche_api::{RetryTask, Task, TaskState};

use super::rerun;
use crate::{
    api::{self, Action, Query},
    messages::{task as m, words},
    session::may_operate,
    ui::{
        button::{Kind, button, button_unless, link_button},
        confirm::{Question, confirm},
        dialog::dialogs,
        icon::Icon,
        toast::toasts_here,
    },
};

/// The buttons in the heading.
pub fn actions(query: Query<Task>, task: ReadSignal<Rc<Task>>) -> View {
    if !may_operate() {
        return View::default();
    }
    let state = create_selector(move || task.with(|task| (task.state, task.cancel_requested)));
    let (dialogs, toasts, action) = (dialogs(), toasts_here(), Action::new());
    html! {
        (move || {
            let (state, stopping) = state.get();
            untrack(|| {
                let id = task.with_untracked(|task| task.id);
                let cancel = move || {
                    let text = if state == TaskState::Running { m::cancel_running() } else { m::cancel_waiting() };
                    let question = Question { title: m::cancel_title(), text, verb: m::cancel(), dangerous: true };
                    confirm(dialogs, question, move || api::tasks::cancel(id), move |changed: Task| {
                        toasts.tell(if changed.cancel_requested { m::stop_asked() } else { m::cancelled() });
                        query.put(changed);
                    });
                };
                let retry = move || action.run(api::tasks::retry(id, &RetryTask::default()), move |answer| match answer {
                    Ok(changed) => {
                        toasts.tell(m::retried());
                        query.put(changed);
                    }
                    Err(error) => toasts.refused(&error),
                });
                let can_end = !is_terminal(state) && !stopping;
                let can_retry = is_terminal(state) || state == TaskState::Retrying;
                let edit = move || rerun::open(dialogs, toasts, query, task.get_clone_untracked());
                let again = can_retry.then(|| html! {
                    (button(Kind::Plain, Some(Icon::Edit), m::run_again(), edit))
                    (button_unless(Kind::Primary, Some(Icon::Retry), m::retry(), move || action.is_busy(), retry))
                });
                let stop = can_end.then(|| button(Kind::Danger, Some(Icon::Cancel), words::cancel(), cancel));
                html! { (link_button(Kind::Quiet, Some(Icon::Copy), m::clone(), format!("/enqueue?like={id}"))) (again) (stop) }
            })
        })
    }
}

/// Whether a task in this state has ended.
pub const fn is_terminal(state: TaskState) -> bool {
    matches!(state, TaskState::Succeeded | TaskState::Failed | TaskState::Cancelled | TaskState::Expired)
}

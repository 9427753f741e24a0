//! What the states of tasks mean.

use ruche_api::TaskState;

use super::{card, pairs};
use crate::{
    api::tasks::state_word,
    messages::{help as m, states},
    prelude::*,
    router::route::tasks_where,
    ui::badge::task_state,
};

/// The card.
pub fn card_of() -> View {
    let told = [
        (TaskState::Blocked, m::blocked()),
        (TaskState::Scheduled, m::scheduled()),
        (TaskState::Queued, m::queued()),
        (TaskState::Running, m::running()),
        (TaskState::Retrying, m::retrying()),
        (TaskState::Succeeded, m::succeeded()),
        (TaskState::Failed, m::failed()),
        (TaskState::Cancelled, m::cancelled()),
        (TaskState::Expired, m::expired()),
    ];
    let shown = |state| {
        let address = tasks_where(&[("state", state_word(state))]);
        let label = m::see_tasks(&states::of_task(state));
        html! { a(href=address, "aria-label"=label) { (task_state(state)) } }
    };
    card(m::states(), pairs(told.into_iter().map(|(state, told)| (shown(state), told.into())).collect()))
}

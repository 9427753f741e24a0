//! Operations in words.

use std::borrow::Cow;

use ruche_api::{Operation, OperationAction, OperationFilter, SkipReason};

use crate::{
    api::tasks::state_word,
    messages::operations as m,
    router::{place::Place, route::Route},
};

/// What is done.
pub fn action(operation: &Operation) -> Cow<'static, str> {
    match operation.action {
        OperationAction::Cancel => m::act_cancel(),
        OperationAction::Retry => m::act_retry(),
        OperationAction::Delete => m::act_delete(),
        OperationAction::Move => m::act_move(operation.parameters.queue.as_deref().unwrap_or("?")),
        OperationAction::SetPriority => m::act_priority(operation.parameters.priority.unwrap_or_default()),
    }
}

/// Its filter as words of the list of tasks, with their values.
fn words(filter: &OperationFilter) -> Vec<(&'static str, String)> {
    let OperationFilter { state, task, queue, worker, created_from, created_before, fingerprint } = filter.clone();
    let words = [
        ("state", state.map(|state| state_word(state).to_owned())),
        ("task", task),
        ("queue", queue),
        ("worker", worker),
        ("created_from", created_from.map(|at| at.to_rfc3339())),
        ("created_before", created_before.map(|at| at.to_rfc3339())),
        ("fingerprint", fingerprint),
    ];
    words.into_iter().filter_map(|(word, value)| Some((word, value?))).collect()
}

/// To which tasks.
pub fn filter(filter: &OperationFilter) -> String {
    let words: Vec<_> = words(filter).into_iter().map(|(word, value)| format!("{word}:{value}")).collect();
    if words.is_empty() { m::every_task().into_owned() } else { words.join(" ") }
}

/// The list of such tasks as they are now, whenever they were accepted.
pub fn tasks(filter: &OperationFilter) -> String {
    let place = Place::parse(&Route::Tasks.to_string());
    let filter = OperationFilter { created_from: None, created_before: None, ..filter.clone() };
    words(&filter).into_iter().fold(place, |place, (word, value)| place.with(word, Some(&value))).to_string()
}

/// Why a task was left as it was.
pub fn reason(reason: SkipReason) -> Cow<'static, str> {
    match reason {
        SkipReason::MovedOn => m::moved_on(),
        SkipReason::AlreadySo => m::already_so(),
        SkipReason::Gone => m::gone(),
        SkipReason::InWorkflow => m::in_workflow(),
    }
}

#[cfg(test)]
mod tests {
    use ruche_api::TaskState;

    use super::*;

    #[test]
    fn a_filter_reads_like_a_search_and_leads_to_it() {
        let some =
            OperationFilter { state: Some(TaskState::Failed), queue: Some("mail".to_owned()), ..OperationFilter::default() };
        assert_eq!(filter(&some), "state:failed queue:mail");
        assert_eq!(tasks(&some), "/tasks?state=failed&queue=mail");
        assert_eq!(filter(&OperationFilter::default()), "all tasks");
    }
}

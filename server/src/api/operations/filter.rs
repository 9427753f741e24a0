//! From what a caller wishes to an operation that can be stored, and back.

use ruche_api::{FieldError, NewOperation, OperationFilter, OperationParameters};
use ruche_domain::{OperationAction, Priority, QueueName, Timestamp};
use ruche_store::{TaskFilter, walked};

use crate::problem::{Code, Problem};

/// The action and the filter, checked.
pub fn checked(wish: &NewOperation) -> Result<(OperationAction, TaskFilter), Problem> {
    let mut errors = Vec::new();
    let filter = filter(&wish.filter, &mut errors);
    let action = action(wish, &mut errors);
    if filter == TaskFilter::default() && errors.is_empty() {
        errors.push(error("/filter", "min_properties", "at least one condition is needed"));
    }
    let (Some(action), true) = (action, errors.is_empty()) else {
        return Err(Problem::new(Code::InvalidBody).errors(errors));
    };
    if walked(&action, &filter).is_empty() {
        let state = filter.state.map_or("failed", ruche_domain::TaskState::as_str);
        let detail = format!("{action} changes no task that is {state}");
        let errors = vec![error("/filter/state", Code::ConflictingParameters.as_str(), &detail)];
        return Err(Problem::new(Code::ConflictingParameters).detail(detail).errors(errors));
    }
    Ok((action, filter))
}

fn action(wish: &NewOperation, errors: &mut Vec<FieldError>) -> Option<OperationAction> {
    use ruche_api::OperationAction as Word;
    let OperationParameters { queue, priority } = wish.parameters.clone().unwrap_or_default();
    let mut unwanted = |pointer: &str, given: bool| {
        if given {
            errors.push(error(pointer, "unknown_field", "this action takes no such parameter"));
        }
    };
    if wish.action != Word::Move {
        unwanted("/parameters/queue", queue.is_some());
    }
    if wish.action != Word::SetPriority {
        unwanted("/parameters/priority", priority.is_some());
    }
    match wish.action {
        Word::Cancel => Some(OperationAction::Cancel),
        Word::Retry => Some(OperationAction::Retry),
        Word::Delete => Some(OperationAction::Delete),
        Word::Move => {
            let queue = needed(queue, "/parameters/queue", errors)?;
            named(QueueName::new(&queue), "/parameters/queue", errors).map(|queue| OperationAction::Move { queue })
        }
        Word::SetPriority => {
            let priority = needed(priority, "/parameters/priority", errors)?;
            if Priority::new(priority).is_none() {
                errors.push(error("/parameters/priority", "maximum", "0 to 9"));
            }
            Priority::new(priority).map(|priority| OperationAction::SetPriority { priority })
        }
    }
}

fn filter(wish: &OperationFilter, errors: &mut Vec<FieldError>) -> TaskFilter {
    let OperationFilter { state, task, queue, worker, created_from, created_before, fingerprint } = wish;
    TaskFilter {
        state: state.map(Into::into),
        name: task.as_deref().and_then(|name| named(name.parse(), "/filter/task", errors)),
        queue: queue.as_deref().and_then(|name| named(name.parse(), "/filter/queue", errors)),
        worker: worker.as_deref().and_then(|name| named(name.parse(), "/filter/worker", errors)),
        created_from: created_from.and_then(|at| time(at, "/filter/created_from", errors)),
        created_before: created_before.and_then(|at| time(at, "/filter/created_before", errors)),
        fingerprint: fingerprint.as_deref().and_then(|print| named(print.parse(), "/filter/fingerprint", errors)),
    }
}

/// The filter as the API shows it.
pub fn shown(filter: TaskFilter) -> OperationFilter {
    let TaskFilter { state, name, queue, worker, created_from, created_before, fingerprint } = filter;
    OperationFilter {
        state: state.map(Into::into),
        task: name.map(Into::into),
        queue: queue.map(Into::into),
        worker: worker.map(Into::into),
        created_from,
        created_before,
        fingerprint: fingerprint.map(Into::into),
    }
}

/// The action and its parameters as the API shows them.
pub fn shown_action(action: &OperationAction) -> (ruche_api::OperationAction, OperationParameters) {
    use ruche_api::OperationAction as Word;
    let none = OperationParameters::default();
    match action {
        OperationAction::Cancel => (Word::Cancel, none),
        OperationAction::Retry => (Word::Retry, none),
        OperationAction::Delete => (Word::Delete, none),
        OperationAction::Move { queue } => (Word::Move, OperationParameters { queue: Some(queue.as_str().to_owned()), ..none }),
        OperationAction::SetPriority { priority } => {
            (Word::SetPriority, OperationParameters { priority: Some(priority.get()), ..none })
        }
    }
}

fn needed<T>(value: Option<T>, pointer: &str, errors: &mut Vec<FieldError>) -> Option<T> {
    if value.is_none() {
        errors.push(error(pointer, "required", "this action needs it"));
    }
    value
}

fn named<T, E: std::fmt::Display>(value: Result<T, E>, pointer: &str, errors: &mut Vec<FieldError>) -> Option<T> {
    value.map_err(|refusal| errors.push(error(pointer, "pattern", &refusal.to_string()))).ok()
}

/// A time that RFC 3339 can write, in the microseconds that databases keep.
fn time(at: Timestamp, pointer: &str, errors: &mut Vec<FieldError>) -> Option<Timestamp> {
    if !(-62_135_596_800..=253_402_300_799).contains(&at.timestamp()) {
        errors.push(error(pointer, "range", "a time of the years 1 to 9999"));
        return None;
    }
    Timestamp::from_timestamp_micros(at.timestamp_micros())
}

fn error(pointer: &str, code: &str, detail: &str) -> FieldError {
    FieldError { pointer: Some(pointer.to_owned()), parameter: None, code: code.to_owned(), detail: detail.to_owned() }
}

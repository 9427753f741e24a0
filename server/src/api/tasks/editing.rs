//! From what a caller wishes to change of a task to what can be stored: checked as if the task was enqueued anew.

use std::sync::Arc;

use ruche_api::{AnyJson, EnqueueTask, RetryTask};
use ruche_domain::TaskId;
use ruche_store::TaskEdit;

use super::existing;
use crate::{acceptance::Desk, problem::Problem, state::Shared, tracing_context};

/// The changes, if the task can be enqueued with them.
pub async fn edited(shared: &Shared, id: TaskId, wish: RetryTask) -> Result<TaskEdit, Problem> {
    let before = existing(shared, id).await?.task;
    let RetryTask { args, kwargs, queue, priority, max_attempts } = wish;
    let changed = TaskEdit { args: None, kwargs: None, queue: None, priority: None, max_attempts };
    let (new_args, new_kwargs) = (args.is_some(), kwargs.is_some());
    let (new_queue, new_priority) = (queue.is_some(), priority.is_some());
    let whole = EnqueueTask {
        args: Some(args.unwrap_or_else(|| AnyJson(before.args.clone()))),
        kwargs: Some(kwargs.unwrap_or_else(|| AnyJson(before.kwargs.clone()))),
        queue,
        priority,
        max_attempts,
        ..EnqueueTask::named(before.name.as_str())
    };
    // Only arguments that are changed are checked: others were, and may be retried as they are.
    let checks = new_args || new_kwargs;
    let definitions = if checks { shared.definitions.with(before.name.as_str()).await? } else { Arc::default() };
    let desk = Desk {
        definitions: &definitions,
        // It was accepted once; that its workers are away is no reason not to queue it again.
        accept_unregistered: true,
        trace: &tracing_context::of(None, &*shared.clock),
        now: shared.clock.now(),
    };
    let accepted = desk.accept(whole, id).map_err(|rejection| rejection.into_problem(""))?;
    Ok(TaskEdit {
        args: new_args.then_some(accepted.args),
        kwargs: new_kwargs.then_some(accepted.kwargs),
        queue: new_queue.then_some(accepted.queue),
        priority: new_priority.then_some(accepted.priority),
        ..changed
    })
}

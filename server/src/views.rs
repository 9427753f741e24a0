//! From what the store and the domain say to what the API shows.

mod schedule;
mod webhook;
mod workflow;

use ruche_api::{AnyJson, Attempt, Definition, LogLine, Retry, Task, TaskState, TaskSummary};
use ruche_domain::{NewTask, RetryPolicy, TaskDefinition};
use ruche_store::{AttemptView, LogView, TaskView};

pub use schedule::{schedule, tick};
pub use webhook::{delivery, delivery_state, webhook};
pub use workflow::{workflow, workflow_summary, workflow_word};

/// A task in a list.
pub fn summary(row: ruche_store::TaskSummary) -> TaskSummary {
    TaskSummary {
        id: row.id.as_uuid(),
        task: row.name.into(),
        queue: row.queue.into(),
        priority: row.priority,
        state: row.state.into(),
        attempt: row.attempt,
        attempts_used: row.attempts_used,
        max_attempts: row.max_attempts,
        created_at: row.created_at,
        queued_at: row.queued_at,
        due_at: row.due_at,
        started_at: row.started_at,
        finished_at: row.finished_at,
        lease_until: row.lease_until,
        expires_at: row.expires_at,
        worker: row.worker.map(Into::into),
        cancel_requested: row.cancel_requested,
        progress: row.progress.map(Into::into),
        failure: row.failure.map(Into::into),
    }
}

/// A whole task.
pub fn task(view: TaskView) -> Task {
    let TaskView { summary: row, task, result } = view;
    let TaskSummary {
        id,
        task: name,
        queue,
        priority,
        state,
        attempt,
        attempts_used,
        max_attempts,
        created_at,
        queued_at,
        due_at,
        started_at,
        finished_at,
        lease_until,
        expires_at,
        worker,
        cancel_requested,
        progress,
        failure,
    } = summary(row);
    Task {
        id,
        task: name,
        queue,
        priority,
        state,
        attempt,
        attempts_used,
        max_attempts,
        created_at,
        queued_at,
        due_at,
        started_at,
        finished_at,
        lease_until,
        expires_at,
        worker,
        cancel_requested,
        progress,
        failure,
        args: AnyJson(task.args),
        kwargs: AnyJson(task.kwargs),
        eta: task.eta,
        timeout_ms: task.options.timeout.map(millis),
        retry: task.options.retry.map(retry),
        trace_id: task.options.trace.map(|trace| trace.trace_id().to_owned()),
        schedule: task.options.schedule.as_ref().map(|by| by.name.as_str().to_owned()),
        tick_at: task.options.schedule.map(|by| by.tick_at),
        concurrency_key: task.options.concurrency_key.map(Into::into),
        waiting: None,
        result: result.map(AnyJson),
    }
}

/// A task that was just accepted, without asking the store.
pub fn accepted(task: &NewTask) -> Task {
    let state = task.initial_state();
    let scheduled = state == ruche_domain::TaskState::Scheduled;
    Task {
        id: task.id.as_uuid(),
        task: task.name.as_str().to_owned(),
        queue: task.queue.as_str().to_owned(),
        priority: task.priority.get(),
        state: TaskState::from(state),
        attempt: 0,
        attempts_used: 0,
        max_attempts: task.max_attempts,
        created_at: task.created_at,
        queued_at: (!scheduled).then_some(task.created_at),
        due_at: task.eta.filter(|_| scheduled),
        started_at: None,
        finished_at: None,
        lease_until: None,
        expires_at: task.expires_at,
        worker: None,
        cancel_requested: false,
        progress: None,
        failure: None,
        args: AnyJson(task.args.clone()),
        kwargs: AnyJson(task.kwargs.clone()),
        eta: task.eta,
        timeout_ms: task.options.timeout.map(millis),
        retry: task.options.retry.map(retry),
        trace_id: task.options.trace.as_ref().map(|trace| trace.trace_id().to_owned()),
        schedule: task.options.schedule.as_ref().map(|by| by.name.as_str().to_owned()),
        tick_at: task.options.schedule.as_ref().map(|by| by.tick_at),
        concurrency_key: task.options.concurrency_key.clone().map(Into::into),
        waiting: None,
        result: None,
    }
}

/// An attempt.
pub fn attempt(view: AttemptView) -> Attempt {
    Attempt {
        attempt: view.attempt,
        worker: view.worker.map(Into::into),
        state: view.state.into(),
        queued_at: view.queued_at,
        started_at: view.started_at,
        finished_at: view.finished_at,
        failure: view.failure.map(Into::into),
    }
}

/// A log line.
pub fn log_line(view: LogView) -> LogLine {
    LogLine { seq: view.seq, attempt: view.attempt, at: view.at, level: view.level.into(), message: view.message }
}

/// A task definition.
pub fn definition(definition: &TaskDefinition) -> Definition {
    let (summary, _) = definition.summary_and_rest();
    Definition {
        name: definition.name.as_str().to_owned(),
        summary,
        description: definition.description.clone(),
        arguments: AnyJson(definition.arguments.clone()),
        result: AnyJson(definition.result.clone()),
        queue: definition.queue.as_str().to_owned(),
        priority: definition.priority.get(),
        retry: retry(definition.retry),
        timeout_ms: definition.timeout.map(millis),
    }
}

fn retry(policy: RetryPolicy) -> Retry {
    // A policy's JSON form is what the API shows.
    serde_json::to_value(policy).and_then(serde_json::from_value).unwrap_or_default()
}

fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

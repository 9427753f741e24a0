//! `GET /tasks/{id}/timeline`

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{OpenApi, param::Path};
use ruche_api::{Timeline, TimelineEvent, TimelineKind};
use ruche_domain::{TaskState, Timestamp};
use ruche_store::{AttemptView, TaskView};

use super::{
    super::{Tag, names},
    existing,
    get::OfTask,
};
use crate::{payload::Document, refusal::Refusal, state::Shared};

/// A task's life.
pub struct GetTimeline;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Tasks")]
impl GetTimeline {
    /// Get a task's timeline
    ///
    /// What happened to the task, in order: accepted, scheduled, queued, started, progress, failed attempts, ended. It is derived
    /// from the task and its attempts.
    #[oai(path = "/tasks/:id/timeline", method = "get", operation_id = "getTaskTimeline")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn get_task_timeline(
        &self,
        shared: Data<&Shared>,
        /// The task.
        id: Path<String>,
    ) -> Result<Document<Timeline>, Refusal<OfTask>> {
        let id = names::task_id(&id)?;
        let task = existing(&shared, id).await?;
        let attempts = shared.store.attempts(id).await?;
        Ok(Document(Timeline { data: timeline(task, attempts) }))
    }
}

fn timeline(view: TaskView, attempts: Vec<AttemptView>) -> Vec<TimelineEvent> {
    let task = view.summary;
    let mut events = vec![event(TimelineKind::Accepted, task.created_at)];
    if let Some(eta) = view.task.eta.filter(|eta| *eta > task.created_at) {
        events.push(TimelineEvent { state: Some(TaskState::Scheduled.into()), ..event(TimelineKind::Scheduled, eta) });
    }
    let started = attempts.iter().any(|attempt| attempt.finished_at.is_none());
    for attempt in attempts {
        of_attempt(attempt, &mut events);
    }
    let waits = task.state == TaskState::Queued;
    if let Some(queued_at) = task.queued_at.filter(|_| waits && !started) {
        events.push(TimelineEvent { state: Some(task.state.into()), ..event(TimelineKind::Queued, queued_at) });
    }
    if let (TaskState::Retrying, Some(due_at)) = (task.state, task.due_at) {
        events.push(TimelineEvent { state: Some(task.state.into()), ..event(TimelineKind::Scheduled, due_at) });
    }
    if let (Some(progress), Some(at)) = (task.progress, task.started_at) {
        let at = task.finished_at.unwrap_or(at);
        let progress =
            TimelineEvent { progress: Some(progress.into()), attempt: Some(task.attempt), ..event(TimelineKind::Progress, at) };
        events.push(progress);
    }
    if let Some(finished_at) = task.finished_at.filter(|_| task.state.is_terminal()) {
        events.push(TimelineEvent {
            state: Some(task.state.into()),
            attempt: (task.attempt > 0).then_some(task.attempt),
            failure: task.failure.map(Into::into),
            ..event(TimelineKind::Ended, finished_at)
        });
    }
    // What happened at the same instant stays in the order it was told here.
    events.sort_by_key(|event| (event.at, event.kind == TimelineKind::Ended));
    events
}

fn of_attempt(attempt: AttemptView, events: &mut Vec<TimelineEvent>) {
    let number = Some(attempt.attempt);
    let worker: Option<String> = attempt.worker.map(Into::into);
    if let Some(queued_at) = attempt.queued_at {
        let state = Some(TaskState::Queued.into());
        events.push(TimelineEvent { attempt: number, state, ..event(TimelineKind::Queued, queued_at) });
    }
    let state = Some(TaskState::Running.into());
    events.push(TimelineEvent {
        attempt: number,
        worker: worker.clone(),
        state,
        ..event(TimelineKind::Started, attempt.started_at)
    });
    let Some(finished_at) = attempt.finished_at else { return };
    let kind = match attempt.state {
        TaskState::Retrying | TaskState::Failed => TimelineKind::AttemptFailed,
        TaskState::Queued => TimelineKind::AttemptReleased,
        _ => return,
    };
    events.push(TimelineEvent {
        attempt: number,
        worker,
        state: Some(attempt.state.into()),
        failure: attempt.failure.map(Into::into),
        ..event(kind, finished_at)
    });
}

fn event(kind: TimelineKind, at: Timestamp) -> TimelineEvent {
    TimelineEvent { kind, at, attempt: None, worker: None, state: None, progress: None, failure: None }
}

//! One live event.

use ruche_api::{ResetEvent, SummaryEvent, TaskEvent};
use ruche_domain::{Change, ChangeKind, Changes, QueueName, TaskId, TaskName};
use serde::Serialize;

/// An event with its number.
#[derive(Debug)]
pub struct LiveEvent {
    /// Grows by one.
    pub seq: u64,
    /// What happened.
    pub what: What,
}

/// What happened.
#[derive(Debug)]
pub enum What {
    /// One task changed.
    Task(Change),
    /// Many did.
    Summary(SummaryEvent),
    /// A task definition, queue or worker changed.
    Registry,
    /// The server missed notices.
    Lost,
}

impl What {
    /// The events in a notice.
    pub fn of(changes: Changes) -> Vec<Self> {
        match changes {
            Changes::Each(changes) => changes.into_iter().map(Self::Task).collect(),
            Changes::Summary(counts) => {
                let entered = counts.into_iter().map(|(state, count)| (state.as_str().to_owned(), count)).collect();
                vec![Self::Summary(SummaryEvent { entered })]
            }
            Changes::Registry => vec![Self::Registry],
            Changes::Released => Vec::new(),
            Changes::Lost => vec![Self::Lost],
        }
    }

    /// The event's name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Task(change) => match change.kind {
                ChangeKind::State(_) => "task.state",
                ChangeKind::CancelRequested => "task.cancel_requested",
                ChangeKind::Progress => "task.progress",
                ChangeKind::Log => "task.log",
            },
            Self::Summary(_) => "summary",
            Self::Registry => "registry",
            Self::Lost => "reset",
        }
    }

    /// The event's data as JSON.
    pub fn data(&self) -> String {
        match self {
            Self::Task(change) => json(&task_event(change)),
            Self::Summary(summary) => json(summary),
            Self::Registry => "{}".to_owned(),
            Self::Lost => reset("feed_lost"),
        }
    }
}

/// The data of a `reset`.
pub fn reset(reason: &str) -> String {
    json(&ResetEvent { reason: reason.to_owned() })
}

fn task_event(change: &Change) -> TaskEvent {
    let state = match change.kind {
        ChangeKind::State(state) => Some(state.into()),
        _ => None,
    };
    TaskEvent {
        id: change.id.as_uuid(),
        task: change.name.as_str().to_owned(),
        queue: change.queue.as_str().to_owned(),
        attempt: change.attempt,
        at: change.at,
        state,
    }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("strings, numbers and times have a JSON form")
}

/// Which tasks' events a client wants; summaries, `registry` and `reset` always come.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// Of this task.
    pub id: Option<TaskId>,
    /// Of tasks of this name.
    pub name: Option<TaskName>,
    /// Of tasks in this queue.
    pub queue: Option<QueueName>,
}

impl EventFilter {
    /// Whether the event is wanted.
    pub fn wants(&self, what: &What) -> bool {
        let What::Task(change) = what else { return true };
        self.id.is_none_or(|id| id == change.id)
            && self.name.as_ref().is_none_or(|name| *name == change.name)
            && self.queue.as_ref().is_none_or(|queue| *queue == change.queue)
    }
}

//! Badges of states: a sign, a word and a colour, so that none of the three is needed.

use std::borrow::Cow;

use crate::prelude::*;
use ruche_api::{OperationState, TaskState, WorkerStatus, WorkflowState};

use crate::messages::states;

/// What a state means, whatever it is a state of. Colours follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Waiting,
    Due,
    Active,
    Again,
    Good,
    Bad,
    Off,
}

impl Tone {
    /// Its word in class names.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Due => "due",
            Self::Active => "active",
            Self::Again => "again",
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Off => "off",
        }
    }

    /// The path of its sign, on a grid of 16.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Waiting => "M8 3.2a4.8 4.8 0 1 0 0 9.6a4.8 4.8 0 0 0 0-9.6M8 5.4V8l1.8 1.2",
            Self::Due => "M3.5 5h9M3.5 8h9M3.5 11h5.5",
            Self::Active => "M5.5 3.8 12 8 5.5 12.2Z",
            Self::Again => "M3.6 8a4.4 4.4 0 1 0 1.3-3.1L3.6 6.2M3.6 3.2v3h3",
            Self::Good => "m3.6 8.4 3 3 5.8-6.2",
            Self::Bad => "M8 3.6v5.2M8 11.9v.2",
            Self::Off => "M4 8h8",
        }
    }

    /// Of a task's state.
    pub const fn of_task(state: TaskState) -> Self {
        match state {
            TaskState::Blocked | TaskState::Scheduled => Self::Waiting,
            TaskState::Queued => Self::Due,
            TaskState::Running => Self::Active,
            TaskState::Retrying => Self::Again,
            TaskState::Succeeded => Self::Good,
            TaskState::Failed => Self::Bad,
            TaskState::Cancelled | TaskState::Expired => Self::Off,
        }
    }
}

/// A badge.
pub fn badge(tone: Tone, label: impl Into<Cow<'static, str>>) -> View {
    let label = label.into();
    html! {
        span(class=format!("badge {}", tone.word())) {
            svg(class="badge-sign", viewBox="0 0 16 16", "aria-hidden"="true") { path(d=tone.sign()) }
            (label)
        }
    }
}

/// A task's state.
pub fn task_state(state: TaskState) -> View {
    badge(Tone::of_task(state), states::of_task(state))
}

/// An operation's state.
pub fn operation_state(state: OperationState) -> View {
    let tone = match state {
        OperationState::Pending => Tone::Due,
        OperationState::Running => Tone::Active,
        OperationState::Succeeded => Tone::Good,
        OperationState::Cancelled => Tone::Off,
        OperationState::Failed => Tone::Bad,
    };
    badge(tone, states::of_operation(state))
}

/// A workflow's state.
pub fn workflow_state(state: WorkflowState) -> View {
    let tone = match state {
        WorkflowState::Running => Tone::Active,
        WorkflowState::Succeeded => Tone::Good,
        WorkflowState::Failed => Tone::Bad,
        WorkflowState::Cancelled => Tone::Off,
    };
    badge(tone, states::of_workflow(state))
}

/// How a worker is.
pub fn worker_status(status: WorkerStatus) -> View {
    let tone = match status {
        WorkerStatus::Online => Tone::Good,
        WorkerStatus::Draining => Tone::Again,
        WorkerStatus::Lost => Tone::Bad,
    };
    badge(tone, states::of_worker(status))
}

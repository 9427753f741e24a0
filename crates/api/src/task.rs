//! Tasks.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{AnyJson, Retry, Waiting};

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Enum), oai(rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// Waits for tasks it depends on.
    Blocked,
    /// Waits for its ETA.
    Scheduled,
    /// May run now.
    Queued,
    /// A worker runs it.
    Running,
    /// Waits for its next attempt.
    Retrying,
    /// Ended well.
    Succeeded,
    /// Ended badly: a dead letter.
    Failed,
    /// Ended because somebody asked.
    Cancelled,
    /// Did not start in time.
    Expired,
}

macro_rules! mirrored {
    ($($state:ident),*) => {
        impl From<ruche_domain::TaskState> for TaskState {
            fn from(state: ruche_domain::TaskState) -> Self {
                match state { $(ruche_domain::TaskState::$state => Self::$state),* }
            }
        }

        impl From<TaskState> for ruche_domain::TaskState {
            fn from(state: TaskState) -> Self {
                match state { $(TaskState::$state => Self::$state),* }
            }
        }
    };
}

mirrored!(Blocked, Scheduled, Queued, Running, Retrying, Succeeded, Failed, Cancelled, Expired);

/// How far an attempt has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct Progress {
    /// Units done.
    pub current: u64,
    /// Units in all, where known.
    pub total: Option<u64>,
    /// What is being done.
    pub message: Option<String>,
}

impl From<ruche_domain::Progress> for Progress {
    fn from(progress: ruche_domain::Progress) -> Self {
        let ruche_domain::Progress { current, total, message } = progress;
        Self { current, total, message }
    }
}

/// Why an attempt failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct Failure {
    /// A stable word for the kind of failure, e.g. `timed_out`, `panicked`, `lost`.
    pub kind: String,
    /// For people.
    pub message: String,
    /// Details for people, where there are any.
    pub details: Option<String>,
}

impl From<ruche_domain::TaskFailure> for Failure {
    fn from(failure: ruche_domain::TaskFailure) -> Self {
        let ruche_domain::TaskFailure { kind, message, details } = failure;
        Self { kind, message, details }
    }
}

/// A task in a list: without payload and result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct TaskSummary {
    /// Id, a UUID that sorts by time.
    pub id: Uuid,
    /// Name of the registered task.
    pub task: String,
    /// Queue.
    pub queue: String,
    /// How urgent it is, 0 to 9, 9 most.
    pub priority: u8,
    /// Where it stands.
    pub state: TaskState,
    /// Number of the current or last attempt; 0 before the first.
    pub attempt: u32,
    /// Attempts that counted against `max_attempts`.
    pub attempts_used: u32,
    /// Attempts allowed.
    pub max_attempts: u32,
    /// When it was accepted.
    pub created_at: DateTime<Utc>,
    /// When it last became runnable.
    pub queued_at: Option<DateTime<Utc>>,
    /// When it becomes due, while `scheduled` or `retrying`.
    pub due_at: Option<DateTime<Utc>>,
    /// When the current or last attempt began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// Until when its worker's lease holds, while `running`.
    pub lease_until: Option<DateTime<Utc>>,
    /// Not to start after this time.
    pub expires_at: Option<DateTime<Utc>>,
    /// Worker of the current or last attempt.
    pub worker: Option<String>,
    /// Whether it runs and was asked to stop.
    pub cancel_requested: bool,
    /// Progress of the current or last attempt.
    pub progress: Option<Progress>,
    /// Why the last attempt failed.
    pub failure: Option<Failure>,
}

/// A task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct Task {
    /// Id, a UUID that sorts by time.
    pub id: Uuid,
    /// Name of the registered task.
    pub task: String,
    /// Queue.
    pub queue: String,
    /// How urgent it is, 0 to 9, 9 most.
    pub priority: u8,
    /// Where it stands.
    pub state: TaskState,
    /// Number of the current or last attempt; 0 before the first.
    pub attempt: u32,
    /// Attempts that counted against `max_attempts`.
    pub attempts_used: u32,
    /// Attempts allowed.
    pub max_attempts: u32,
    /// When it was accepted.
    pub created_at: DateTime<Utc>,
    /// When it last became runnable.
    pub queued_at: Option<DateTime<Utc>>,
    /// When it becomes due, while `scheduled` or `retrying`.
    pub due_at: Option<DateTime<Utc>>,
    /// When the current or last attempt began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// Until when its worker's lease holds, while `running`.
    pub lease_until: Option<DateTime<Utc>>,
    /// Not to start after this time.
    pub expires_at: Option<DateTime<Utc>>,
    /// Worker of the current or last attempt.
    pub worker: Option<String>,
    /// Whether it runs and was asked to stop.
    pub cancel_requested: bool,
    /// Progress of the current or last attempt.
    pub progress: Option<Progress>,
    /// Why the last attempt failed.
    pub failure: Option<Failure>,
    /// Positional arguments.
    pub args: AnyJson,
    /// Keyword arguments.
    pub kwargs: AnyJson,
    /// Not to run before this time.
    pub eta: Option<DateTime<Utc>>,
    /// Longest time one attempt may run, in milliseconds, where it differs from the task definition.
    pub timeout_ms: Option<u64>,
    /// How failed attempts are retried, where it differs from the task definition.
    pub retry: Option<Retry>,
    /// W3C trace the task belongs to: 32 hexadecimal digits.
    pub trace_id: Option<String>,
    /// The schedule that made it.
    #[serde(default)]
    pub schedule: Option<String>,
    /// The schedule's tick that it was made for.
    #[serde(default)]
    pub tick_at: Option<DateTime<Utc>>,
    /// What the task is counted by where its queue limits each key.
    #[serde(default)]
    pub concurrency_key: Option<String>,
    /// Why it waits, while it does; only where one task is asked for.
    #[serde(default)]
    pub waiting: Option<Waiting>,
    /// What it returned, once `succeeded`.
    pub result: Option<AnyJson>,
}

/// A page of tasks, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct TaskPage {
    /// The tasks.
    pub data: Vec<TaskSummary>,
    /// Pass it as `cursor`, with the same filters, for the next page.
    pub next_cursor: Option<String>,
    /// Whether there is a next page.
    pub has_more: bool,
}

/// How a task ended, if it has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct TaskResult {
    /// The task.
    pub id: Uuid,
    /// Where it stands.
    pub state: TaskState,
    /// Whether it has ended.
    pub ready: bool,
    /// What it returned, once `succeeded`.
    pub result: Option<AnyJson>,
    /// Why the last attempt failed.
    pub failure: Option<Failure>,
}

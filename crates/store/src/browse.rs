//! Reading: what the API shows. Every filter is answered by an index.

use async_trait::async_trait;
use ruche_domain::{
    Fingerprint, LogLevel, NewTask, Progress, QueueName, RawJson, TaskFailure, TaskId, TaskName, TaskState, Timestamp, WorkerName,
};

use serde::{Deserialize, Serialize};

use crate::{Page, StoreError};

/// Which tasks to list; conditions are combined by "and".
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TaskFilter {
    /// In this state.
    pub state: Option<TaskState>,
    /// With this name.
    pub name: Option<TaskName>,
    /// In this queue.
    pub queue: Option<QueueName>,
    /// Run last by this worker.
    pub worker: Option<WorkerName>,
    /// Accepted at or after this time.
    pub created_from: Option<Timestamp>,
    /// Accepted before this time.
    pub created_before: Option<Timestamp>,
    /// Failed, with this fingerprint.
    pub fingerprint: Option<Fingerprint>,
}

impl TaskFilter {
    /// Whether tasks in this state may pass.
    #[must_use]
    pub fn passes(&self, state: TaskState) -> bool {
        self.state.is_none_or(|wanted| wanted == state) && (self.fingerprint.is_none() || state == TaskState::Failed)
    }

    /// The states whose tasks may pass, in the order of life.
    #[must_use]
    pub fn states(&self) -> Vec<TaskState> {
        TaskState::ALL.into_iter().filter(|state| self.passes(*state)).collect()
    }
}

/// Where a page begins: after the task accepted at this time with this id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// `created_at` of the last task seen.
    pub created_at: Timestamp,
    /// Its id.
    pub id: TaskId,
}

/// A task in a list: without payload, result and options.
#[derive(Debug, Clone)]
pub struct TaskSummary {
    /// Its id.
    pub id: TaskId,
    /// Registered function.
    pub name: TaskName,
    /// Queue.
    pub queue: QueueName,
    /// Priority, 0 to 9.
    pub priority: u8,
    /// State.
    pub state: TaskState,
    /// Current or last attempt; 0 before the first.
    pub attempt: u32,
    /// Attempts that counted.
    pub attempts_used: u32,
    /// Attempts allowed.
    pub max_attempts: u32,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When it last became runnable.
    pub queued_at: Option<Timestamp>,
    /// When it becomes due, while `scheduled` or `retrying`.
    pub due_at: Option<Timestamp>,
    /// When the current or last attempt began.
    pub started_at: Option<Timestamp>,
    /// When the task ended.
    pub finished_at: Option<Timestamp>,
    /// Until when the lease holds, while `running`.
    pub lease_until: Option<Timestamp>,
    /// Not to start after this.
    pub expires_at: Option<Timestamp>,
    /// Worker of the current or last attempt.
    pub worker: Option<WorkerName>,
    /// Whether a running task was asked to stop.
    pub cancel_requested: bool,
    /// Progress of the current or last attempt.
    pub progress: Option<Progress>,
    /// Why the last attempt failed.
    pub failure: Option<TaskFailure>,
}

/// A whole task.
#[derive(Debug, Clone)]
pub struct TaskView {
    /// What lists show.
    pub summary: TaskSummary,
    /// What was enqueued.
    pub task: NewTask,
    /// What it returned.
    pub result: Option<RawJson>,
}

/// One attempt, past or current.
#[derive(Debug, Clone)]
pub struct AttemptView {
    /// Number, from 1.
    pub attempt: u32,
    /// Who ran it.
    pub worker: Option<WorkerName>,
    /// When the task had become runnable.
    pub queued_at: Option<Timestamp>,
    /// When the attempt began.
    pub started_at: Timestamp,
    /// When it ended; `None` while it runs.
    pub finished_at: Option<Timestamp>,
    /// `running`, or what it led to: `succeeded`, `retrying`, `failed`, `cancelled`, `queued` (handed back or lost).
    pub state: TaskState,
    /// Why it failed.
    pub failure: Option<TaskFailure>,
}

/// One log line.
#[derive(Debug, Clone)]
pub struct LogView {
    /// Grows within a task; the cursor for more lines.
    pub seq: i64,
    /// Attempt that wrote it.
    pub attempt: u32,
    /// When.
    pub at: Timestamp,
    /// How important.
    pub level: LogLevel,
    /// Text.
    pub message: String,
}

/// A queue with its live tasks.
#[derive(Debug, Clone)]
pub struct QueueView {
    /// Name.
    pub name: QueueName,
    /// Tasks per live state (`blocked`, `scheduled`, `queued`, `running`, `retrying`), zeros left out.
    pub live: Vec<(TaskState, u64)>,
    /// Since when the longest waiting queued task waits.
    pub oldest_queued_at: Option<Timestamp>,
    /// Since when the longest running task runs.
    pub oldest_started_at: Option<Timestamp>,
}

/// A number that counting stops at: beyond it the count says "at least".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountedState {
    /// State counted.
    pub state: TaskState,
    /// Tasks in it, at most the limit asked for.
    pub count: u64,
}

/// Reading.
#[async_trait]
pub trait Browse: Send + Sync {
    /// One page of tasks, newest first; `limit` rows at most.
    ///
    /// # Errors
    /// Any.
    async fn tasks(
        &self,
        filter: &TaskFilter,
        after: Option<Cursor>,
        limit: u32,
    ) -> Result<Page<TaskSummary, Cursor>, StoreError>;

    /// One task; `None` if there is no such task.
    ///
    /// # Errors
    /// Any.
    async fn task(&self, id: TaskId) -> Result<Option<TaskView>, StoreError>;

    /// States of many tasks; unknown ids are left out. For waiting on outcomes.
    ///
    /// # Errors
    /// Any.
    async fn states(&self, ids: &[TaskId]) -> Result<Vec<(TaskId, TaskState)>, StoreError>;

    /// A task's attempts in order, the current one included.
    ///
    /// # Errors
    /// Any.
    async fn attempts(&self, id: TaskId) -> Result<Vec<AttemptView>, StoreError>;

    /// A task's log lines after `after_seq`, in order, at most `limit`.
    ///
    /// # Errors
    /// Any.
    async fn logs(&self, id: TaskId, after_seq: i64, limit: u32) -> Result<Vec<LogView>, StoreError>;

    /// Queues that have live tasks.
    ///
    /// # Errors
    /// Any.
    async fn queues(&self) -> Result<Vec<QueueView>, StoreError>;

    /// Tasks per state, each counted up to `limit`.
    ///
    /// # Errors
    /// Any.
    async fn counts(&self, limit: u32) -> Result<Vec<CountedState>, StoreError>;

    /// How many outbox rows wait, and since when the oldest.
    ///
    /// # Errors
    /// Any.
    async fn outbox_backlog(&self) -> Result<(u64, Option<Timestamp>), StoreError>;
}

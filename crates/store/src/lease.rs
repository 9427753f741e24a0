//! What workers ask for: claims, renewals, outcomes, progress, logs.

use async_trait::async_trait;
use ruche_domain::{AttemptOutcome, LogLine, NewTask, Progress, TaskId, Timestamp, WorkerName};

use crate::StoreError;

/// A delivery that a worker wants to run.
#[derive(Debug, Clone)]
pub struct ClaimRequest {
    /// The task.
    pub id: TaskId,
    /// Set when the message came from a client that published straight to the broker: a row is inserted from it if there is
    /// none. Ignored when the task is known.
    pub foreign: Option<NewTask>,
}

/// A task this worker now holds the lease of. What it holds is what the database has, not what the message said.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// The task.
    pub task: NewTask,
    /// Number of the attempt, from 1; fences its outcome.
    pub attempt: u32,
    /// Attempts that count against `task.max_attempts`, this one included.
    pub attempts_used: u32,
    /// When the task became runnable; the queue wait is counted from here.
    pub queued_at: Timestamp,
    /// Whether its queue was limited when it was claimed: its end may free a slot ([`Queues::claim_next`](crate::Queues::claim_next)).
    pub limited: bool,
}

/// One attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AttemptRef {
    /// The task.
    pub id: TaskId,
    /// The attempt's number.
    pub attempt: u32,
}

/// What a renewal found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewal {
    /// The lease holds until the new time.
    Renewed,
    /// The lease holds, and somebody asked that the attempt stop.
    CancelRequested,
    /// The attempt is no longer this worker's: stop it, its outcome will not be taken.
    Lost,
}

/// An attempt's end.
#[derive(Debug, Clone)]
pub struct FinishedAttempt {
    /// Which attempt.
    pub attempt: AttemptRef,
    /// How it ended.
    pub outcome: AttemptOutcome,
    /// When it ended.
    pub finished_at: Timestamp,
    /// Whether its task is a node of a workflow, as its options said when it was claimed. Only for speed: the outcome of a node
    /// is recorded in the same transaction as what it releases whatever is said here, but a batch that says so at first.
    pub of_workflow: bool,
}

/// An attempt's progress.
#[derive(Debug, Clone)]
pub struct AttemptProgress {
    /// Which attempt.
    pub attempt: AttemptRef,
    /// How far it has come.
    pub progress: Progress,
}

/// Lines an attempt logged.
#[derive(Debug, Clone)]
pub struct AttemptLog {
    /// Which attempt.
    pub attempt: AttemptRef,
    /// The lines, in order.
    pub lines: Vec<LogLine>,
}

/// Leases on tasks.
#[async_trait]
pub trait Lease: Send + Sync {
    /// Takes the lease of as many of the tasks as can be had ([`ruche_domain::Lifecycle::claim`]): those `queued` and not past
    /// `expires_at`. Others (unknown and not foreign, cancelled, done, leased by another worker, locked by a concurrent
    /// claim) are left out of the answer, whose order is free. A duplicate id is claimed once. A foreign task with an ETA
    /// still to come is stored as `scheduled` and not claimed.
    ///
    /// Need not be durable at once: a crash of the database may take the claim back, never the task. The attempt's outcome is
    /// fenced, and its next renewal finds the lease lost.
    ///
    /// # Errors
    /// Any; then nothing was claimed.
    async fn claim(
        &self,
        worker: &WorkerName,
        requests: Vec<ClaimRequest>,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<Vec<Claimed>, StoreError>;

    /// Prolongs the leases that `worker` still holds; one answer per attempt, in order.
    ///
    /// # Errors
    /// Any; then no lease was prolonged.
    async fn renew(
        &self,
        worker: &WorkerName,
        attempts: &[AttemptRef],
        lease_until: Timestamp,
    ) -> Result<Vec<Renewal>, StoreError>;

    /// Records how attempts ended ([`ruche_domain::Lifecycle::finish`]), durable when it returns; `true` for each outcome that
    /// was taken, in order. Not taken: the task no longer runs this attempt. Recording the same outcome again is not taken and
    /// changes nothing. Attempts that are not the task's last (retrying, released) are kept as history.
    ///
    /// # Errors
    /// Any; then no outcome was recorded.
    async fn finish(&self, finished: &[FinishedAttempt]) -> Result<Vec<bool>, StoreError>;

    /// Keeps the latest progress of running attempts; of others it is ignored.
    ///
    /// # Errors
    /// Any; progress is a convenience, the caller drops it.
    async fn record_progress(&self, progress: &[AttemptProgress], now: Timestamp) -> Result<(), StoreError>;

    /// Appends log lines, also after the attempt ended.
    ///
    /// # Errors
    /// Any; then no line was kept.
    async fn append_logs(&self, logs: &[AttemptLog]) -> Result<(), StoreError>;
}

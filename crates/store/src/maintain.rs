//! What the maintenance duties ask for. Any number of servers may call these at once: no row is handed to two of them.

use std::time::Duration;

use async_trait::async_trait;
use ruche_domain::{NewTask, QueueName, TaskName, TaskState, Timestamp};

use crate::{OutboxId, StoreError};

/// Tasks that are `queued` and to be published, with the note to confirm afterwards.
#[derive(Debug, Clone, Default)]
pub struct Handover {
    /// The tasks.
    pub tasks: Vec<NewTask>,
    /// The notes that cover them.
    pub outbox: Vec<OutboxId>,
}

/// What became of tasks whose worker fell silent.
#[derive(Debug, Clone, Default)]
pub struct Rescued {
    /// Those that are queued again, and the notes that cover them.
    pub again: Handover,
    /// Those that ended.
    pub ended: Vec<Ended>,
}

/// A task that ended without a worker's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Its name.
    pub name: TaskName,
    /// Its queue.
    pub queue: QueueName,
    /// How it ended.
    pub state: TaskState,
}

/// How long ended tasks are kept.
#[derive(Debug, Clone, Copy)]
pub struct Retention {
    /// Succeeded tasks.
    pub succeeded: Duration,
    /// Failed tasks, the dead letters.
    pub failed: Duration,
    /// Cancelled and expired tasks.
    pub other: Duration,
    /// Idempotency keys.
    pub idempotency_keys: Duration,
}

/// Maintenance.
#[async_trait]
pub trait Maintain: Send + Sync {
    /// Relay: outbox rows older than `before`, at most `limit` rows; each is taken over by setting its time to `now`, so that
    /// other servers leave it alone meanwhile. Only tasks still `queued` are returned; a row all of whose tasks have moved on is removed.
    ///
    /// # Errors
    /// Any; the next round tries again.
    async fn take_unpublished(&self, before: Timestamp, now: Timestamp, limit: u32) -> Result<Handover, StoreError>;

    /// Relay: tasks of `queue` that have been `queued` since before `before`, the most urgent and oldest first, at most `limit`.
    /// For when the broker says the queue is empty: their messages are lost, or it never held them. `queued_at` is not
    /// changed; publishing a task twice does no harm.
    ///
    /// # Errors
    /// Any; the next round tries again.
    async fn queued_since(&self, queue: &QueueName, before: Timestamp, limit: u32) -> Result<Vec<NewTask>, StoreError>;

    /// Queues that have at least one `queued` task, and since when the longest waiting one waits.
    ///
    /// # Errors
    /// Any.
    async fn waiting_queues(&self) -> Result<Vec<(QueueName, Timestamp)>, StoreError>;

    /// Scheduler: moves due tasks to `queued` ([`ruche_domain::Lifecycle::release`]), at most `limit`, with an outbox row.
    ///
    /// # Errors
    /// Any; then nothing moved.
    async fn release_due(&self, now: Timestamp, limit: u32) -> Result<Handover, StoreError>;

    /// When the next task becomes due, if any waits for its time.
    ///
    /// # Errors
    /// Any.
    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError>;

    /// Scheduler: moves tasks past `expires_at` to `expired` ([`ruche_domain::Lifecycle::expire`]), at most `limit`; how many.
    ///
    /// # Errors
    /// Any; then nothing moved.
    async fn expire_overdue(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError>;

    /// Rescuer: [`ruche_domain::Lifecycle::rescue`] for tasks whose lease ran out, at most `limit`; those queued again have
    /// an outbox row. The lost attempt is kept as history with the failure `lost`.
    ///
    /// # Errors
    /// Any; then nothing moved.
    async fn rescue_lost(&self, now: Timestamp, limit: u32) -> Result<Rescued, StoreError>;

    /// Pruner: deletes ended tasks past their retention with their attempts and logs, idempotency keys past theirs, and workers
    /// not heard of for a day; before them workflows, as tasks that ended like them: a node stays as long as its workflow. At most
    /// `limit` tasks; how many tasks were deleted. Call again while it returns `limit`.
    ///
    /// # Errors
    /// Any; then nothing was deleted.
    async fn prune(&self, retention: &Retention, now: Timestamp, limit: u32) -> Result<u64, StoreError>;
}

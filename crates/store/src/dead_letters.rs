//! Tasks that failed for good, by what went wrong.

use async_trait::async_trait;
use ruche_domain::{Fingerprint, Priority, QueueName, RawJson, TaskFailure, TaskId, TaskName, Timestamp};

use crate::{Page, RetryAnswer, StoreError};

/// Failed tasks of one fingerprint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadGroup {
    /// What they have in common.
    pub fingerprint: Fingerprint,
    /// Their name.
    pub name: TaskName,
    /// How many there are, at most the limit asked for.
    pub count: u64,
    /// When the one of them that failed first failed.
    pub first_seen: Timestamp,
    /// When the one of them that failed last failed.
    pub last_seen: Timestamp,
    /// The one that failed last.
    pub sample: TaskId,
    /// Its failure.
    pub failure: TaskFailure,
}

/// What is changed of a task before it is retried; `None` leaves it as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskEdit {
    /// Positional arguments: a JSON array.
    pub args: Option<RawJson>,
    /// Keyword arguments: a JSON object.
    pub kwargs: Option<RawJson>,
    /// Queue.
    pub queue: Option<QueueName>,
    /// Priority.
    pub priority: Option<Priority>,
    /// Attempts in all; one more than were used if that is more.
    pub max_attempts: Option<u32>,
}

impl TaskEdit {
    /// What is changed, in words, for the task's log: no values, as they may be large or secret. `None` if nothing is.
    #[must_use]
    pub fn in_words(&self) -> Option<String> {
        let Self { args, kwargs, queue, priority, max_attempts } = self;
        let fields = [
            ("args", args.is_some()),
            ("kwargs", kwargs.is_some()),
            ("queue", queue.is_some()),
            ("priority", priority.is_some()),
            ("max_attempts", max_attempts.is_some()),
        ];
        let named: Vec<_> = fields.iter().filter(|(_, set)| *set).map(|(name, _)| *name).collect();
        (!named.is_empty()).then(|| format!("retried by hand with other {}", named.join(", ")))
    }
}

/// Dead letters.
#[async_trait]
pub trait DeadLetters: Send + Sync {
    /// One page of groups in the order of their fingerprints, each counted up to `count`; `limit` groups at most.
    ///
    /// # Errors
    /// Any.
    async fn dead_letters(
        &self,
        after: Option<&Fingerprint>,
        limit: u32,
        count: u32,
    ) -> Result<Page<DeadGroup, Fingerprint>, StoreError>;

    /// The group of a fingerprint, counted up to `count`; `None` if no failed task has it.
    ///
    /// # Errors
    /// Any.
    async fn dead_letter(&self, fingerprint: &Fingerprint, count: u32) -> Result<Option<DeadGroup>, StoreError>;

    /// [`ruche_domain::Lifecycle::retry`] of a task that is changed at the same moment; else like
    /// [`crate::Control::retry`]. The task's log says what was changed; what it was before is not kept.
    ///
    /// # Errors
    /// Any; then nothing changed.
    async fn edit_and_retry(&self, id: TaskId, edit: &TaskEdit, now: Timestamp) -> Result<RetryAnswer, StoreError>;

    /// Gives failed tasks a fingerprint that have none, at most `limit`; how many. Those that failed before there were
    /// fingerprints have none; every later failure is stored with its own.
    ///
    /// # Errors
    /// Any; then nothing changed.
    async fn fingerprint_failures(&self, limit: u32) -> Result<u64, StoreError>;
}

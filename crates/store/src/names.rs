//! Task names whose starts are limited, in whatever queue.
//!
//! A task of such a name may be claimed only with a slot, as one of a limited queue. In a limited queue the queue's round gives it,
//! and takes a token of the name as well; in any other a round of the name does.

use async_trait::async_trait;
use ruche_domain::{
    NewTask, TaskId, TaskName, Timestamp,
    limit::{Admitted, Bucket, Lane, NameBuckets, QueueLimits, Rate, Waits, admit},
};

use crate::{Admissions, StoreError};

/// What is said of a task name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameLimit {
    /// The name.
    pub name: TaskName,
    /// Starts per time; `None` when that was lifted a moment ago.
    pub rate: Option<Rate>,
    /// The bucket, as it was left.
    pub bucket: Bucket,
    /// Since when nothing is limited any more, while waiting tasks are still to be published ([`NameLimits::sweep_name`]).
    pub opened_at: Option<Timestamp>,
}

/// Limiting the starts of task names.
#[async_trait]
pub trait NameLimits: Send + Sync {
    /// Names that are limited, or were until a moment ago; by name, at most 10,000.
    ///
    /// # Errors
    /// Any.
    async fn name_limits(&self) -> Result<Vec<NameLimit>, StoreError>;

    /// Replaces a name's rate; `None` lifts it, and then says whether there was one. Announces
    /// [`ruche_domain::Changes::Registry`].
    ///
    /// # Errors
    /// Any; then nothing changed.
    async fn limit_name(&self, name: &TaskName, rate: Option<&Rate>, now: Timestamp) -> Result<bool, StoreError>;

    /// One round for a limited name: gives slots to its oldest waiting tasks in queues that are neither paused nor limited, at
    /// most `most`. Those that nobody has begun are given once more, as in [`crate::Queues::admit`]. Nothing for a name that is not
    /// limited, or in another round just now.
    ///
    /// # Errors
    /// Any; then nobody was admitted.
    async fn admit_name(
        &self,
        name: &TaskName,
        now: Timestamp,
        told_before: Timestamp,
        most: u32,
    ) -> Result<Admissions, StoreError>;

    /// The next waiting tasks of a name that was lifted, as [`crate::Queues::sweep`].
    ///
    /// # Errors
    /// Any; the next round tries again.
    async fn sweep_name(
        &self,
        name: &TaskName,
        now: Timestamp,
        again_after: std::time::Duration,
        limit: u32,
    ) -> Result<Option<Vec<NewTask>>, StoreError>;
}

/// A task that waits, as a queue's round sees it. Part of what stores share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiter {
    /// The task.
    pub id: TaskId,
    /// The number of its last attempt.
    pub attempt: u32,
    /// Its name, where that is limited.
    pub name: Option<String>,
}

impl Waits for Waiter {
    fn limited_name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

/// How far a name's waiting tasks were looked through. Part of what stores share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NamePlace {
    /// When the last one that was looked at was created.
    pub created_at: Timestamp,
    /// Its id.
    pub id: TaskId,
}

impl NamePlace {
    /// Waiting tasks that one look reads: the oldest, and now and then as many further on.
    pub const LOOK: u32 = 1_000;

    /// Before the first task.
    pub const FIRST: Self = Self { created_at: Timestamp::UNIX_EPOCH, id: TaskId::NIL };

    /// The later of two.
    #[must_use]
    pub fn later(self, other: Self) -> Self {
        if (self.created_at, self.id) < (other.created_at, other.id) { other } else { self }
    }
}

/// Which of a name's waiting tasks, the oldest first, may start: the most urgent of those that were looked at. The bucket is
/// brought to the present and taken from. Part of what stores share.
pub fn start_oldest(
    rate: Rate,
    bucket: &mut Bucket,
    mut waiting: Vec<(u8, TaskId)>,
    most: u32,
    now: Timestamp,
) -> Admitted<Start> {
    let limits = QueueLimits { max_running: None, rate: Some(rate), per_key: None };
    waiting.sort_by_key(|(priority, _)| std::cmp::Reverse(*priority));
    let waiting = waiting.into_iter().map(|(_, id)| Start(id)).collect();
    let mut lanes = [Lane { key: String::new(), running: 0, stopping: 0, bucket: None, waiting }];
    let mut own = Some(*bucket);
    let mut admitted = admit(&limits, 0, &mut own, &mut NameBuckets::default(), &mut lanes, most, now);
    if let Some(own) = own {
        *bucket = own;
    }
    if admitted.next_at.is_none() && bucket.next_at(&rate) > now {
        // Nobody waits for the next token yet; who comes before it finds the round at its time.
        admitted.next_at = Some(bucket.next_at(&rate));
    }
    admitted
}

/// A task that a name's round starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start(pub TaskId);

impl Waits for Start {
    fn limited_name(&self) -> Option<&str> {
        None
    }
}

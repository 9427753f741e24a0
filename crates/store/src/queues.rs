//! Queues that are paused or limited.
//!
//! A task of such a queue is `queued` like any other; what differs is that it may be claimed only with a *slot*: leave for one
//! attempt, given by a round of admissions, which counts under a lock. Whatever ends the attempt frees the slot by the task's
//! having moved on, so no statement but the claim knows of slots.

use std::collections::HashMap;

use async_trait::async_trait;
use ruche_domain::{
    Change, ConcurrencyKey, NewTask, QueueName, TaskId, Timestamp, WorkerName,
    limit::{Admitted, Bucket, KeyStrategy, Lane, QueueLimits},
};

use crate::{Claimed, EnqueueAnswer, EnqueueRequest, StoreError};

/// What is said of a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// The queue.
    pub queue: QueueName,
    /// Since when none of its tasks is started.
    pub paused_at: Option<Timestamp>,
    /// What is limited.
    pub limits: Option<QueueLimits>,
    /// Since when neither holds any more, while its waiting tasks are still to be published ([`Queues::sweep`]).
    pub opened_at: Option<Timestamp>,
}

impl Gate {
    /// Whether its tasks are held back: to be started only with a slot, or not at all.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        self.paused_at.is_some() || self.limits.is_some()
    }
}

/// What a round of admissions came to.
#[derive(Debug, Clone, Default)]
pub struct Admissions {
    /// Tasks that have a slot and are to be published: new ones, and old ones nobody has begun.
    pub tasks: Vec<NewTask>,
    /// How many of them are new.
    pub admitted: u32,
    /// Tasks that were cancelled or asked to stop, to make room.
    pub stopped: Vec<Change>,
    /// When a rate allows the next start.
    pub next_at: Option<Timestamp>,
}

/// How a waiting task stands with its queue's limits.
#[derive(Debug, Clone, Copy, Default)]
pub struct Standing {
    /// It has a slot.
    pub admitted: bool,
    /// Slots of the queue in use.
    pub running: u32,
    /// Of these, by its key.
    pub key_running: u32,
    /// The queue's bucket, unless it is full.
    pub bucket: Option<Bucket>,
    /// The key's bucket, unless it is full.
    pub key_bucket: Option<Bucket>,
}

/// Pausing, limiting, admitting.
#[async_trait]
pub trait Queues: Send + Sync {
    /// Queues that are paused, limited, or were until a moment ago; by name, at most 10,000.
    ///
    /// # Errors
    /// Any.
    async fn gates(&self) -> Result<Vec<Gate>, StoreError>;

    /// Holds a queue's tasks back: no claim that begins after this returns starts one. Since when it is paused; pausing a paused
    /// queue changes nothing. Announces [`ruche_domain::Changes::Registry`].
    ///
    /// # Errors
    /// Any; then nothing changed.
    async fn pause(&self, queue: &QueueName, now: Timestamp) -> Result<Timestamp, StoreError>;

    /// Lets a queue's tasks go on; whether it was paused. Announces [`ruche_domain::Changes::Registry`] if it was.
    ///
    /// # Errors
    /// Any; then nothing changed.
    async fn resume(&self, queue: &QueueName, now: Timestamp) -> Result<bool, StoreError>;

    /// Replaces a queue's limits; `None` lifts them. What runs goes on, and counts. Announces
    /// [`ruche_domain::Changes::Registry`].
    ///
    /// # Errors
    /// Any; then nothing changed.
    async fn limit(&self, queue: &QueueName, limits: Option<&QueueLimits>, now: Timestamp) -> Result<(), StoreError>;

    /// One round of admissions for a limited queue, at most `most` new ones; those of `now` and before `told_before` that nobody
    /// has begun are given once more. Nothing for a queue that is paused, not limited, or in another round just now.
    ///
    /// # Errors
    /// Any; then nobody was admitted.
    async fn admit(&self, queue: &QueueName, now: Timestamp, told_before: Timestamp, most: u32)
    -> Result<Admissions, StoreError>;

    /// A round of admissions by a worker whose attempts of the queue have ended: at most `most` new ones, which this worker claims
    /// in the same transaction, so that a slot does not stand empty while a message is on its way. Waits for a round that goes
    /// on. Nothing for a queue that is paused, or has no limit that an end makes room in. Otherwise as [`Queues::admit`] and
    /// [`Lease::claim`](crate::Lease::claim) are.
    ///
    /// # Errors
    /// Any; then nobody was admitted, and the next round of anybody does it.
    async fn claim_next(
        &self,
        queue: &QueueName,
        worker: &WorkerName,
        now: Timestamp,
        lease_until: Timestamp,
        most: u32,
    ) -> Result<Vec<Claimed>, StoreError>;

    /// The next waiting tasks, at most `limit`, of a queue that was opened, the most urgent and oldest first: to be published,
    /// as nobody did while it was closed. Remembers how far it came. Goes through the queue twice, the second time from
    /// `again_after` the opening on, for tasks that a server held back which had not heard of it yet; then forgets the queue.
    /// `None` when there is nothing to do at this time.
    ///
    /// # Errors
    /// Any; the next round tries again.
    async fn sweep(
        &self,
        queue: &QueueName,
        now: Timestamp,
        again_after: std::time::Duration,
        limit: u32,
    ) -> Result<Option<Vec<NewTask>>, StoreError>;

    /// Slots of a limited queue in use, as of its last round.
    ///
    /// # Errors
    /// Any.
    async fn slots(&self, queue: &QueueName) -> Result<u32, StoreError>;

    /// How a task that is `queued` stands, whose last attempt was `attempt`.
    ///
    /// # Errors
    /// Any.
    async fn standing(
        &self,
        queue: &QueueName,
        key: Option<&ConcurrencyKey>,
        id: TaskId,
        attempt: u32,
    ) -> Result<Standing, StoreError>;
}

/// Keys one round of admissions looks at, at most; the next one goes on after them.
pub const LANES: u32 = 500;

/// Least tasks one round looks through for such as have no key.
const UNKEYED_LEAST: u32 = 50;

/// Most tasks one round looks through for such as have no key, if it finds one.
const UNKEYED: u32 = 500;

/// What one round looks through where the first few tasks all have keys: so far at once, and not more often than this.
pub const UNKEYED_DEEP: u32 = 5_000;

/// Between two deep looks.
pub const DEEP_LOOKS: chrono::TimeDelta = chrono::TimeDelta::seconds(1);

/// Waiting tasks with keys that one round reads, about.
const READ: u32 = 2_000;

/// Where the next round of admissions begins: after the key that had the last turn. Where a round saw as many keys as it may and
/// none of them could have a turn, after those, so that keys behind many full ones come to theirs. Part of what stores share.
#[must_use]
pub fn next_after<'a, T>(admitted: &'a Admitted<T>, before: &'a str, seen: &'a [String]) -> &'a str {
    let keyed = admitted.tasks.iter().any(|(key, _)| !key.is_empty());
    match seen.last().filter(|_| !keyed && seen.len() == LANES as usize) {
        Some(end) => end,
        None => admitted.last.as_deref().unwrap_or(before),
    }
}

/// How many tasks of each of so many keys to read: as many as could have a turn. Part of what stores share.
#[must_use]
pub fn each(limits: &QueueLimits, keys: usize, most: u32) -> u32 {
    let share = (READ / u32::try_from(keys.max(1)).unwrap_or(READ)).max(1);
    let allowed = limits.per_key.and_then(|key| key.max_running).unwrap_or(u32::MAX);
    share.min(most.max(1)).min(allowed)
}

/// Slots in use by key: all, and such as were asked to stop. Part of what stores share.
#[derive(Debug, Default)]
pub struct InUse(HashMap<String, (u32, u32)>);

impl InUse {
    /// From rows of key, all, asked to stop.
    #[must_use]
    pub fn new(rows: Vec<(String, u32, u32)>) -> Self {
        Self(rows.into_iter().map(|(key, running, stopping)| (key, (running, stopping))).collect())
    }

    /// Slots in use in the queue.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.0.values().fold(0, |sum, (running, _)| sum.saturating_add(*running))
    }

    /// How many tasks of a lane are worth reading, of the `most` that may be admitted.
    #[must_use]
    pub fn room(&self, limits: &QueueLimits, most: u32) -> u32 {
        if limits.per_key.is_some_and(|key| key.strategy == KeyStrategy::CancelRunning) {
            // Those without room make room.
            return most;
        }
        limits.max_running.map_or(most, |max| max.saturating_sub(self.total()).min(most))
    }

    /// How many tasks to look through for such as have no key: those with slots may stand before them.
    #[must_use]
    pub fn look(&self, room: u32) -> u32 {
        room.saturating_add(self.total()).clamp(UNKEYED_LEAST, UNKEYED)
    }

    /// Lanes of waiting tasks, which come sorted by key; buckets that are missing are full.
    #[must_use]
    pub fn lanes<T>(
        &self,
        waiting: Vec<(String, T)>,
        buckets: &HashMap<String, Bucket>,
        limits: &QueueLimits,
        now: Timestamp,
    ) -> Vec<Lane<T>> {
        let rate = limits.per_key.and_then(|key| key.rate);
        let mut lanes: Vec<Lane<T>> = Vec::new();
        for (key, task) in waiting {
            if lanes.last().is_none_or(|lane| lane.key != key) {
                let (running, stopping) = self.0.get(&key).copied().unwrap_or_default();
                let known = |rate| buckets.get(&key).copied().unwrap_or_else(|| Bucket::full(rate, now));
                // Tasks without a key have none that could be limited.
                let bucket = rate.as_ref().filter(|_| !key.is_empty()).map(known);
                lanes.push(Lane { key, running, stopping, bucket, waiting: Vec::new() });
            }
            lanes.last_mut().expect("one was pushed if there was none").waiting.push(task);
        }
        lanes
    }
}

/// Turns [`EnqueueAnswer::Created`] into [`EnqueueAnswer::KeyFull`] for requests that need more room than their tasks' keys have,
/// one after the other; `room` is by queue and key, where there is a bound. Part of what stores share.
pub fn refuse_full(requests: &[EnqueueRequest], answers: &mut [EnqueueAnswer], mut room: HashMap<(String, String), u32>) {
    let mut refused: HashMap<&str, EnqueueAnswer> = HashMap::new();
    for (request, answer) in requests.iter().zip(answers) {
        let idempotency = request.idempotency.as_ref().map(|key| key.key.as_str());
        if *answer != EnqueueAnswer::Created {
            // A repetition of what was refused in this batch.
            let first = idempotency.and_then(|key| refused.get(key)).filter(|_| matches!(answer, EnqueueAnswer::Replayed(_)));
            *answer = first.unwrap_or(answer).clone();
            continue;
        }
        let mut taken: HashMap<(String, String), u32> = HashMap::new();
        for (index, task) in request.tasks.iter().enumerate() {
            let Some(key) = &task.options.concurrency_key else { continue };
            let place = (task.queue.as_str().to_owned(), key.as_str().to_owned());
            let Some(room) = room.get(&place) else { continue };
            let taken = taken.entry(place).or_default();
            *taken += 1;
            if *taken > *room {
                *answer = EnqueueAnswer::KeyFull(index);
                break;
            }
        }
        if let (EnqueueAnswer::KeyFull(_), Some(key)) = (&*answer, idempotency) {
            refused.insert(key, answer.clone());
        }
        if *answer == EnqueueAnswer::Created {
            taken.into_iter().for_each(|(place, count)| *room.entry(place).or_default() -= count);
        }
    }
}

//! The store under test with what most cases do to it.

use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use ruche_domain::{
    AttemptOutcome, Clock, ManualClock, NewTask, Priority, QueueName, RawJson, TaskFailure, TaskId, TaskName, TaskOptions,
    TaskState, Timestamp, WorkerName,
};

use crate::{
    AttemptRef, ClaimRequest, Claimed, EnqueueAnswer, EnqueueRequest, FinishedAttempt, InsertedBatch, SharedStore, TaskView,
};

/// How long leases hold in these tests.
pub const LEASE: TimeDelta = TimeDelta::seconds(30);

/// A limit no test reaches.
pub const MANY: u32 = 10_000;

/// The store under test, and a clock that stands still unless told otherwise.
pub struct Subject {
    pub store: SharedStore,
    pub clock: ManualClock,
}

impl Subject {
    /// The clock starts at a fixed time.
    #[must_use]
    pub fn new(store: SharedStore) -> Self {
        Self::seeded(store, 7)
    }

    /// With other ids and other randomness.
    #[must_use]
    pub fn seeded(store: SharedStore, seed: u64) -> Self {
        let start = DateTime::from_timestamp(1_790_000_000, 123_456_000).expect("a time in range");
        Self { store, clock: ManualClock::new(start, seed) }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Moves the clock forward and gives the new time.
    pub fn advance(&self, seconds: u64) -> Timestamp {
        self.clock.advance(Duration::from_secs(seconds));
        self.now()
    }

    pub fn in_seconds(&self, seconds: i64) -> Timestamp {
        self.now() + TimeDelta::seconds(seconds)
    }

    /// An id nothing has yet.
    pub fn new_id(&self) -> TaskId {
        self.clock.new_task_id()
    }

    /// A plain task, accepted now: `t.plain` in `default`, three attempts.
    pub fn task(&self) -> NewTask {
        NewTask {
            id: self.new_id(),
            name: name("t.plain"),
            queue: QueueName::default_queue(),
            priority: Priority::default(),
            args: RawJson::empty_array(),
            kwargs: RawJson::empty_object(),
            max_attempts: 3,
            created_at: self.now(),
            eta: None,
            expires_at: None,
            options: TaskOptions::default(),
        }
    }

    /// `count` plain tasks.
    pub fn tasks(&self, count: usize) -> Vec<NewTask> {
        (0..count).map(|_| self.task()).collect()
    }

    /// Enqueues tasks in one request without a key.
    pub async fn insert(&self, tasks: Vec<NewTask>) -> InsertedBatch {
        let request = EnqueueRequest { tasks, idempotency: None };
        let batch = self.store.enqueue(&[request], self.now()).await.expect("enqueue");
        assert_eq!(batch.answers, [EnqueueAnswer::Created]);
        batch
    }

    /// Enqueues one plain task.
    pub async fn queued(&self) -> NewTask {
        self.queued_as(|_| {}).await
    }

    /// Enqueues one task that differs from the plain one.
    pub async fn queued_as(&self, change: impl FnOnce(&mut NewTask)) -> NewTask {
        let mut task = self.task();
        change(&mut task);
        self.insert(vec![task.clone()]).await;
        task
    }

    /// Enqueues one plain task and claims it.
    pub async fn running(&self) -> Claimed {
        self.running_as(|_| {}).await
    }

    /// Enqueues one task that differs from the plain one, and claims it.
    pub async fn running_as(&self, change: impl FnOnce(&mut NewTask)) -> Claimed {
        let task = self.queued_as(change).await;
        self.claim_one(task.id).await.expect("a queued task is claimed")
    }

    /// Claims as [`worker`] until [`LEASE`] from now.
    pub async fn claim(&self, ids: &[TaskId]) -> Vec<Claimed> {
        let requests = ids.iter().map(|&id| ClaimRequest { id, foreign: None }).collect();
        self.store.claim(&worker(), requests, self.now(), self.now() + LEASE).await.expect("claim")
    }

    pub async fn claim_one(&self, id: TaskId) -> Option<Claimed> {
        let mut claimed = self.claim(&[id]).await;
        assert!(claimed.len() <= 1, "one task was asked for");
        claimed.pop()
    }

    /// Reports one outcome, now; whether it was taken.
    pub async fn finish(&self, attempt: AttemptRef, outcome: AttemptOutcome) -> bool {
        let finished = FinishedAttempt { attempt, outcome, finished_at: self.now(), of_workflow: false };
        let taken = self.store.finish(&[finished]).await.expect("finish");
        assert_eq!(taken.len(), 1, "one answer per outcome");
        taken[0]
    }

    /// A task that went all the way to `outcome`.
    pub async fn ended(&self, outcome: AttemptOutcome) -> Claimed {
        let claimed = self.running().await;
        assert!(self.finish(attempt(&claimed), outcome).await);
        claimed
    }

    pub async fn view(&self, id: TaskId) -> TaskView {
        self.store.task(id).await.expect("task").expect("the task is stored")
    }

    pub async fn state(&self, id: TaskId) -> TaskState {
        self.view(id).await.summary.state
    }
}

pub fn name(text: &str) -> TaskName {
    TaskName::new(text).expect("a valid task name")
}

pub fn queue(text: &str) -> QueueName {
    QueueName::new(text).expect("a valid queue name")
}

/// The worker of most cases.
pub fn worker() -> WorkerName {
    worker_called("ruche@one")
}

pub fn worker_called(text: &str) -> WorkerName {
    WorkerName::new(text).expect("a valid worker name")
}

pub fn attempt(claimed: &Claimed) -> AttemptRef {
    AttemptRef { id: claimed.task.id, attempt: claimed.attempt }
}

pub fn succeeded() -> AttemptOutcome {
    AttemptOutcome::Succeeded { result: RawJson::trusted("42") }
}

pub fn failed() -> AttemptOutcome {
    AttemptOutcome::Failed { failure: failure() }
}

pub fn retrying(due_at: Timestamp) -> AttemptOutcome {
    AttemptOutcome::Retrying { due_at, failure: failure() }
}

pub fn failure() -> TaskFailure {
    TaskFailure::new("boom", "it went wrong")
}

/// Ids in order, for comparing answers whose order is free.
pub fn sorted(ids: impl IntoIterator<Item = TaskId>) -> Vec<TaskId> {
    let mut ids: Vec<_> = ids.into_iter().collect();
    ids.sort_unstable();
    ids
}

//! Unique tasks. Any number of servers may enqueue the same key at once: one task comes of it.

mod settling;

use async_trait::async_trait;
use ruche_domain::{NewTask, TaskId, Timestamp, Uniqueness};

use crate::{Handover, IdempotencyKey, StoreError};

pub use settling::{Amended, Known, Settled, Taken};

/// One caller's tasks, some of which are to be unique: accepted together or not at all.
#[derive(Debug, Clone)]
pub struct UniqueRequest {
    /// The tasks, with ids that no stored task has.
    pub tasks: Vec<UniqueTask>,
    /// Set when the caller may repeat itself.
    pub idempotency: Option<IdempotencyKey>,
}

/// A task, and whether it is to be unique.
#[derive(Debug, Clone)]
pub struct UniqueTask {
    /// The task.
    pub task: NewTask,
    /// Among which.
    pub unique: Option<Uniqueness>,
}

/// What became of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UniqueAnswer {
    /// What came of its tasks, in order, is committed.
    Accepted(Vec<UniqueFate>),
    /// The same request was accepted before; these are its tasks, in order. Nothing was changed.
    Replayed(Vec<TaskId>),
    /// The idempotency key was used for another request. Nothing was changed.
    KeyReused,
    /// A task's unique key is held. Nothing was changed.
    Held {
        /// Which task, counted from 0.
        index: usize,
        /// By this one.
        by: TaskId,
    },
    /// A new task's concurrency key is full, and its queue refuses more: which, counted from 0. Nothing was changed.
    KeyFull(usize),
}

/// What came of a task of an accepted request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UniqueFate {
    /// It was inserted.
    Created(TaskId),
    /// This task stands for it.
    Existing(TaskId),
    /// This task waited and has taken over its arguments.
    Replaced(TaskId),
}

impl UniqueFate {
    /// The task that does the work.
    #[must_use]
    pub const fn id(self) -> TaskId {
        match self {
            Self::Created(id) | Self::Existing(id) | Self::Replaced(id) => id,
        }
    }
}

/// What a batch of requests came to.
#[derive(Debug, Clone)]
pub struct UniqueBatch {
    /// One answer per request, in order.
    pub answers: Vec<UniqueAnswer>,
    /// What is to be published: the inserted and the amended tasks that are `queued`.
    pub handover: Handover,
}

/// Accepting unique tasks, durably.
#[async_trait]
pub trait Unique: Send + Sync {
    /// Accepts many requests in one transaction, as if they came one after the other, durable when it returns. For each unique
    /// task the holder of its key is locked and [`Uniqueness::decide`] asked. A task that another one stands for is none more of
    /// its concurrency key; one that is to be created finds room there, or is refused. Everything else is as for
    /// [`Enqueue::enqueue`](crate::Enqueue::enqueue); the idempotency keys are the same.
    ///
    /// # Errors
    /// Any; then nothing was changed.
    async fn enqueue_unique(&self, requests: &[UniqueRequest], now: Timestamp) -> Result<UniqueBatch, StoreError>;
}

//! Accepting tasks.

use async_trait::async_trait;
use ruche_domain::{NewTask, TaskId, Timestamp};

use crate::StoreError;

/// One caller's tasks: accepted together or not at all.
#[derive(Debug, Clone)]
pub struct EnqueueRequest {
    /// The tasks, with ids that no stored task has.
    pub tasks: Vec<NewTask>,
    /// Set when the caller may repeat itself.
    pub idempotency: Option<IdempotencyKey>,
}

/// What recognises a repeated request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The caller's key, already scoped to the caller and the operation.
    pub key: String,
    /// SHA-256 of the request.
    pub fingerprint: [u8; 32],
}

/// What became of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnqueueAnswer {
    /// The tasks are committed.
    Created,
    /// The same request was accepted before; these are its tasks, in order. Nothing was inserted.
    Replayed(Vec<TaskId>),
    /// The key was used for another request. Nothing was inserted.
    KeyReused,
    /// A task's concurrency key is full, and its queue refuses what is beyond ([`ruche_domain::limit::KeyStrategy`]); this is
    /// the task's position in the request. Nothing was inserted, and its idempotency key is not used up.
    KeyFull(usize),
}

/// A committed note that tasks were handed to the publisher; see [`Enqueue::confirm_published`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OutboxId(pub i64);

/// What a batch of requests came to.
#[derive(Debug, Clone)]
pub struct InsertedBatch {
    /// One answer per request, in order.
    pub answers: Vec<EnqueueAnswer>,
    /// The note that covers all inserted tasks that start as `queued`; `None` if there are none.
    pub outbox: Option<OutboxId>,
}

/// Accepting tasks, durably.
#[async_trait]
pub trait Enqueue: Send + Sync {
    /// Inserts the tasks of many requests in one transaction, durable when it returns. Tasks whose ETA is after their
    /// `created_at` start as `scheduled`, all others as `queued`; one outbox row names the queued ones, so that the relay finds
    /// them if the caller dies before they are published. Announces the changes on the feed.
    ///
    /// Requests with an idempotency key insert only if the key is new (two in one batch with the same key: the first wins).
    ///
    /// # Errors
    /// Any; then nothing was inserted.
    async fn enqueue(&self, requests: &[EnqueueRequest], now: Timestamp) -> Result<InsertedBatch, StoreError>;

    /// Removes outbox rows whose tasks the broker has confirmed. Unknown ids are ignored.
    ///
    /// # Errors
    /// Any; the relay will then publish the tasks once more, which does no harm.
    async fn confirm_published(&self, outbox: &[OutboxId]) -> Result<(), StoreError>;
}

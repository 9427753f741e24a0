//! Who waits before whom, and how many: bounded answers, from indexes, for people who ask why nothing happens.

use async_trait::async_trait;
use ruche_domain::{ConcurrencyKey, QueueName, TaskId, Timestamp};

use crate::StoreError;

/// A waiting task's place is told up to so many before it.
pub const MOST_BEFORE: u32 = 1_000;

/// A waiting task, as far as its place in line goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InLine {
    /// The task.
    pub id: TaskId,
    /// Its priority.
    pub priority: u8,
    /// Since when it may run.
    pub queued_at: Timestamp,
}

/// A concurrency key of which as many tasks run as may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FullKey {
    /// The key.
    pub key: String,
    /// Its slots in use.
    pub running: u32,
    /// Its tasks that wait without one, up to the number asked for.
    pub waiting: u32,
}

/// Lines.
#[async_trait]
pub trait Lines: Send + Sync {
    /// How many `queued` tasks of a queue, or of a key in it, come before this one; counted up to `most`.
    ///
    /// # Errors
    /// Any.
    async fn before(&self, queue: &QueueName, key: Option<&ConcurrencyKey>, task: InLine, most: u32) -> Result<u32, StoreError>;

    /// Keys of a limited queue with `full` slots or more as of its last round, at most `keys`, and how many tasks of each wait,
    /// counted up to `most`.
    ///
    /// # Errors
    /// Any.
    async fn full_keys(&self, queue: &QueueName, full: u32, keys: u32, most: u32) -> Result<Vec<FullKey>, StoreError>;
}

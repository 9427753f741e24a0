//! Worker processes and their heartbeats.

use async_trait::async_trait;
use ruche_domain::{QueueName, TaskName, Timestamp, WorkerName};

use crate::StoreError;

/// What a worker tells of itself.
#[derive(Debug, Clone)]
pub struct WorkerHeartbeat {
    /// Node name, unique among live workers.
    pub name: WorkerName,
    /// Queues it serves.
    pub queues: Vec<QueueName>,
    /// Tasks it can run.
    pub tasks: Vec<TaskName>,
    /// Attempts it runs at once, at most.
    pub slots: u32,
    /// Attempts it runs now.
    pub busy: u32,
    /// Its version.
    pub version: String,
    /// When it started.
    pub started_at: Timestamp,
    /// Whether it is shutting down and takes no more tasks.
    pub draining: bool,
}

/// A worker as last heard of.
#[derive(Debug, Clone)]
pub struct WorkerView {
    /// What it told.
    pub heartbeat: WorkerHeartbeat,
    /// When.
    pub seen_at: Timestamp,
}

/// Worker processes.
#[async_trait]
pub trait Workers: Send + Sync {
    /// Stores a worker's heartbeat; announces [`ruche_domain::Changes::Registry`] when the worker is new or began to drain.
    ///
    /// # Errors
    /// Any; the next one tries again.
    async fn heartbeat(&self, heartbeat: &WorkerHeartbeat, now: Timestamp) -> Result<(), StoreError>;

    /// Removes a worker that has shut down.
    ///
    /// # Errors
    /// Any; the pruner removes it later.
    async fn sign_off(&self, worker: &WorkerName) -> Result<(), StoreError>;

    /// Workers heard of since `since`, by name.
    ///
    /// # Errors
    /// Any.
    async fn workers(&self, since: Timestamp) -> Result<Vec<WorkerView>, StoreError>;
}

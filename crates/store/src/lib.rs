//! What Ruche asks of a database: narrow traits, one per concern, and the errors they may return.
//!
//! `store-postgres` and `store-sqlite` implement them, mirrored file for file; `conformance` is the one suite both pass.
//! Every state change is a guarded transition of [`ruche_domain::Lifecycle`]; every method that touches many rows takes them
//! as one batch and runs as one statement, or one transaction.

mod access;
mod artifacts;
mod audit;
mod browse;
#[cfg(feature = "conformance")]
pub mod conformance;
mod control;
mod dead_letters;
mod definitions;
mod enqueue;
mod error;
mod feed;
mod lease;
mod lines;
mod maintain;
mod names;
mod operations;
mod page;
mod queues;
mod schedules;
mod unique;
mod webhooks;
mod workers;
mod workflows;

use std::sync::Arc;

use async_trait::async_trait;

pub use access::{Access, KeyView, NewKey, NewSession, SessionView};
pub use artifacts::{ArtifactRow, ArtifactView, Artifacts, CompleteArtifact, Completed, DoomedArtifact, NewArtifact};
pub use audit::{Audit, AuditEntry, AuditFilter};
pub use browse::{AttemptView, Browse, CountedState, Cursor, LogView, QueueView, TaskFilter, TaskSummary, TaskView};
pub use control::{CancelAnswer, Control, RetryAnswer};
pub use dead_letters::{DeadGroup, DeadLetters, TaskEdit};
pub use definitions::Definitions;
pub use enqueue::{Enqueue, EnqueueAnswer, EnqueueRequest, IdempotencyKey, InsertedBatch, OutboxId};
pub use error::StoreError;
pub use feed::ChangeFeed;
pub use lease::{AttemptLog, AttemptProgress, AttemptRef, ClaimRequest, Claimed, FinishedAttempt, Lease, Renewal};
pub use lines::{FullKey, InLine, Lines, MOST_BEFORE};
pub use maintain::{Ended, Handover, Maintain, Rescued, Retention};
pub use names::{NameLimit, NameLimits, NamePlace, Start, Waiter, start_oldest};
pub use operations::{
    Chunk, ChunkError, NewOperation, OPEN_OPERATIONS, OperationAnswer, OperationStop, OperationView, Operations, walked,
};
pub use page::{Page, Position};
pub use queues::{Admissions, DEEP_LOOKS, Gate, InUse, LANES, Queues, Standing, UNKEYED_DEEP, each, next_after, refuse_full};
pub use schedules::{
    BackfillAnswer, DeleteAnswer, Fired, Firing, HISTORY, RunAnswer, ScheduleAnswer, ScheduleChange, Schedules, TaskMaker,
    TickCursor,
};
pub use unique::{Amended, Known, Settled, Taken, Unique, UniqueAnswer, UniqueBatch, UniqueFate, UniqueRequest, UniqueTask};
pub use webhooks::{
    DeliveryTarget, DeliveryTasks, LOST_DELIVERY, ReplayAnswer, Shipment, Tidied, WebhookAnswer, WebhookChange, WebhookCreation,
    WebhookDeletion, WebhookTest, Webhooks,
};
pub use workers::{WorkerHeartbeat, WorkerView, Workers};
pub use workflows::advance::{self as workflow_moves, Advanced, CountedNode, Locked, Moves, SettledNode, Templates};
pub use workflows::{
    NewNode, NewWorkflow, NodeView, PREDATED, Ready, WorkflowAnswer, WorkflowCreation, WorkflowSummary, WorkflowView, Workflows,
};

/// A whole database: everything a server, a worker and the maintenance duties ask for.
#[async_trait]
pub trait Store:
    Enqueue
    + Lease
    + Control
    + Maintain
    + Browse
    + Definitions
    + Workers
    + Schedules
    + Access
    + Artifacts
    + Audit
    + Operations
    + DeadLetters
    + Queues
    + NameLimits
    + Lines
    + Unique
    + Workflows
    + Webhooks
{
    /// Notices of committed changes, from every process that shares the database.
    fn feed(&self) -> &ChangeFeed;

    /// Whether the database answers; for readiness checks.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it does not.
    async fn ping(&self) -> Result<(), StoreError>;

    /// Ends connections and background work. Nothing may be called afterwards.
    async fn close(&self);

    /// How the connections are used at this moment, for metrics; nothing if there are none to speak of.
    fn connections(&self) -> Option<Connections> {
        None
    }
}

/// How the connections of a store are used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Connections {
    /// Connections open and in use.
    pub in_use: u32,
    /// Connections open and not in use.
    pub idle: u32,
    /// Most that may be open.
    pub max: u32,
    /// Callers that waited for one in vain, since the start.
    pub timeouts: u64,
}

/// A store as it is passed around.
pub type SharedStore = Arc<dyn Store>;

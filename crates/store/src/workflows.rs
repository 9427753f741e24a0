//! Workflows: tasks that wait for each other. Whatever ends a node's task (an outcome, a cancel, an expiry, a rescue) moves its
//! dependants on in the same transaction.
//!
//! Tasks released that way are noted for the publisher with a time [`PREDATED`] ago, so that the relay takes the note in its
//! next round, and announced as [`ruche_domain::Changes::Released`], so that the next round is now.

pub mod advance;
mod ready;

use async_trait::async_trait;
use chrono::TimeDelta;
use ruche_domain::{
    FailurePolicy, NewTask, NodeKey, OnFailure, TaskFailure, TaskId, TaskName, TaskState, Timestamp, WorkflowId, WorkflowState,
};

use crate::{Handover, IdempotencyKey, Page, StoreError};

pub use ready::Ready;

/// What the notes of released tasks are predated by: more than the age at which the relay takes a note for forgotten.
pub const PREDATED: TimeDelta = TimeDelta::seconds(10);

/// A workflow as it is handed to the store; its graph has passed [`ruche_domain::check_graph`].
#[derive(Debug, Clone)]
pub struct NewWorkflow {
    /// Its id.
    pub id: WorkflowId,
    /// What people call it.
    pub name: Option<String>,
    /// What becomes of the rest when a node breaks it.
    pub policy: FailurePolicy,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// Its nodes.
    pub nodes: Vec<NewNode>,
}

/// A node of a new workflow.
#[derive(Debug, Clone)]
pub struct NewNode {
    /// What it is called.
    pub key: NodeKey,
    /// Its task, whose options name the workflow.
    pub task: NewTask,
    /// What becomes of its dependants when it does not succeed.
    pub on_failure: OnFailure,
    /// Places of the nodes it waits for.
    pub depends_on: Vec<usize>,
    /// Whether its arguments hold placeholders.
    pub has_placeholders: bool,
}

impl NewNode {
    /// Whether it waits for others.
    #[must_use]
    pub const fn is_blocked(&self) -> bool {
        !self.depends_on.is_empty()
    }

    /// The state its task begins in.
    #[must_use]
    pub fn initial_state(&self) -> TaskState {
        if self.is_blocked() { TaskState::Blocked } else { self.task.initial_state() }
    }
}

/// A workflow in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkflowSummary {
    /// Its id.
    pub id: WorkflowId,
    /// What people call it.
    pub name: Option<String>,
    /// What becomes of the rest when a node breaks it.
    pub policy: FailurePolicy,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When the last node ended.
    pub finished_at: Option<Timestamp>,
    /// How many nodes it has.
    pub nodes: u32,
    /// Nodes that have not ended.
    pub open: u32,
    /// Nodes that broke it by failing or expiring.
    pub failed: u32,
    /// Nodes that broke it by being cancelled.
    pub cancelled: u32,
}

impl WorkflowSummary {
    /// Where it stands.
    #[must_use]
    pub const fn state(&self) -> WorkflowState {
        WorkflowState::of(self.open, self.failed, self.cancelled)
    }
}

/// A whole workflow.
#[derive(Debug, Clone)]
pub struct WorkflowView {
    /// What lists show.
    pub summary: WorkflowSummary,
    /// Its nodes, in the order they were given.
    pub nodes: Vec<NodeView>,
}

/// A node as it stands.
#[derive(Debug, Clone)]
pub struct NodeView {
    /// What it is called.
    pub key: NodeKey,
    /// Its task, which may be pruned.
    pub task: TaskId,
    /// Registered function; `None` of a pruned task.
    pub name: Option<TaskName>,
    /// What becomes of its dependants when it does not succeed.
    pub on_failure: OnFailure,
    /// Keys of the nodes it waits for.
    pub depends_on: Vec<NodeKey>,
    /// The task's state; of a pruned one, the last.
    pub state: TaskState,
    /// Current or last attempt.
    pub attempt: u32,
    /// When the task last became runnable.
    pub queued_at: Option<Timestamp>,
    /// When the current or last attempt began.
    pub started_at: Option<Timestamp>,
    /// When the task ended.
    pub finished_at: Option<Timestamp>,
    /// Why the last attempt failed.
    pub failure: Option<TaskFailure>,
}

/// What became of a request to create a workflow.
#[derive(Debug, Clone)]
pub enum WorkflowCreation {
    /// It is committed; what is to be published.
    Created(Handover),
    /// The same request was accepted before: it made this one.
    Replayed(WorkflowId),
    /// The idempotency key stands for another request. Nothing was stored.
    KeyReused,
    /// The concurrency key of this node (by its place) is full, and its queue refuses more. Nothing was stored.
    KeyFull(usize),
}

/// What became of a request to cancel a workflow, or to retry it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkflowAnswer {
    /// There is no such workflow.
    NotFound,
    /// There is nothing to cancel, or to retry.
    Unchanged(WorkflowState),
    /// Tasks of it were deleted, so that it cannot run again.
    Incomplete,
    /// So many tasks were cancelled or asked to stop, or wait and run again.
    Changed(u32),
}

/// Workflows.
#[async_trait]
pub trait Workflows: Send + Sync {
    /// Stores a workflow with all its tasks: those that wait for nothing as [`crate::Enqueue::enqueue`] does, the others as
    /// `blocked`. With an idempotency key, once for the same request.
    ///
    /// # Errors
    /// Any; then nothing was stored.
    async fn create_workflow(&self, workflow: &NewWorkflow, key: Option<&IdempotencyKey>)
    -> Result<WorkflowCreation, StoreError>;

    /// Workflows, the latest first, after `after`, at most `limit`.
    ///
    /// # Errors
    /// Any.
    async fn workflows(&self, after: Option<WorkflowId>, limit: u32) -> Result<Page<WorkflowSummary, WorkflowId>, StoreError>;

    /// One workflow; `None` if there is no such.
    ///
    /// # Errors
    /// Any.
    async fn workflow(&self, id: WorkflowId) -> Result<Option<WorkflowView>, StoreError>;

    /// Cancels every node that waits and asks those that run to stop ([`ruche_domain::Lifecycle::cancel`]).
    ///
    /// # Errors
    /// Any; then nothing changed.
    async fn cancel_workflow(&self, id: WorkflowId, now: Timestamp) -> Result<WorkflowAnswer, StoreError>;

    /// Runs every node again that ended and did not succeed, as the graph has it: nodes that succeeded keep their results
    /// ([`ruche_domain::Lifecycle::block_again`], [`ruche_domain::Lifecycle::unblock`]).
    ///
    /// # Errors
    /// Any; then nothing changed.
    async fn retry_workflow(&self, id: WorkflowId, now: Timestamp) -> Result<WorkflowAnswer, StoreError>;
}

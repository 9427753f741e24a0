//! What follows when nodes end, decided once for both databases: a store gives the statements, this their order.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use ruche_domain::{
    Change, ChangeKind, FailurePolicy, NodeKey, NodeResults, OnFailure, RawJson, TaskFailure, TaskId, TaskState, Timestamp,
    WorkflowId, references,
};

use super::{PREDATED, Ready};
use crate::StoreError;

/// A node whose end was counted just now.
#[derive(Debug, Clone, Copy)]
pub struct SettledNode {
    /// Its workflow.
    pub workflow: WorkflowId,
    /// Its task.
    pub task: TaskId,
    /// What becomes of its dependants when it does not succeed.
    pub on_failure: OnFailure,
    /// How it ended.
    pub ended: TaskState,
}

/// What a node waits for.
#[derive(Debug, Clone, Copy)]
pub struct CountedNode {
    /// Its task.
    pub task: TaskId,
    /// Nodes it depends on that have not ended.
    pub pending: u32,
    /// Nodes it depends on that broke the workflow.
    pub broken: u32,
}

/// Arguments with placeholders, positional and by keyword.
pub type Templates = BTreeMap<TaskId, (RawJson, RawJson)>;

/// The statements of one transaction. All of them are guarded: repeating one changes nothing.
#[async_trait]
pub trait Moves: Send {
    /// The workflows that these tasks are nodes of, locked until the end of the transaction in the order of their ids. To be done
    /// before any of the tasks is: workflows first, then tasks is the order in which everybody locks.
    async fn lock(&mut self, tasks: &[TaskId]) -> Result<Locked, StoreError>;
    /// Marks those of the tasks that have ended, and were not marked.
    async fn settle(&mut self, tasks: &[TaskId]) -> Result<Vec<SettledNode>, StoreError>;
    /// Takes these ended nodes, of which some broke the workflow, off what their dependants wait for; the dependants.
    async fn count(&mut self, ended: &[TaskId], broke: &[TaskId]) -> Result<Vec<CountedNode>, StoreError>;
    /// Cancels what has not started.
    async fn cancel_rest(&mut self, workflows: &[WorkflowId], now: Timestamp) -> Result<Vec<Change>, StoreError>;
    /// Cancels those that are blocked.
    async fn cancel_blocked(&mut self, tasks: &[TaskId], now: Timestamp) -> Result<Vec<Change>, StoreError>;
    /// The arguments of those that have placeholders.
    async fn templates(&mut self, tasks: &[TaskId]) -> Result<Templates, StoreError>;
    /// Results of nodes with these keys that these tasks depend on.
    async fn results(&mut self, tasks: &[TaskId], keys: &[NodeKey]) -> Result<BTreeMap<TaskId, NodeResults>, StoreError>;
    /// Unblocks those that are blocked.
    async fn release(
        &mut self,
        tasks: &[(TaskId, Option<(RawJson, RawJson)>)],
        now: Timestamp,
    ) -> Result<Vec<Change>, StoreError>;
    /// Fails those that are blocked.
    async fn fail(&mut self, tasks: &[(TaskId, TaskFailure)], now: Timestamp) -> Result<Vec<Change>, StoreError>;
    /// Notes that tasks are to be published.
    async fn note(&mut self, tasks: &[TaskId], at: Timestamp) -> Result<(), StoreError>;
    /// These tasks run again: their ends no longer count.
    async fn reopen(&mut self, tasks: &[TaskId]) -> Result<(), StoreError>;
    /// Counts anew what each node of these workflows waits for.
    async fn recount(&mut self, workflows: &[WorkflowId]) -> Result<Vec<CountedNode>, StoreError>;
    /// Counts the nodes of these workflows by how they ended.
    async fn tally(&mut self, workflows: &[WorkflowId], now: Timestamp) -> Result<(), StoreError>;
}

/// What a transaction has changed, to announce after its commit.
#[derive(Debug, Default)]
pub struct Advanced {
    /// Tasks that entered another state.
    pub changes: Vec<Change>,
    /// Whether one of them is to be published.
    pub released: bool,
}

/// Workflows that a transaction has locked.
pub type Locked = BTreeMap<WorkflowId, FailurePolicy>;

/// Moves on what waited for those of these tasks that have ended and are nodes of the workflows, which are locked.
///
/// # Errors
/// Those of the statements; then the transaction is to be given up.
pub async fn advance(
    moves: &mut dyn Moves,
    workflows: &Locked,
    ended: Vec<TaskId>,
    now: Timestamp,
) -> Result<Advanced, StoreError> {
    if ended.is_empty() || workflows.is_empty() {
        return Ok(Advanced::default());
    }
    follow(moves, workflows, ended, Vec::new(), now).await
}

/// Counts that these tasks, nodes of the workflows, which are locked, run again; what each node waits for now.
///
/// # Errors
/// Those of the statements; then the transaction is to be given up.
pub async fn reopen(
    moves: &mut dyn Moves,
    workflows: &Locked,
    tasks: &[TaskId],
    now: Timestamp,
) -> Result<Vec<CountedNode>, StoreError> {
    if tasks.is_empty() || workflows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = workflows.keys().copied().collect();
    moves.reopen(tasks).await?;
    let waiting = moves.recount(&ids).await?;
    moves.tally(&ids, now).await?;
    Ok(waiting)
}

/// Moves on these nodes of workflows that are locked, and what follows from that.
///
/// # Errors
/// Those of the statements; then the transaction is to be given up.
pub async fn follow(
    moves: &mut dyn Moves,
    workflows: &Locked,
    mut ended: Vec<TaskId>,
    mut waiting: Vec<CountedNode>,
    now: Timestamp,
) -> Result<Advanced, StoreError> {
    let mut advanced = Advanced::default();
    // Each round ends nodes that had not ended, so there are at most as many rounds as nodes.
    loop {
        let settled = if ended.is_empty() { Vec::new() } else { moves.settle(&ended).await? };
        ended.clear();
        let mut changes = Vec::new();
        if !settled.is_empty() {
            let broke: Vec<_> = settled.iter().filter(|node| node.on_failure.breaks(node.ended)).collect();
            let broken: BTreeSet<_> = broke.iter().map(|node| node.workflow).collect();
            let stopped = broken.into_iter().filter(|id| workflows.get(id) == Some(&FailurePolicy::CancelRest));
            let stopped: Vec<_> = stopped.collect();
            if !stopped.is_empty() {
                changes.extend(moves.cancel_rest(&stopped, now).await?);
            }
            let tasks: Vec<_> = settled.iter().map(|node| node.task).collect();
            let broke: Vec<_> = broke.into_iter().map(|node| node.task).collect();
            waiting.extend(moves.count(&tasks, &broke).await?);
        }
        changes.extend(move_on(moves, &waiting, now).await?);
        waiting.clear();
        ended.extend(changes.iter().filter(|change| is_end(change)).map(|change| change.id));
        advanced.changes.extend(changes);
        if ended.is_empty() {
            break;
        }
    }
    let queued = |change: &&Change| change.kind == ChangeKind::State(TaskState::Queued);
    let queued: Vec<_> = advanced.changes.iter().filter(queued).map(|change| change.id).collect();
    if !queued.is_empty() {
        moves.note(&queued, now - PREDATED).await?;
        advanced.released = true;
    }
    moves.tally(&workflows.keys().copied().collect::<Vec<_>>(), now).await?;
    Ok(advanced)
}

async fn move_on(moves: &mut dyn Moves, waiting: &[CountedNode], now: Timestamp) -> Result<Vec<Change>, StoreError> {
    // In the order of ids, as everybody locks tasks.
    let ids = |of: &dyn Fn(&CountedNode) -> bool| {
        let ids: BTreeSet<_> = waiting.iter().filter(|node| of(node)).map(|node| node.task).collect();
        ids.into_iter().collect::<Vec<_>>()
    };
    let doomed = ids(&|node| node.broken > 0);
    let free = ids(&|node| node.broken == 0 && node.pending == 0);
    let mut changes = if doomed.is_empty() { Vec::new() } else { moves.cancel_blocked(&doomed, now).await? };
    if free.is_empty() {
        return Ok(changes);
    }
    let templates = moves.templates(&free).await?;
    let results = if templates.is_empty() { BTreeMap::new() } else { results_for(moves, &templates).await? };
    let Ready { release, fail } = Ready::of(&free, &templates, &results);
    if !release.is_empty() {
        changes.extend(moves.release(&release, now).await?);
    }
    if !fail.is_empty() {
        changes.extend(moves.fail(&fail, now).await?);
    }
    Ok(changes)
}

async fn results_for(moves: &mut dyn Moves, templates: &Templates) -> Result<BTreeMap<TaskId, NodeResults>, StoreError> {
    // They were checked when the workflow was accepted; what cannot be read fails the node when it is filled.
    let keys = templates.values().flat_map(|(args, kwargs)| [references(args), references(kwargs)]).flatten().flatten();
    let keys: BTreeSet<_> = keys.collect();
    moves.results(&templates.keys().copied().collect::<Vec<_>>(), &keys.into_iter().collect::<Vec<_>>()).await
}

/// Whether a change is a task's end.
#[must_use]
pub fn is_end(change: &Change) -> bool {
    matches!(change.kind, ChangeKind::State(state) if state.is_terminal())
}

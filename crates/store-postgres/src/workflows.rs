//! Workflows: tasks that wait for each other.

mod moves;
mod row;

use std::collections::BTreeMap;

use async_trait::async_trait;
use ruche_domain::{Changes, NewTask, TaskId, TaskState, Timestamp, WorkflowId};
use ruche_store::{
    Advanced, CountedNode, Handover, Moves, NewNode, NewWorkflow, StoreError, WorkflowAnswer, WorkflowSummary, WorkflowView,
    Workflows, workflow_moves,
};
use sqlx::PgConnection;
use uuid::Uuid;

use self::moves::{Moving, changes, uuids};
use crate::{
    PgStore,
    enqueue::{TaskColumns, born, insert_chunks},
    error::{refine, settle},
    row::{JsonText, signed},
};

#[async_trait]
impl Workflows for PgStore {
    async fn create_workflow(&self, workflow: &NewWorkflow) -> Result<Handover, StoreError> {
        let handover = settle(|| self.create_workflow_once(workflow)).await?;
        let begun = |node: &NewNode| {
            let free = node.depends_on.is_empty();
            born(&node.task, if free { node.task.initial_state() } else { TaskState::Blocked })
        };
        self.feed.announce(workflow.nodes.iter().map(begun).collect());
        Ok(handover)
    }

    async fn workflows(&self, after: Option<WorkflowId>, limit: u32) -> Result<Vec<WorkflowSummary>, StoreError> {
        let after = after.map_or(Uuid::max(), WorkflowId::as_uuid);
        let query = sqlx::query(include_str!("../queries/workflow/list.sql")).bind(after).bind(i64::from(limit));
        let rows = query.fetch_all(&self.pools.durable).await.map_err(refine)?;
        rows.iter().map(row::summary).collect()
    }

    async fn workflow(&self, id: WorkflowId) -> Result<Option<WorkflowView>, StoreError> {
        let query = sqlx::query(include_str!("../queries/workflow/get.sql")).bind(id.as_uuid());
        let found = query.fetch_optional(&self.pools.durable).await.map_err(refine)?;
        let Some(found) = found else { return Ok(None) };
        let query = sqlx::query(include_str!("../queries/workflow/nodes.sql")).bind(id.as_uuid());
        let nodes = query.fetch_all(&self.pools.durable).await.map_err(refine)?;
        let nodes = nodes.iter().map(row::node).collect::<Result<_, _>>()?;
        Ok(Some(WorkflowView { summary: row::summary(&found)?, nodes }))
    }

    async fn cancel_workflow(&self, id: WorkflowId, now: Timestamp) -> Result<WorkflowAnswer, StoreError> {
        let (answer, advanced) = settle(|| self.cancel_workflow_once(id, now)).await?;
        self.announce_advanced(advanced);
        Ok(answer)
    }

    async fn retry_workflow(&self, id: WorkflowId, now: Timestamp) -> Result<WorkflowAnswer, StoreError> {
        let (answer, advanced) = settle(|| self.retry_workflow_once(id, now)).await?;
        self.announce_advanced(advanced);
        Ok(answer)
    }
}

impl PgStore {
    /// Tells of what was committed.
    pub(crate) fn announce_advanced(&self, advanced: Advanced) {
        self.feed.announce(advanced.changes);
        if advanced.released {
            self.feed.announce_all(Changes::Released);
        }
    }

    async fn create_workflow_once(&self, workflow: &NewWorkflow) -> Result<Handover, StoreError> {
        let (free, blocked): (Vec<_>, Vec<_>) = workflow.nodes.iter().partition(|node| node.depends_on.is_empty());
        let free: Vec<&NewTask> = free.into_iter().map(|node| &node.task).collect();
        let columns = TaskColumns::of(blocked.iter().map(|node| (&node.task, false)))?;
        let mut transaction = self.pools.durable.begin().await.map_err(refine)?;
        let outbox = insert_chunks(&mut transaction, &free, workflow.created_at).await?;
        let query = columns.bind(include_str!("../queries/task/insert_blocked.sql"));
        query.execute(&mut *transaction).await.map_err(refine)?;
        insert_graph(&mut transaction, workflow).await?;
        transaction.commit().await.map_err(refine)?;
        let queued = free.into_iter().filter(|task| task.initial_state() == TaskState::Queued);
        Ok(Handover { tasks: queued.cloned().collect(), outbox: outbox.into_iter().collect() })
    }

    async fn cancel_workflow_once(&self, id: WorkflowId, now: Timestamp) -> Result<(WorkflowAnswer, Advanced), StoreError> {
        let mut transaction = self.pools.durable.begin().await.map_err(refine)?;
        let Some(found) = lock(&mut transaction, id).await? else { return Ok((WorkflowAnswer::NotFound, Advanced::default())) };
        let query = sqlx::query(include_str!("../queries/workflow/cancel.sql")).bind(id.as_uuid()).bind(now);
        let cancelled = changes(&query.fetch_all(&mut *transaction).await.map_err(refine)?, now)?;
        if cancelled.is_empty() {
            return Ok((WorkflowAnswer::Unchanged(found.state()), Advanced::default()));
        }
        let ended = cancelled.iter().filter(|change| workflow_moves::is_end(change)).map(|change| change.id).collect();
        let policies = BTreeMap::from([(id, found.policy)]);
        let mut moving = Moving(&mut transaction);
        let mut advanced = workflow_moves::follow(&mut moving, &policies, ended, Vec::new(), now).await?;
        transaction.commit().await.map_err(refine)?;
        let answer = WorkflowAnswer::Changed(u32::try_from(cancelled.len()).unwrap_or(u32::MAX));
        advanced.changes.splice(0..0, cancelled);
        Ok((answer, advanced))
    }

    async fn retry_workflow_once(&self, id: WorkflowId, now: Timestamp) -> Result<(WorkflowAnswer, Advanced), StoreError> {
        let mut transaction = self.pools.durable.begin().await.map_err(refine)?;
        let Some(found) = lock(&mut transaction, id).await? else { return Ok((WorkflowAnswer::NotFound, Advanced::default())) };
        let query = sqlx::query(include_str!("../queries/workflow/block_again.sql")).bind(id.as_uuid());
        let blocked = changes(&query.fetch_all(&mut *transaction).await.map_err(refine)?, now)?;
        if blocked.is_empty() {
            return Ok((WorkflowAnswer::Unchanged(found.state()), Advanced::default()));
        }
        let tasks: Vec<_> = blocked.iter().map(|change| change.id).collect();
        let waiting = recount(&mut transaction, id, &tasks).await?;
        let policies = BTreeMap::from([(id, found.policy)]);
        let mut moving = Moving(&mut transaction);
        let mut advanced = workflow_moves::follow(&mut moving, &policies, Vec::new(), waiting, now).await?;
        transaction.commit().await.map_err(refine)?;
        let answer = WorkflowAnswer::Changed(u32::try_from(blocked.len()).unwrap_or(u32::MAX));
        advanced.changes.splice(0..0, blocked);
        Ok((answer, advanced))
    }
}

/// Moves on what waited for tasks that ended in this transaction.
pub async fn advance(connection: &mut PgConnection, ended: Vec<TaskId>, now: Timestamp) -> Result<Advanced, StoreError> {
    workflow_moves::advance(&mut Moving(connection), ended, now).await
}

/// A node's task runs again: its end no longer counts.
pub async fn reopen(connection: &mut PgConnection, task: TaskId, now: Timestamp) -> Result<(), StoreError> {
    let workflows = Moving(&mut *connection).lock(&[task]).await?;
    for workflow in workflows.into_keys() {
        recount(&mut *connection, workflow, &[task]).await?;
        Moving(&mut *connection).tally(&[workflow], now).await?;
    }
    Ok(())
}

/// Counts anew what each node waits for, now that these run again.
async fn recount(connection: &mut PgConnection, id: WorkflowId, reopened: &[TaskId]) -> Result<Vec<CountedNode>, StoreError> {
    let query = sqlx::query(include_str!("../queries/workflow/reopen.sql")).bind(uuids(reopened));
    query.execute(&mut *connection).await.map_err(refine)?;
    let query = sqlx::query(include_str!("../queries/workflow/recount.sql")).bind(id.as_uuid());
    let rows = query.fetch_all(connection).await.map_err(refine)?;
    rows.iter().map(row::counted).collect()
}

async fn lock(connection: &mut PgConnection, id: WorkflowId) -> Result<Option<WorkflowSummary>, StoreError> {
    let query = sqlx::query(include_str!("../queries/workflow/lock_one.sql")).bind(id.as_uuid());
    let found = query.fetch_optional(connection).await.map_err(refine)?;
    found.as_ref().map(row::summary).transpose()
}

async fn insert_graph(connection: &mut PgConnection, workflow: &NewWorkflow) -> Result<(), StoreError> {
    let size = |count: usize| signed(u32::try_from(count).unwrap_or(u32::MAX));
    let nodes = &workflow.nodes;
    let query = sqlx::query(include_str!("../queries/workflow/insert.sql"))
        .bind(workflow.id.as_uuid())
        .bind(workflow.name.as_deref())
        .bind(workflow.policy.as_str())
        .bind(workflow.created_at)
        .bind(size(nodes.len()));
    query.execute(&mut *connection).await.map_err(refine)?;
    let query = sqlx::query(include_str!("../queries/workflow/insert_nodes.sql"))
        .bind(nodes.iter().map(|node| node.task.id.as_uuid()).collect::<Vec<_>>())
        .bind(workflow.id.as_uuid())
        .bind((0..nodes.len()).map(size).collect::<Vec<_>>())
        .bind(nodes.iter().map(|node| node.key.as_str()).collect::<Vec<_>>())
        .bind(nodes.iter().map(|node| node.on_failure.as_str()).collect::<Vec<_>>())
        .bind(nodes.iter().map(|node| size(node.depends_on.len())).collect::<Vec<_>>())
        .bind(nodes.iter().map(|node| node.has_placeholders.then(|| JsonText(node.task.args.as_str()))).collect::<Vec<_>>())
        .bind(nodes.iter().map(|node| node.has_placeholders.then(|| JsonText(node.task.kwargs.as_str()))).collect::<Vec<_>>());
    query.execute(&mut *connection).await.map_err(refine)?;
    let edges = nodes.iter().flat_map(|node| node.depends_on.iter().map(move |from| (&nodes[*from], node)));
    let (from, to): (Vec<_>, Vec<_>) = edges.map(|(from, to)| (from.task.id.as_uuid(), to.task.id.as_uuid())).unzip();
    let query = sqlx::query(include_str!("../queries/workflow/insert_edges.sql")).bind(from).bind(to).bind(workflow.id.as_uuid());
    query.execute(connection).await.map_err(refine)?;
    Ok(())
}

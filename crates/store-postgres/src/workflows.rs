//! Workflows: tasks that wait for each other.

mod create;
mod moves;
mod row;

use async_trait::async_trait;
use autometrics::autometrics;
use ruche_domain::{Changes, TaskId, Timestamp, WorkflowId};
use ruche_metrics::objectives::STORE;
use ruche_store::{
    Advanced, IdempotencyKey, Locked, Moves, NewWorkflow, Page, StoreError, WorkflowAnswer, WorkflowCreation, WorkflowSummary,
    WorkflowView, Workflows, workflow_moves,
};
use sqlx::PgConnection;
use uuid::Uuid;

pub use self::moves::locked;
use self::moves::{Moving, changes};
use crate::{
    PgStore,
    enqueue::born,
    error::{refine, settle},
};

#[autometrics(objective = STORE)]
#[async_trait]
impl Workflows for PgStore {
    async fn create_workflow(
        &self,
        workflow: &NewWorkflow,
        key: Option<&IdempotencyKey>,
    ) -> Result<WorkflowCreation, StoreError> {
        let creation = settle(|| create::once(&self.pools.durable, workflow, key)).await?;
        if matches!(creation, WorkflowCreation::Created(_)) {
            self.feed.announce(workflow.nodes.iter().map(|node| born(&node.task, node.initial_state())).collect());
        }
        Ok(creation)
    }

    async fn workflows(&self, after: Option<WorkflowId>, limit: u32) -> Result<Page<WorkflowSummary, WorkflowId>, StoreError> {
        let after = after.map_or(Uuid::max(), WorkflowId::as_uuid);
        // One row more than asked for tells whether there is a next page.
        let query = sqlx::query(include_str!("../queries/workflow/list.sql")).bind(after).bind(i64::from(limit) + 1);
        let rows = query.fetch_all(&self.pools.durable).await.map_err(refine)?;
        let rows = rows.iter().map(row::summary).collect::<Result<_, _>>()?;
        Ok(Page::of(rows, limit, |last: &WorkflowSummary| last.id))
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

    async fn cancel_workflow_once(&self, id: WorkflowId, now: Timestamp) -> Result<(WorkflowAnswer, Advanced), StoreError> {
        let mut transaction = self.pools.durable.begin().await.map_err(refine)?;
        let Some(found) = lock(&mut transaction, id).await? else { return Ok((WorkflowAnswer::NotFound, Advanced::default())) };
        let query = sqlx::query(include_str!("../queries/workflow/cancel.sql")).bind(id.as_uuid()).bind(now);
        let cancelled = changes(&query.fetch_all(&mut *transaction).await.map_err(refine)?, now)?;
        if cancelled.is_empty() {
            return Ok((WorkflowAnswer::Unchanged(found.state()), Advanced::default()));
        }
        let ended = cancelled.iter().filter(|change| workflow_moves::is_end(change)).map(|change| change.id).collect();
        let locked = Locked::from([(id, found.policy)]);
        let mut moving = Moving(&mut transaction);
        let mut advanced = workflow_moves::follow(&mut moving, &locked, ended, Vec::new(), now).await?;
        transaction.commit().await.map_err(refine)?;
        let answer = WorkflowAnswer::Changed(u32::try_from(cancelled.len()).unwrap_or(u32::MAX));
        advanced.changes.splice(0..0, cancelled);
        Ok((answer, advanced))
    }

    async fn retry_workflow_once(&self, id: WorkflowId, now: Timestamp) -> Result<(WorkflowAnswer, Advanced), StoreError> {
        let mut transaction = self.pools.durable.begin().await.map_err(refine)?;
        let Some(found) = lock(&mut transaction, id).await? else { return Ok((WorkflowAnswer::NotFound, Advanced::default())) };
        let query = sqlx::query_scalar(include_str!("../queries/workflow/complete.sql")).bind(id.as_uuid());
        let complete: bool = query.fetch_one(&mut *transaction).await.map_err(refine)?;
        if !complete {
            return Ok((WorkflowAnswer::Incomplete, Advanced::default()));
        }
        let query = sqlx::query(include_str!("../queries/workflow/block_again.sql")).bind(id.as_uuid());
        let blocked = changes(&query.fetch_all(&mut *transaction).await.map_err(refine)?, now)?;
        if blocked.is_empty() {
            return Ok((WorkflowAnswer::Unchanged(found.state()), Advanced::default()));
        }
        let tasks: Vec<_> = blocked.iter().map(|change| change.id).collect();
        let locked = Locked::from([(id, found.policy)]);
        let mut moving = Moving(&mut transaction);
        let waiting = workflow_moves::reopen(&mut moving, &locked, &tasks, now).await?;
        let mut advanced = workflow_moves::follow(&mut moving, &locked, Vec::new(), waiting, now).await?;
        transaction.commit().await.map_err(refine)?;
        let answer = WorkflowAnswer::Changed(u32::try_from(blocked.len()).unwrap_or(u32::MAX));
        advanced.changes.splice(0..0, blocked);
        Ok((answer, advanced))
    }
}

/// Locks the workflows that these tasks are nodes of: before the tasks are touched.
pub async fn lock_of(connection: &mut PgConnection, tasks: &[TaskId]) -> Result<Locked, StoreError> {
    Moving(connection).lock(tasks).await
}

/// Moves on what waited for tasks that ended in this transaction.
pub async fn advance(
    connection: &mut PgConnection,
    locked: &Locked,
    ended: Vec<TaskId>,
    now: Timestamp,
) -> Result<Advanced, StoreError> {
    workflow_moves::advance(&mut Moving(connection), locked, ended, now).await
}

/// Tasks that may be nodes run again.
pub async fn reopen(connection: &mut PgConnection, locked: &Locked, tasks: &[TaskId], now: Timestamp) -> Result<(), StoreError> {
    workflow_moves::reopen(&mut Moving(connection), locked, tasks, now).await.map(drop)
}

async fn lock(connection: &mut PgConnection, id: WorkflowId) -> Result<Option<WorkflowSummary>, StoreError> {
    let query = sqlx::query(include_str!("../queries/workflow/lock_one.sql")).bind(id.as_uuid());
    let found = query.fetch_optional(connection).await.map_err(refine)?;
    found.as_ref().map(row::summary).transpose()
}

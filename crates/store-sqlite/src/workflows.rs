//! Workflows: tasks that wait for each other.

mod create;
mod moves;
mod row;

use std::collections::HashMap;

use async_trait::async_trait;
use autometrics::autometrics;
use ruche_domain::{Change, ChangeKind, NodeKey, TaskId, TaskState, Timestamp, WorkflowId};
use ruche_metrics::objectives::STORE;
use ruche_store::{
    Advanced, IdempotencyKey, Locked, Moves, NewNode, NewWorkflow, Page, StoreError, WorkflowAnswer, WorkflowCreation,
    WorkflowSummary, WorkflowView, Workflows, workflow_moves,
};
use sqlx::{SqliteConnection, sqlite::SqliteRow};
use uuid::Uuid;

use self::moves::Moving;
use crate::{
    SqliteStore,
    batch::micros,
    enqueue::begun,
    error::refused,
    pool::{Durability, begin, commit},
    row::{Record, change, state},
};

const LIST: &str = include_str!("../queries/workflow/list.sql");
const GET: &str = include_str!("../queries/workflow/get.sql");
const NODES: &str = include_str!("../queries/workflow/nodes.sql");
const EDGES: &str = include_str!("../queries/workflow/edges.sql");
const CANCEL: &str = include_str!("../queries/workflow/cancel.sql");
const KEEP_ENDED: &str = include_str!("../queries/workflow/keep_ended.sql");
const BLOCK_AGAIN: &str = include_str!("../queries/workflow/block_again.sql");
const COMPLETE: &str = include_str!("../queries/workflow/complete.sql");

#[autometrics(objective = STORE)]
#[async_trait]
impl Workflows for SqliteStore {
    async fn create_workflow(
        &self,
        workflow: &NewWorkflow,
        key: Option<&IdempotencyKey>,
    ) -> Result<WorkflowCreation, StoreError> {
        let mut writer = self.pool.writer(Durability::Full).await?;
        let mut transaction = begin(&mut writer).await?;
        let creation = create::within(&mut transaction, workflow, key).await?;
        if matches!(creation, WorkflowCreation::Created(_)) {
            commit(transaction).await?;
            drop(writer);
            let begun = |node: &NewNode| Change {
                kind: ChangeKind::State(node.initial_state()),
                ..begun(&node.task, workflow.created_at)
            };
            self.feed.announce(workflow.nodes.iter().map(begun).collect());
        }
        // Of the others nothing is committed: a key that was just taken is free again.
        Ok(creation)
    }

    async fn workflows(&self, after: Option<WorkflowId>, limit: u32) -> Result<Page<WorkflowSummary, WorkflowId>, StoreError> {
        let after = after.map_or(Uuid::max(), WorkflowId::as_uuid);
        // One row more than asked for tells whether there is a next page.
        let rows = sqlx::query(LIST).bind(after).bind(i64::from(limit) + 1).fetch_all(self.pool.readers()).await;
        let rows = rows.map_err(refused)?.iter().map(row::summary).collect::<Result<_, _>>()?;
        Ok(Page::of(rows, limit, |last: &WorkflowSummary| last.id))
    }

    async fn workflow(&self, id: WorkflowId) -> Result<Option<WorkflowView>, StoreError> {
        // One snapshot for the three.
        let mut reader = self.pool.readers().begin().await.map_err(refused)?;
        let found = sqlx::query(GET).bind(id.as_uuid()).fetch_optional(&mut *reader).await.map_err(refused)?;
        let Some(found) = found else { return Ok(None) };
        let nodes = sqlx::query(NODES).bind(id.as_uuid()).fetch_all(&mut *reader).await.map_err(refused)?;
        let edges = sqlx::query(EDGES).bind(id.as_uuid()).fetch_all(&mut *reader).await.map_err(refused)?;
        let mut nodes = nodes.iter().map(row::node).collect::<Result<Vec<_>, _>>()?;
        let keys: HashMap<TaskId, NodeKey> = nodes.iter().map(|node| (node.task, node.key.clone())).collect();
        let mut depends_on: HashMap<TaskId, Vec<NodeKey>> = HashMap::new();
        for edge in &edges {
            let record = Record::new("workflow_edges", edge);
            let from = keys.get(&record.id("from_task")?).cloned();
            depends_on.entry(record.id("to_task")?).or_default().extend(from);
        }
        for node in &mut nodes {
            node.depends_on = depends_on.remove(&node.task).unwrap_or_default();
            node.depends_on.sort_unstable();
        }
        Ok(Some(WorkflowView { summary: row::summary(&found)?, nodes }))
    }

    async fn cancel_workflow(&self, id: WorkflowId, now: Timestamp) -> Result<WorkflowAnswer, StoreError> {
        let mut writer = self.pool.writer(Durability::Full).await?;
        let mut transaction = begin(&mut writer).await?;
        let Some(found) = get(&mut transaction, id).await? else { return Ok(WorkflowAnswer::NotFound) };
        let query = sqlx::query(CANCEL).bind(id.as_uuid()).bind(micros(now));
        let rows = query.fetch_all(&mut *transaction).await.map_err(refused)?;
        if rows.is_empty() {
            return Ok(WorkflowAnswer::Unchanged(found.state()));
        }
        let mut changes = rows.iter().map(|row| cancelled(row, now)).collect::<Result<Vec<_>, _>>()?;
        let ended = changes.iter().filter(|change| workflow_moves::is_end(change)).map(|change| change.id).collect();
        let locked = Locked::from([(id, found.policy)]);
        let mut moving = Moving(&mut transaction);
        let advanced = workflow_moves::follow(&mut moving, &locked, ended, Vec::new(), now).await?;
        commit(transaction).await?;
        drop(writer);
        changes.extend(advanced.changes);
        self.announce_advanced(Advanced { changes, released: advanced.released });
        Ok(WorkflowAnswer::Changed(u32::try_from(rows.len()).unwrap_or(u32::MAX)))
    }

    async fn retry_workflow(&self, id: WorkflowId, now: Timestamp) -> Result<WorkflowAnswer, StoreError> {
        let mut writer = self.pool.writer(Durability::Full).await?;
        let mut transaction = begin(&mut writer).await?;
        let Some(found) = get(&mut transaction, id).await? else { return Ok(WorkflowAnswer::NotFound) };
        let complete: bool =
            sqlx::query_scalar(COMPLETE).bind(id.as_uuid()).fetch_one(&mut *transaction).await.map_err(refused)?;
        if !complete {
            return Ok(WorkflowAnswer::Incomplete);
        }
        sqlx::query(KEEP_ENDED).bind(id.as_uuid()).execute(&mut *transaction).await.map_err(refused)?;
        let rows = sqlx::query(BLOCK_AGAIN).bind(id.as_uuid()).fetch_all(&mut *transaction).await.map_err(refused)?;
        if rows.is_empty() {
            return Ok(WorkflowAnswer::Unchanged(found.state()));
        }
        let blocked = |row| change(row, now, ChangeKind::State(TaskState::Blocked));
        let mut changes = rows.iter().map(blocked).collect::<Result<Vec<_>, _>>()?;
        let tasks: Vec<TaskId> = changes.iter().map(|change| change.id).collect();
        let locked = Locked::from([(id, found.policy)]);
        let mut moving = Moving(&mut transaction);
        let waiting = workflow_moves::reopen(&mut moving, &locked, &tasks, now).await?;
        let advanced = workflow_moves::follow(&mut moving, &locked, Vec::new(), waiting, now).await?;
        commit(transaction).await?;
        drop(writer);
        changes.extend(advanced.changes);
        self.announce_advanced(Advanced { changes, released: advanced.released });
        Ok(WorkflowAnswer::Changed(u32::try_from(rows.len()).unwrap_or(u32::MAX)))
    }
}

impl SqliteStore {
    /// Tells of what was committed.
    pub(crate) fn announce_advanced(&self, advanced: Advanced) {
        self.feed.announce(advanced.changes);
        if advanced.released {
            self.feed.announce_all(ruche_domain::Changes::Released);
        }
    }
}

/// Moves on what waited for tasks that ended in this transaction.
pub async fn advance(connection: &mut SqliteConnection, ended: Vec<TaskId>, now: Timestamp) -> Result<Advanced, StoreError> {
    if ended.is_empty() {
        return Ok(Advanced::default());
    }
    let mut moving = Moving(connection);
    let locked = moving.lock(&ended).await?;
    workflow_moves::advance(&mut moving, &locked, ended, now).await
}

/// Tasks that may be nodes run again.
pub async fn reopen(connection: &mut SqliteConnection, tasks: &[TaskId], now: Timestamp) -> Result<(), StoreError> {
    let mut moving = Moving(connection);
    let locked = moving.lock(tasks).await?;
    workflow_moves::reopen(&mut moving, &locked, tasks, now).await.map(drop)
}

async fn get(connection: &mut SqliteConnection, id: WorkflowId) -> Result<Option<WorkflowSummary>, StoreError> {
    let found = sqlx::query(GET).bind(id.as_uuid()).fetch_optional(connection).await.map_err(refused)?;
    found.as_ref().map(row::summary).transpose()
}

fn cancelled(row: &SqliteRow, now: Timestamp) -> Result<Change, StoreError> {
    let kind = match state(row)? {
        TaskState::Running => ChangeKind::CancelRequested,
        state => ChangeKind::State(state),
    };
    change(row, now, kind)
}

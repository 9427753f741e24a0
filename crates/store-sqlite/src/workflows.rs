//! Workflows: tasks that wait for each other.

mod moves;
mod row;

use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use ruche_domain::{ChangeKind, FailurePolicy, NewTask, NodeKey, TaskId, TaskState, Timestamp, WorkflowId};
use ruche_store::{
    Advanced, Handover, NewWorkflow, StoreError, WorkflowAnswer, WorkflowSummary, WorkflowView, Workflows, workflow_moves,
};
use sqlx::{SqliteConnection, sqlite::SqliteRow};
use uuid::Uuid;

use self::moves::Moving;
use crate::{
    SqliteStore,
    batch::{Hex, NewRow, ids, json, micros},
    enqueue::{begun, insert, note},
    error::refused,
    pool::{Durability, begin, commit},
    row::{Record, change, state},
};

const INSERT: &str = include_str!("../queries/workflow/insert.sql");
const INSERT_NODES: &str = include_str!("../queries/workflow/insert_nodes.sql");
const INSERT_EDGES: &str = include_str!("../queries/workflow/insert_edges.sql");
const INSERT_BLOCKED: &str = include_str!("../queries/task/insert_blocked.sql");
const LIST: &str = include_str!("../queries/workflow/list.sql");
const GET: &str = include_str!("../queries/workflow/get.sql");
const NODES: &str = include_str!("../queries/workflow/nodes.sql");
const EDGES: &str = include_str!("../queries/workflow/edges.sql");
const CANCEL: &str = include_str!("../queries/workflow/cancel.sql");
const KEEP_ENDED: &str = include_str!("../queries/workflow/keep_ended.sql");
const BLOCK_AGAIN: &str = include_str!("../queries/workflow/block_again.sql");
const REOPEN: &str = include_str!("../queries/workflow/reopen.sql");
const RECOUNT: &str = include_str!("../queries/workflow/recount.sql");

#[async_trait]
impl Workflows for SqliteStore {
    async fn create_workflow(&self, workflow: &NewWorkflow) -> Result<Handover, StoreError> {
        let now = workflow.created_at;
        let (free, blocked): (Vec<_>, Vec<_>) = workflow.nodes.iter().partition(|node| node.depends_on.is_empty());
        let free: Vec<&NewTask> = free.into_iter().map(|node| &node.task).collect();
        let blocked: Vec<&NewTask> = blocked.into_iter().map(|node| &node.task).collect();
        let mut writer = self.pool.writer(Durability::Full).await?;
        let mut transaction = begin(&mut writer).await?;
        insert(&mut transaction, &free).await?;
        let rows: Vec<_> = blocked.iter().map(|task| NewRow::new(task)).collect();
        sqlx::query(INSERT_BLOCKED).bind(json(&rows)).execute(&mut *transaction).await.map_err(refused)?;
        insert_graph(&mut transaction, workflow).await?;
        let queued: Vec<NewTask> =
            free.iter().filter(|task| task.initial_state() == TaskState::Queued).map(|task| (*task).clone()).collect();
        let outbox = note(&mut transaction, queued.iter(), now).await?;
        commit(transaction).await?;
        drop(writer);
        let mut changes: Vec<_> = free.into_iter().map(|task| begun(task, now)).collect();
        let kind = ChangeKind::State(TaskState::Blocked);
        changes.extend(blocked.into_iter().map(|task| ruche_domain::Change { kind: kind.clone(), ..begun(task, now) }));
        self.feed.announce(changes);
        Ok(Handover { tasks: queued, outbox: outbox.into_iter().collect() })
    }

    async fn workflows(&self, after: Option<WorkflowId>, limit: u32) -> Result<Vec<WorkflowSummary>, StoreError> {
        let after = after.map_or(Uuid::max(), WorkflowId::as_uuid);
        let rows = sqlx::query(LIST).bind(after).bind(limit).fetch_all(self.pool.readers()).await.map_err(refused)?;
        rows.iter().map(row::summary).collect()
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
        let policies = BTreeMap::from([(id, found.policy)]);
        let mut moving = Moving(&mut transaction);
        let advanced = workflow_moves::follow(&mut moving, &policies, ended, Vec::new(), now).await?;
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
        sqlx::query(KEEP_ENDED).bind(id.as_uuid()).execute(&mut *transaction).await.map_err(refused)?;
        let rows = sqlx::query(BLOCK_AGAIN).bind(id.as_uuid()).fetch_all(&mut *transaction).await.map_err(refused)?;
        if rows.is_empty() {
            return Ok(WorkflowAnswer::Unchanged(found.state()));
        }
        let blocked = |row| change(row, now, ChangeKind::State(TaskState::Blocked));
        let mut changes = rows.iter().map(blocked).collect::<Result<Vec<_>, _>>()?;
        let tasks: Vec<TaskId> = changes.iter().map(|change| change.id).collect();
        sqlx::query(REOPEN).bind(ids(tasks)).execute(&mut *transaction).await.map_err(refused)?;
        let waiting = recount(&mut transaction, id).await?;
        let policies = BTreeMap::from([(id, found.policy)]);
        let mut moving = Moving(&mut transaction);
        let advanced = workflow_moves::follow(&mut moving, &policies, Vec::new(), waiting, now).await?;
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
    workflow_moves::advance(&mut Moving(connection), ended, now).await
}

/// A task that may be a node runs again: its end no longer counts.
pub async fn reopen(connection: &mut SqliteConnection, task: TaskId, now: Timestamp) -> Result<(), StoreError> {
    let query = sqlx::query_scalar::<_, Uuid>(REOPEN).bind(ids([task]));
    let Some(workflow) = query.fetch_optional(&mut *connection).await.map_err(refused)? else { return Ok(()) };
    let workflow = WorkflowId::from(workflow);
    recount(&mut *connection, workflow).await?;
    workflow_moves::Moves::tally(&mut Moving(connection), &[workflow], now).await
}

async fn recount(connection: &mut SqliteConnection, id: WorkflowId) -> Result<Vec<ruche_store::CountedNode>, StoreError> {
    let rows = sqlx::query(RECOUNT).bind(id.as_uuid()).fetch_all(connection).await.map_err(refused)?;
    rows.iter().map(row::counted).collect()
}

async fn get(connection: &mut SqliteConnection, id: WorkflowId) -> Result<Option<WorkflowSummary>, StoreError> {
    let found = sqlx::query(GET).bind(id.as_uuid()).fetch_optional(connection).await.map_err(refused)?;
    found.as_ref().map(row::summary).transpose()
}

fn cancelled(row: &SqliteRow, now: Timestamp) -> Result<ruche_domain::Change, StoreError> {
    let kind = match state(row)? {
        TaskState::Running => ChangeKind::CancelRequested,
        state => ChangeKind::State(state),
    };
    change(row, now, kind)
}

async fn insert_graph(connection: &mut SqliteConnection, workflow: &NewWorkflow) -> Result<(), StoreError> {
    let policy: FailurePolicy = workflow.policy;
    let query = sqlx::query(INSERT)
        .bind(workflow.id.as_uuid())
        .bind(workflow.name.as_deref())
        .bind(policy.as_str())
        .bind(micros(workflow.created_at))
        .bind(i64::try_from(workflow.nodes.len()).unwrap_or(i64::MAX));
    query.execute(&mut *connection).await.map_err(refused)?;
    let nodes = workflow.nodes.iter().enumerate().map(|(position, node)| {
        let template = node.has_placeholders.then(|| (node.task.args.as_str(), node.task.kwargs.as_str())).unzip();
        let (args, kwargs): (Option<&str>, Option<&str>) = template;
        (Hex(node.task.id), position, node.key.as_str(), node.on_failure.as_str(), node.depends_on.len(), args, kwargs)
    });
    let nodes: Vec<_> = nodes.collect();
    let query = sqlx::query(INSERT_NODES).bind(json(&nodes)).bind(workflow.id.as_uuid());
    query.execute(&mut *connection).await.map_err(refused)?;
    let edge = |node: &ruche_store::NewNode| {
        let to = Hex(node.task.id);
        node.depends_on.iter().map(move |from| (Hex(workflow.nodes[*from].task.id), to)).collect::<Vec<_>>()
    };
    let edges: Vec<_> = workflow.nodes.iter().flat_map(edge).collect();
    let query = sqlx::query(INSERT_EDGES).bind(json(&edges)).bind(workflow.id.as_uuid());
    query.execute(connection).await.map_err(refused)?;
    Ok(())
}

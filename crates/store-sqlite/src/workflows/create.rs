//! New workflows.

use ruche_domain::{TaskId, TaskState, WorkflowId};
use ruche_store::{EnqueueAnswer, EnqueueRequest, Handover, IdempotencyKey, NewNode, NewWorkflow, StoreError, WorkflowCreation};
use sqlx::SqliteConnection;

use crate::{
    batch::{Hex, NewRow, json, micros},
    enqueue::{full, keys, note},
    error::refused,
};

const INSERT: &str = include_str!("../../queries/workflow/insert.sql");
const INSERT_TASKS: &str = include_str!("../../queries/workflow/insert_tasks.sql");
const INSERT_NODES: &str = include_str!("../../queries/workflow/insert_nodes.sql");
const INSERT_EDGES: &str = include_str!("../../queries/workflow/insert_edges.sql");

/// The key, the tasks, the graph, the note for the publisher. Only what was created is to be committed.
pub async fn within(
    connection: &mut SqliteConnection,
    workflow: &NewWorkflow,
    key: Option<&IdempotencyKey>,
) -> Result<WorkflowCreation, StoreError> {
    if let Some(key) = key {
        let id = TaskId::from(workflow.id.as_uuid());
        match keys::reserve_one(connection, key, id, workflow.created_at).await? {
            EnqueueAnswer::Created | EnqueueAnswer::KeyFull(_) => {}
            EnqueueAnswer::KeyReused => return Ok(WorkflowCreation::KeyReused),
            EnqueueAnswer::Replayed(first) => {
                let first = first.first().map(|id| WorkflowCreation::Replayed(WorkflowId::from(id.as_uuid())));
                return Ok(first.unwrap_or(WorkflowCreation::KeyReused));
            }
        }
    }
    if let Some(node) = full_node(connection, workflow).await? {
        return Ok(WorkflowCreation::KeyFull(node));
    }
    let rows: Vec<_> = workflow.nodes.iter().map(|node| (NewRow::new(&node.task), node.is_blocked())).collect();
    let query = sqlx::query(INSERT_TASKS).bind(json(&rows)).bind(workflow.id.as_uuid());
    query.execute(&mut *connection).await.map_err(refused)?;
    insert_graph(connection, workflow).await?;
    let queued = workflow.nodes.iter().filter(|node| node.initial_state() == TaskState::Queued);
    let tasks: Vec<_> = queued.map(|node| node.task.clone()).collect();
    let outbox = note(connection, tasks.iter(), workflow.created_at).await?;
    Ok(WorkflowCreation::Created(Handover { tasks, outbox: outbox.into_iter().collect() }))
}

/// A node whose concurrency key is full, in a queue that refuses more; asked for only where a node has such a key.
async fn full_node(connection: &mut SqliteConnection, workflow: &NewWorkflow) -> Result<Option<usize>, StoreError> {
    if workflow.nodes.iter().all(|node| node.task.options.concurrency_key.is_none()) {
        return Ok(None);
    }
    let tasks = workflow.nodes.iter().map(|node| node.task.clone()).collect();
    let mut answers = [EnqueueAnswer::Created];
    full::refuse(connection, &[EnqueueRequest { tasks, idempotency: None }], &mut answers).await?;
    Ok(match answers {
        [EnqueueAnswer::KeyFull(node)] => Some(node),
        _ => None,
    })
}

async fn insert_graph(connection: &mut SqliteConnection, workflow: &NewWorkflow) -> Result<(), StoreError> {
    let query = sqlx::query(INSERT)
        .bind(workflow.id.as_uuid())
        .bind(workflow.name.as_deref())
        .bind(workflow.policy.as_str())
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
    let edge = |node: &NewNode| {
        let to = Hex(node.task.id);
        node.depends_on.iter().map(move |from| (Hex(workflow.nodes[*from].task.id), to)).collect::<Vec<_>>()
    };
    let edges: Vec<_> = workflow.nodes.iter().flat_map(edge).collect();
    let query = sqlx::query(INSERT_EDGES).bind(json(&edges)).bind(workflow.id.as_uuid());
    query.execute(connection).await.map_err(refused)?;
    Ok(())
}

//! New workflows.

use ruche_domain::{TaskState, WorkflowId};
use ruche_store::{
    EnqueueAnswer, EnqueueRequest, Handover, IdempotencyKey, NewNode, NewWorkflow, OutboxId, StoreError, WorkflowCreation,
};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::{
    enqueue::{TaskColumns, full},
    error::refine,
    row::{JsonText, get, signed},
};

/// One transaction: the key, the tasks, the graph, the note for the publisher.
pub async fn once(pool: &PgPool, workflow: &NewWorkflow, key: Option<&IdempotencyKey>) -> Result<WorkflowCreation, StoreError> {
    let mut transaction = pool.begin().await.map_err(refine)?;
    if let Some(key) = key
        && let Some(repeated) = reserve(&mut transaction, key, workflow).await?
    {
        return Ok(repeated);
    }
    if let Some(node) = full_node(&mut transaction, workflow).await? {
        // Not committed: the idempotency key is free again.
        return Ok(WorkflowCreation::KeyFull(node));
    }
    insert_tasks(&mut transaction, workflow).await?;
    insert_graph(&mut transaction, workflow).await?;
    let handover = note(&mut transaction, workflow).await?;
    transaction.commit().await.map_err(refine)?;
    Ok(WorkflowCreation::Created(handover))
}

/// Takes the key for this workflow; the answer if it was taken before.
async fn reserve(
    connection: &mut PgConnection,
    key: &IdempotencyKey,
    workflow: &NewWorkflow,
) -> Result<Option<WorkflowCreation>, StoreError> {
    let query = sqlx::query(include_str!("../../queries/key/insert.sql"))
        .bind(vec![key.key.as_str()])
        .bind(vec![key.fingerprint.as_slice()])
        .bind(vec![1])
        .bind(vec![1])
        .bind(workflow.created_at)
        .bind(vec![workflow.id.as_uuid()]);
    if query.fetch_optional(&mut *connection).await.map_err(refine)?.is_some() {
        return Ok(None);
    }
    let query = sqlx::query(include_str!("../../queries/key/get.sql")).bind(vec![key.key.as_str()]);
    let Some(row) = query.fetch_optional(connection).await.map_err(refine)? else {
        // The pruner forgot it in this very moment: once more, and it is new.
        return Err(StoreError::Conflict("an idempotency key was just forgotten".into()));
    };
    let ids: Vec<Uuid> = get(&row, "task_ids")?;
    let same = get::<Vec<u8>>(&row, "fingerprint")? == key.fingerprint;
    let first = ids.first().filter(|_| same);
    Ok(Some(first.map_or(WorkflowCreation::KeyReused, |id| WorkflowCreation::Replayed(WorkflowId::from(*id)))))
}

/// A node whose concurrency key is full, in a queue that refuses more; asked for only where a node has such a key.
async fn full_node(connection: &mut PgConnection, workflow: &NewWorkflow) -> Result<Option<usize>, StoreError> {
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

async fn insert_tasks(connection: &mut PgConnection, workflow: &NewWorkflow) -> Result<(), StoreError> {
    let columns =
        TaskColumns::of(workflow.nodes.iter().map(|node| (&node.task, node.task.initial_state() == TaskState::Scheduled)))?;
    let blocked: Vec<_> = workflow.nodes.iter().map(NewNode::is_blocked).collect();
    let query = columns.bind(include_str!("../../queries/workflow/insert_tasks.sql")).bind(workflow.id.as_uuid()).bind(blocked);
    query.execute(connection).await.map_err(refine)?;
    Ok(())
}

/// Notes which of the tasks are to be published.
async fn note(connection: &mut PgConnection, workflow: &NewWorkflow) -> Result<Handover, StoreError> {
    let queued = workflow.nodes.iter().filter(|node| node.initial_state() == TaskState::Queued);
    let tasks: Vec<_> = queued.map(|node| node.task.clone()).collect();
    let mut handover = Handover { tasks, outbox: Vec::new() };
    if !handover.tasks.is_empty() {
        let ids: Vec<_> = handover.tasks.iter().map(|task| task.id.as_uuid()).collect();
        let query = sqlx::query_scalar(include_str!("../../queries/outbox/add.sql")).bind(workflow.created_at).bind(ids);
        handover.outbox.push(OutboxId(query.fetch_one(connection).await.map_err(refine)?));
    }
    Ok(handover)
}

async fn insert_graph(connection: &mut PgConnection, workflow: &NewWorkflow) -> Result<(), StoreError> {
    let size = |count: usize| signed(u32::try_from(count).unwrap_or(u32::MAX));
    let nodes = &workflow.nodes;
    let query = sqlx::query(include_str!("../../queries/workflow/insert.sql"))
        .bind(workflow.id.as_uuid())
        .bind(workflow.name.as_deref())
        .bind(workflow.policy.as_str())
        .bind(workflow.created_at)
        .bind(size(nodes.len()));
    query.execute(&mut *connection).await.map_err(refine)?;
    let query = sqlx::query(include_str!("../../queries/workflow/insert_nodes.sql"))
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
    let query =
        sqlx::query(include_str!("../../queries/workflow/insert_edges.sql")).bind(from).bind(to).bind(workflow.id.as_uuid());
    query.execute(connection).await.map_err(refine)?;
    Ok(())
}

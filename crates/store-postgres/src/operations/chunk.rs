//! One chunk of an operation: one transaction.

use std::collections::{HashMap, HashSet};

use ruche_domain::{ChangeKind, OperationAction, SkipReason, SkippedTask, TaskId, TaskState, Timestamp};
use ruche_store::{Advanced, Chunk, ChunkError, Cursor, Handover, Locked, OperationView, OutboxId, StoreError};
use sqlx::{PgConnection, postgres::PgRow};
use uuid::Uuid;

use super::{cursor, list, operation_id, view};
use crate::{
    PgStore,
    error::refine,
    row::{JsonText, encode, get, id, new_task, parse},
    workflows::{advance, lock_of, reopen},
};

const TAKE: &str = include_str!("../../queries/operation/take.sql");

impl PgStore {
    /// Takes an operation and does its next chunk.
    pub(super) async fn work(&self, now: Timestamp, limit: u32) -> Result<Option<Result<Chunk, ChunkError>>, StoreError> {
        if sqlx::query(TAKE).fetch_optional(&self.pools.relaxed).await.map_err(refine)?.is_none() {
            // The usual answer needs no transaction.
            return Ok(None);
        }
        let mut transaction = self.pools.durable.begin().await.map_err(refine)?;
        let row = sqlx::query(TAKE).fetch_optional(&mut *transaction).await.map_err(refine)?;
        let Some(row) = row else { return Ok(None) };
        let operation = operation_id(&row)?;
        let done = match step(&mut transaction, &row, now, limit).await {
            Ok(done) => done,
            Err(error) if error.is_transient() => return Err(error),
            Err(source) => return Ok(Some(Err(ChunkError { operation, source }))),
        };
        transaction.commit().await.map_err(refine)?;
        if done.chunk.operation.operation.action != OperationAction::Delete {
            self.announce_rows(&done.changed, now, kind)?;
        }
        self.announce_advanced(done.advanced);
        Ok(Some(Ok(done.chunk)))
    }
}

struct Done {
    chunk: Chunk,
    changed: Vec<PgRow>,
    advanced: Advanced,
}

async fn step(connection: &mut PgConnection, row: &PgRow, now: Timestamp, limit: u32) -> Result<Done, StoreError> {
    let before = view(row)?;
    let found = find(connection, &before, cursor(row)?, limit).await?;
    let action = before.operation.action.clone();
    let ids: Vec<TaskId> = found.iter().map(|cursor| cursor.id).collect();
    let locked = lock(connection, &action, &ids).await?;
    let changed = change(connection, &action, &ids, now).await?;
    let advanced = follow(connection, &action, &locked, &changed, now).await?;
    let handover = note(connection, &action, &changed, now).await?;
    let touched = changed.iter().map(id).collect::<Result<HashSet<_>, _>>()?;
    let room = SkipReason::SAMPLES.saturating_sub(before.samples.len());
    let untouched = ids.iter().copied().filter(|id| !touched.contains(id)).take(room).collect();
    let skipped = explain(connection, &action, untouched).await?;
    let operation = before.after_chunk(&ids, changed.len(), skipped, found.len() < limit as usize, now);
    save(connection, &operation, found.last().copied().or(cursor(row)?), now).await?;
    Ok(Done { chunk: Chunk { operation, handover }, changed, advanced })
}

/// The workflows whose nodes the action may end, or run again.
async fn lock(connection: &mut PgConnection, action: &OperationAction, ids: &[TaskId]) -> Result<Locked, StoreError> {
    match action {
        OperationAction::Cancel | OperationAction::Retry | OperationAction::Delete => lock_of(connection, ids).await,
        OperationAction::Move { .. } | OperationAction::SetPriority { .. } => Ok(Locked::new()),
    }
}

/// What the changes mean for workflows.
async fn follow(
    connection: &mut PgConnection,
    action: &OperationAction,
    locked: &Locked,
    changed: &[PgRow],
    now: Timestamp,
) -> Result<Advanced, StoreError> {
    let changed = || changed.iter().map(id).collect::<Result<Vec<_>, _>>();
    match action {
        // Those asked to stop have not ended, which is seen when their ends are counted.
        OperationAction::Cancel => advance(connection, locked, changed()?, now).await,
        OperationAction::Retry => reopen(connection, locked, &changed()?, now).await.map(|()| Advanced::default()),
        OperationAction::Delete | OperationAction::Move { .. } | OperationAction::SetPriority { .. } => Ok(Advanced::default()),
    }
}

/// The next tasks, newest first.
async fn find(
    connection: &mut PgConnection,
    operation: &OperationView,
    after: Option<Cursor>,
    limit: u32,
) -> Result<Vec<Cursor>, StoreError> {
    let operation = &operation.operation;
    let query = list::walk(&operation.bounded_filter(), &operation.states(), after, i64::from(limit));
    let rows = query.fetch_all(connection).await.map_err(refine)?;
    rows.iter().map(|row| Ok(Cursor { created_at: get(row, "created_at")?, id: id(row)? })).collect()
}

/// Changes what may be changed; one row per task changed.
async fn change(
    connection: &mut PgConnection,
    action: &OperationAction,
    ids: &[TaskId],
    now: Timestamp,
) -> Result<Vec<PgRow>, StoreError> {
    let mut sorted: Vec<Uuid> = ids.iter().map(|id| id.as_uuid()).collect();
    sorted.sort_unstable();
    let query = match action {
        OperationAction::Cancel => sqlx::query(include_str!("../../queries/task/cancel_many.sql")).bind(&sorted).bind(now),
        OperationAction::Retry => sqlx::query(include_str!("../../queries/task/retry_many.sql")).bind(&sorted).bind(now),
        OperationAction::Delete => sqlx::query(include_str!("../../queries/task/delete_many.sql")).bind(&sorted),
        OperationAction::Move { queue } => {
            sqlx::query(include_str!("../../queries/task/move_many.sql")).bind(&sorted).bind(queue.as_str())
        }
        OperationAction::SetPriority { priority } => {
            let query = sqlx::query(include_str!("../../queries/task/set_priority_many.sql"));
            query.bind(&sorted).bind(i16::from(priority.get()))
        }
    };
    query.fetch_all(connection).await.map_err(refine)
}

/// Notes which of the changed tasks are to be published.
async fn note(
    connection: &mut PgConnection,
    action: &OperationAction,
    changed: &[PgRow],
    now: Timestamp,
) -> Result<Handover, StoreError> {
    if matches!(action, OperationAction::Cancel | OperationAction::Delete) {
        return Ok(Handover::default());
    }
    let mut handover = Handover::default();
    for row in changed {
        if parse::<TaskState>(row, "state")? == TaskState::Queued {
            handover.tasks.push(new_task(row)?);
        }
    }
    if !handover.tasks.is_empty() {
        let ids: Vec<Uuid> = handover.tasks.iter().map(|task| task.id.as_uuid()).collect();
        let query = sqlx::query_scalar(include_str!("../../queries/outbox/add.sql")).bind(now).bind(ids);
        handover.outbox.push(OutboxId(query.fetch_one(connection).await.map_err(refine)?));
    }
    Ok(handover)
}

/// Why tasks were not changed.
async fn explain(
    connection: &mut PgConnection,
    action: &OperationAction,
    untouched: Vec<TaskId>,
) -> Result<Vec<SkippedTask>, StoreError> {
    if untouched.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = untouched.iter().map(|id| id.as_uuid()).collect();
    let query = sqlx::query(include_str!("../../queries/task/states.sql")).bind(ids);
    let rows = query.fetch_all(connection).await.map_err(refine)?;
    let states = rows.iter().map(|row| Ok((id(row)?, parse(row, "state")?))).collect::<Result<HashMap<_, _>, StoreError>>()?;
    let skipped = untouched.into_iter().map(|id| SkippedTask { id, reason: SkipReason::of(action, states.get(&id).copied()) });
    Ok(skipped.collect())
}

async fn save(
    connection: &mut PgConnection,
    operation: &OperationView,
    cursor: Option<Cursor>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let samples = encode(&operation.samples)?;
    let query = sqlx::query(include_str!("../../queries/operation/save.sql"))
        .bind(operation.operation.id.as_uuid())
        .bind(operation.state.as_str())
        .bind(now)
        .bind(operation.started_at)
        .bind(operation.finished_at)
        .bind(cursor.map(|cursor| cursor.created_at))
        .bind(cursor.map(|cursor| cursor.id.as_uuid()))
        .bind(counter(operation.matched))
        .bind(counter(operation.changed))
        .bind(counter(operation.skipped))
        .bind(JsonText(&samples));
    query.execute(connection).await.map_err(refine)?;
    Ok(())
}

fn counter(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn kind(row: &PgRow) -> Result<ChangeKind, StoreError> {
    let state = parse(row, "state")?;
    Ok(if state == TaskState::Running { ChangeKind::CancelRequested } else { ChangeKind::State(state) })
}

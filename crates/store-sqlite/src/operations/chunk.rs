//! One chunk of an operation: one transaction.

use std::collections::{HashMap, HashSet};

use ruche_domain::{Change, ChangeKind, OperationAction, SkipReason, SkippedTask, TaskId, TaskState, Timestamp};
use ruche_store::{Advanced, Chunk, ChunkError, Cursor, Handover, OperationView, StoreError};
use sqlx::{SqliteConnection, sqlite::SqliteRow};

use super::{cursor, is_queued, operation_id, view};
use crate::{
    SqliteStore,
    batch::{ids, json, micros},
    browse::list,
    enqueue::note,
    error::refused,
    pool::{Durability, begin, commit},
    row::{Record, change, new_task, state},
    workflows::{advance, reopen},
};

const TAKE: &str = include_str!("../../queries/operation/take.sql");
const SAVE: &str = include_str!("../../queries/operation/save.sql");
const CANCEL: &str = include_str!("../../queries/task/cancel_many.sql");
const KEEP_ENDED: &str = include_str!("../../queries/attempt/keep_ended_many.sql");
const RETRY: &str = include_str!("../../queries/task/retry_many.sql");
const DELETE: &str = include_str!("../../queries/task/delete_many.sql");
const MOVE: &str = include_str!("../../queries/task/move_many.sql");
const LEAVE: &str = include_str!("../../queries/admission/leave.sql");
const SET_PRIORITY: &str = include_str!("../../queries/task/set_priority_many.sql");
const STATES: &str = include_str!("../../queries/task/states.sql");

impl SqliteStore {
    /// Takes an operation and does its next chunk.
    pub(super) async fn work(&self, now: Timestamp, limit: u32) -> Result<Option<Result<Chunk, ChunkError>>, StoreError> {
        if sqlx::query(TAKE).fetch_optional(self.pool.readers()).await.map_err(refused)?.is_none() {
            // The usual answer needs no writer.
            return Ok(None);
        }
        let mut writer = self.pool.writer(Durability::Full).await?;
        let mut transaction = begin(&mut writer).await?;
        let row = sqlx::query(TAKE).fetch_optional(&mut *transaction).await.map_err(refused)?;
        let Some(row) = row else { return Ok(None) };
        let operation = operation_id(&row)?;
        let done = match step(&mut transaction, &row, now, limit).await {
            Ok(done) => done,
            Err(error) if error.is_transient() => return Err(error),
            Err(source) => return Ok(Some(Err(ChunkError { operation, source }))),
        };
        commit(transaction).await?;
        drop(writer);
        self.feed.announce(done.changes);
        self.announce_advanced(done.advanced);
        Ok(Some(Ok(done.chunk)))
    }
}

struct Done {
    chunk: Chunk,
    changes: Vec<Change>,
    advanced: Advanced,
}

async fn step(connection: &mut SqliteConnection, row: &SqliteRow, now: Timestamp, limit: u32) -> Result<Done, StoreError> {
    let before = view(row)?;
    let found = find(connection, &before, cursor(row)?, limit).await?;
    let action = before.operation.action.clone();
    let found_ids: Vec<TaskId> = found.iter().map(|cursor| cursor.id).collect();
    let changed = alter(connection, &action, ids(found_ids.iter().copied()), now).await?;
    let told = action != OperationAction::Delete;
    let changes = changed.iter().filter(|_| told).map(|row| change(row, now, kind(row)?)).collect::<Result<_, StoreError>>()?;
    let advanced = follow(connection, &action, &changed, now).await?;
    let handover = hand_over(connection, &action, &changed, now).await?;
    let touched = changed.iter().map(|row| Record::new("tasks", row).id("id")).collect::<Result<HashSet<_>, _>>()?;
    let room = SkipReason::SAMPLES.saturating_sub(before.samples.len());
    let untouched = found_ids.iter().copied().filter(|id| !touched.contains(id)).take(room).collect();
    let skipped = explain(connection, &action, untouched).await?;
    let operation = before.after_chunk(&found_ids, changed.len(), skipped, found.len() < limit as usize, now);
    save(connection, &operation, found.last().copied().or(cursor(row)?), now).await?;
    Ok(Done { chunk: Chunk { operation, handover }, changes, advanced })
}

/// What the changes mean for workflows.
async fn follow(
    connection: &mut SqliteConnection,
    action: &OperationAction,
    changed: &[SqliteRow],
    now: Timestamp,
) -> Result<Advanced, StoreError> {
    let changed = || changed.iter().map(|row| Record::new("tasks", row).id("id")).collect::<Result<Vec<_>, _>>();
    match action {
        // Those asked to stop have not ended, which is seen when their ends are counted.
        OperationAction::Cancel => advance(connection, changed()?, now).await,
        OperationAction::Retry => reopen(connection, &changed()?, now).await.map(|()| Advanced::default()),
        OperationAction::Delete | OperationAction::Move { .. } | OperationAction::SetPriority { .. } => Ok(Advanced::default()),
    }
}

/// The next tasks, newest first.
async fn find(
    connection: &mut SqliteConnection,
    operation: &OperationView,
    after: Option<Cursor>,
    limit: u32,
) -> Result<Vec<Cursor>, StoreError> {
    let operation = &operation.operation;
    let query = list::walk(&operation.bounded_filter(), &operation.states(), after, i64::from(limit));
    let rows = query.fetch_all(connection).await.map_err(refused)?;
    let cursor = |row| {
        let record = Record::new("tasks", row);
        Ok(Cursor { created_at: record.time("created_at")?, id: record.id("id")? })
    };
    rows.iter().map(cursor).collect()
}

/// Changes what may be changed; one row per task changed.
async fn alter(
    connection: &mut SqliteConnection,
    action: &OperationAction,
    ids: String,
    now: Timestamp,
) -> Result<Vec<SqliteRow>, StoreError> {
    let query = match action {
        OperationAction::Cancel => sqlx::query(CANCEL).bind(ids).bind(micros(now)),
        OperationAction::Retry => {
            sqlx::query(KEEP_ENDED).bind(&ids).execute(&mut *connection).await.map_err(refused)?;
            sqlx::query(RETRY).bind(ids).bind(micros(now))
        }
        OperationAction::Delete => sqlx::query(DELETE).bind(ids),
        OperationAction::Move { queue } => {
            let rows = sqlx::query(MOVE).bind(ids).bind(queue.as_str()).fetch_all(&mut *connection).await.map_err(refused)?;
            leave(connection, &rows).await?;
            return Ok(rows);
        }
        OperationAction::SetPriority { priority } => sqlx::query(SET_PRIORITY).bind(ids).bind(priority.get()),
    };
    query.fetch_all(connection).await.map_err(refused)
}

/// Frees the slots that moved tasks had in the queues they left.
async fn leave(connection: &mut SqliteConnection, moved: &[SqliteRow]) -> Result<(), StoreError> {
    let moved = moved.iter().map(|row| Record::new("tasks", row).id("id")).collect::<Result<Vec<TaskId>, _>>()?;
    sqlx::query(LEAVE).bind(ids(moved)).execute(connection).await.map_err(refused)?;
    Ok(())
}

/// Notes which of the changed tasks are to be published.
async fn hand_over(
    connection: &mut SqliteConnection,
    action: &OperationAction,
    changed: &[SqliteRow],
    now: Timestamp,
) -> Result<Handover, StoreError> {
    if matches!(action, OperationAction::Cancel | OperationAction::Delete) {
        return Ok(Handover::default());
    }
    let mut tasks = Vec::new();
    for row in changed {
        if is_queued(row)? {
            tasks.push(new_task(row)?);
        }
    }
    let outbox = note(connection, tasks.iter(), now).await?;
    Ok(Handover { tasks, outbox: outbox.into_iter().collect() })
}

/// Why tasks were not changed.
async fn explain(
    connection: &mut SqliteConnection,
    action: &OperationAction,
    untouched: Vec<TaskId>,
) -> Result<Vec<SkippedTask>, StoreError> {
    if untouched.is_empty() {
        return Ok(Vec::new());
    }
    let query = sqlx::query(STATES).bind(ids(untouched.iter().copied()));
    let rows = query.fetch_all(connection).await.map_err(refused)?;
    let known = rows.iter().map(|row| Ok((Record::new("tasks", row).id("id")?, state(row)?)));
    let states = known.collect::<Result<HashMap<_, _>, StoreError>>()?;
    let skipped = untouched.into_iter().map(|id| SkippedTask { id, reason: SkipReason::of(action, states.get(&id).copied()) });
    Ok(skipped.collect())
}

async fn save(
    connection: &mut SqliteConnection,
    operation: &OperationView,
    cursor: Option<Cursor>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let query = sqlx::query(SAVE)
        .bind(operation.operation.id.as_uuid())
        .bind(operation.state.as_str())
        .bind(micros(now))
        .bind(operation.started_at.map(micros))
        .bind(operation.finished_at.map(micros))
        .bind(cursor.map(|cursor| micros(cursor.created_at)))
        .bind(cursor.map(|cursor| cursor.id.as_uuid()))
        .bind(counter(operation.matched))
        .bind(counter(operation.changed))
        .bind(counter(operation.skipped))
        .bind(json(&operation.samples));
    query.execute(connection).await.map_err(refused)?;
    Ok(())
}

fn counter(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn kind(row: &SqliteRow) -> Result<ChangeKind, StoreError> {
    let state = state(row)?;
    Ok(if state == TaskState::Running { ChangeKind::CancelRequested } else { ChangeKind::State(state) })
}

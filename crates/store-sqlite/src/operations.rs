//! Changes of many tasks at once.

mod chunk;

use async_trait::async_trait;
use autometrics::autometrics;
use ruche_domain::{OperationAction, OperationId, TaskState, Timestamp};
use ruche_metrics::objectives::STORE;
use ruche_store::{
    Chunk, ChunkError, CountedState, Cursor, EnqueueAnswer, IdempotencyKey, NewOperation, OPEN_OPERATIONS, OperationAnswer,
    OperationStop, OperationView, Operations, Page, Position, StoreError, TaskFilter, walked,
};
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::{
    SqliteStore,
    batch::{json, micros},
    browse::list,
    enqueue::keys,
    error::refused,
    pool::{Durability, begin, commit},
    row::{Record, state},
};

const INSERT: &str = include_str!("../queries/operation/insert.sql");
const GET: &str = include_str!("../queries/operation/get.sql");
const LIST: &str = include_str!("../queries/operation/list.sql");
const CANCEL: &str = include_str!("../queries/operation/cancel.sql");
const FAIL: &str = include_str!("../queries/operation/fail.sql");
const FORGET: &str = include_str!("../queries/operation/forget.sql");

#[autometrics(objective = STORE)]
#[async_trait]
impl Operations for SqliteStore {
    async fn create_operation(
        &self,
        operation: &NewOperation,
        key: Option<&IdempotencyKey>,
    ) -> Result<OperationAnswer, StoreError> {
        let mut writer = self.pool.writer(Durability::Full).await?;
        let mut transaction = begin(&mut writer).await?;
        if let Some(key) = key {
            match keys::reserve_one(&mut transaction, key, operation.id.as_uuid().into(), operation.created_at).await? {
                // An operation has no concurrency key that could be full.
                EnqueueAnswer::Created | EnqueueAnswer::KeyFull(_) => {}
                EnqueueAnswer::KeyReused => return Ok(OperationAnswer::KeyReused),
                EnqueueAnswer::Replayed(ids) => {
                    let first = ids.first().map(|id| OperationId::from(id.as_uuid()));
                    return Ok(first.map_or(OperationAnswer::KeyReused, OperationAnswer::Replayed));
                }
            }
        }
        let query = sqlx::query(INSERT)
            .bind(operation.id.as_uuid())
            .bind(micros(operation.created_at))
            .bind(json(&operation.action))
            .bind(json(&operation.filter))
            .bind(OPEN_OPERATIONS);
        if query.fetch_optional(&mut *transaction).await.map_err(refused)?.is_none() {
            // Not committed: the key is free again.
            return Ok(OperationAnswer::TooMany);
        }
        commit(transaction).await?;
        Ok(OperationAnswer::Created)
    }

    async fn operation(&self, id: OperationId) -> Result<Option<OperationView>, StoreError> {
        let row = sqlx::query(GET).bind(id.as_uuid()).fetch_optional(self.pool.readers()).await.map_err(refused)?;
        row.as_ref().map(view).transpose()
    }

    async fn operations(&self, after: Option<Position>, limit: u32) -> Result<Page<OperationView>, StoreError> {
        let (at, id) = after.map_or((i64::MAX, Uuid::max()), |after| (micros(after.at), after.id));
        // One row more than asked for tells whether there is a next page.
        let query = sqlx::query(LIST).bind(at).bind(id).bind(i64::from(limit) + 1);
        let rows = query.fetch_all(self.pool.readers()).await.map_err(refused)?;
        let views = rows.iter().map(view).collect::<Result<_, _>>()?;
        Ok(Page::of(views, limit, |last: &OperationView| {
            let NewOperation { created_at, id, .. } = &last.operation;
            Position { at: *created_at, id: id.as_uuid() }
        }))
    }

    async fn preview_operation(
        &self,
        action: &OperationAction,
        filter: &TaskFilter,
        limit: u32,
    ) -> Result<Vec<CountedState>, StoreError> {
        let query = list::count(filter, &walked(action, filter), i64::from(limit));
        let rows = query.fetch_all(self.pool.readers()).await.map_err(refused)?;
        let counted = |row| Ok(CountedState { state: state(row)?, count: Record::new("tasks", row).get("count")? });
        let counts = rows.iter().map(counted).collect::<Result<Vec<_>, StoreError>>()?;
        Ok(counts.into_iter().filter(|counted| counted.count > 0).collect())
    }

    async fn cancel_operation(&self, id: OperationId, now: Timestamp) -> Result<OperationStop, StoreError> {
        let mut writer = self.pool.writer(Durability::Full).await?;
        let query = sqlx::query(CANCEL).bind(id.as_uuid()).bind(micros(now));
        let stopped = query.fetch_optional(&mut *writer).await.map_err(refused)?;
        drop(writer);
        if let Some(row) = stopped {
            return Ok(OperationStop::Stopped(Box::new(view(&row)?)));
        }
        let ended = self.operation(id).await?;
        Ok(ended.map_or(OperationStop::NotFound, |ended| OperationStop::AlreadyEnded(ended.state)))
    }

    async fn work_on_operation(&self, now: Timestamp, limit: u32) -> Result<Option<Result<Chunk, ChunkError>>, StoreError> {
        self.work(now, limit).await
    }

    async fn fail_operation(&self, id: OperationId, error: &str, now: Timestamp) -> Result<(), StoreError> {
        let mut writer = self.pool.writer(Durability::Full).await?;
        let query = sqlx::query(FAIL).bind(id.as_uuid()).bind(micros(now)).bind(error);
        query.execute(&mut *writer).await.map_err(refused)?;
        Ok(())
    }

    async fn forget_operations(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let mut writer = self.pool.writer(Durability::Relaxed).await?;
        let query = sqlx::query(FORGET).bind(micros(before)).bind(limit);
        Ok(query.execute(&mut *writer).await.map_err(refused)?.rows_affected())
    }
}

/// An operation's row.
fn view(row: &SqliteRow) -> Result<OperationView, StoreError> {
    let record = Record::new("operations", row);
    Ok(OperationView {
        operation: NewOperation {
            id: operation_id(row)?,
            action: record.json("action")?,
            filter: record.json("filter")?,
            created_at: record.time("created_at")?,
        },
        state: record.parsed("state")?,
        matched: record.get("matched")?,
        changed: record.get("changed")?,
        skipped: record.get("skipped")?,
        samples: record.optional_json("samples")?.unwrap_or_default(),
        error: record.get("error")?,
        started_at: record.optional_time("started_at")?,
        finished_at: record.optional_time("finished_at")?,
    })
}

fn operation_id(row: &SqliteRow) -> Result<OperationId, StoreError> {
    Record::new("operations", row).get::<Uuid>("id").map(OperationId::from)
}

/// The last task looked at.
fn cursor(row: &SqliteRow) -> Result<Option<Cursor>, StoreError> {
    let record = Record::new("operations", row);
    let id: Option<Uuid> = record.get("cursor_id")?;
    Ok(record.optional_time("cursor_at")?.zip(id).map(|(created_at, id)| Cursor { created_at, id: id.into() }))
}

/// Whether a task is to be published once it was changed.
fn is_queued(row: &SqliteRow) -> Result<bool, StoreError> {
    Ok(state(row)? == TaskState::Queued)
}

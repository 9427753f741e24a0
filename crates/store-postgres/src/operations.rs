//! Changes of many tasks at once.

mod chunk;
mod key;

use async_trait::async_trait;
use autometrics::autometrics;
use ruche_domain::{OperationAction, OperationId, Timestamp};
use ruche_metrics::objectives::STORE;
use ruche_store::{
    Chunk, ChunkError, CountedState, Cursor, IdempotencyKey, NewOperation, OPEN_OPERATIONS, OperationAnswer, OperationStop,
    OperationView, Operations, Page, Position, StoreError, TaskFilter, walked,
};
use serde::de::DeserializeOwned;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::{
    PgStore,
    browse::{list, total},
    error::{corrupt, refine, settle},
    row::{JsonText, encode, get, parse},
};

/// Later than any operation.
const LATEST: i64 = 253_402_300_799;

#[autometrics(objective = STORE)]
#[async_trait]
impl Operations for PgStore {
    async fn create_operation(
        &self,
        operation: &NewOperation,
        key: Option<&IdempotencyKey>,
    ) -> Result<OperationAnswer, StoreError> {
        settle(|| self.create(operation, key)).await
    }

    async fn operation(&self, id: OperationId) -> Result<Option<OperationView>, StoreError> {
        let query = sqlx::query(include_str!("../queries/operation/get.sql")).bind(id.as_uuid());
        let row = query.fetch_optional(&self.pools.durable).await.map_err(refine)?;
        row.as_ref().map(view).transpose()
    }

    async fn operations(&self, after: Option<Position>, limit: u32) -> Result<Page<OperationView>, StoreError> {
        let latest = Timestamp::from_timestamp(LATEST, 0).unwrap_or(Timestamp::MAX_UTC);
        let (at, id) = after.map_or((latest, Uuid::max()), |after| (after.at, after.id));
        // One row more than asked for tells whether there is a next page.
        let query = sqlx::query(include_str!("../queries/operation/list.sql")).bind(at).bind(id).bind(i64::from(limit) + 1);
        let rows = query.fetch_all(&self.pools.durable).await.map_err(refine)?;
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
        let rows = query.fetch_all(&self.pools.durable).await.map_err(refine)?;
        rows.iter().map(|row| Ok(CountedState { state: parse(row, "state")?, count: total(row)? })).collect()
    }

    async fn cancel_operation(&self, id: OperationId, now: Timestamp) -> Result<OperationStop, StoreError> {
        let query = sqlx::query(include_str!("../queries/operation/cancel.sql")).bind(id.as_uuid()).bind(now);
        if let Some(row) = query.fetch_optional(&self.pools.durable).await.map_err(refine)? {
            return Ok(OperationStop::Stopped(Box::new(view(&row)?)));
        }
        let ended = self.operation(id).await?;
        Ok(ended.map_or(OperationStop::NotFound, |ended| OperationStop::AlreadyEnded(ended.state)))
    }

    async fn work_on_operation(&self, now: Timestamp, limit: u32) -> Result<Option<Result<Chunk, ChunkError>>, StoreError> {
        settle(|| self.work(now, limit)).await
    }

    async fn fail_operation(&self, id: OperationId, error: &str, now: Timestamp) -> Result<(), StoreError> {
        let query = sqlx::query(include_str!("../queries/operation/fail.sql")).bind(id.as_uuid()).bind(now).bind(error);
        query.execute(&self.pools.durable).await.map_err(refine)?;
        Ok(())
    }

    async fn forget_operations(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let query = sqlx::query(include_str!("../queries/operation/forget.sql")).bind(before).bind(i64::from(limit));
        Ok(query.execute(&self.pools.relaxed).await.map_err(refine)?.rows_affected())
    }
}

impl PgStore {
    async fn create(&self, operation: &NewOperation, key: Option<&IdempotencyKey>) -> Result<OperationAnswer, StoreError> {
        let mut transaction = self.pools.durable.begin().await.map_err(refine)?;
        if let Some(key) = key
            && let Some(repeated) = key::reserve(&mut transaction, key, operation).await?
        {
            return Ok(repeated);
        }
        let (action, filter) = (encode(&operation.action)?, encode(&operation.filter)?);
        let query = sqlx::query(include_str!("../queries/operation/insert.sql"))
            .bind(operation.id.as_uuid())
            .bind(operation.created_at)
            .bind(JsonText(&action))
            .bind(JsonText(&filter))
            .bind(i64::from(OPEN_OPERATIONS));
        if query.fetch_optional(&mut *transaction).await.map_err(refine)?.is_none() {
            // Not committed: the key is free again.
            return Ok(OperationAnswer::TooMany);
        }
        transaction.commit().await.map_err(refine)?;
        Ok(OperationAnswer::Created)
    }
}

/// An operation's row.
fn view(row: &PgRow) -> Result<OperationView, StoreError> {
    Ok(OperationView {
        operation: NewOperation {
            id: operation_id(row)?,
            action: json(row, "action")?.ok_or_else(|| missing("action"))?,
            filter: json(row, "filter")?.ok_or_else(|| missing("filter"))?,
            created_at: get(row, "created_at")?,
        },
        state: get::<&str>(row, "state")?.parse().map_err(|error: ruche_domain::UnknownOperationState| of("state", error))?,
        matched: number(row, "matched")?,
        changed: number(row, "changed")?,
        skipped: number(row, "skipped")?,
        samples: json(row, "samples")?.unwrap_or_default(),
        error: get(row, "error")?,
        started_at: get(row, "started_at")?,
        finished_at: get(row, "finished_at")?,
    })
}

fn operation_id(row: &PgRow) -> Result<OperationId, StoreError> {
    Ok(get::<Uuid>(row, "id")?.into())
}

/// The last task looked at.
fn cursor(row: &PgRow) -> Result<Option<Cursor>, StoreError> {
    let (at, id): (Option<Timestamp>, Option<Uuid>) = (get(row, "cursor_at")?, get(row, "cursor_id")?);
    Ok(at.zip(id).map(|(created_at, id)| Cursor { created_at, id: id.into() }))
}

fn json<T: DeserializeOwned>(row: &PgRow, column: &'static str) -> Result<Option<T>, StoreError> {
    let text: Option<JsonText> = get(row, column)?;
    text.map(|json| serde_json::from_str(json.0)).transpose().map_err(|error| of(column, error))
}

fn number(row: &PgRow, column: &'static str) -> Result<u64, StoreError> {
    u64::try_from(get::<i64>(row, column)?).map_err(|error| of(column, error))
}

fn missing(column: &'static str) -> StoreError {
    corrupt("operations", column, "null")
}

fn of(column: &'static str, source: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    corrupt("operations", column, source)
}

//! Operators' changes.

use async_trait::async_trait;
use ruche_domain::{ChangeKind, TaskId, TaskState, Timestamp};
use ruche_store::{CancelAnswer, Control, OutboxId, RetryAnswer, StoreError};
use sqlx::postgres::PgRow;

use crate::{
    PgStore,
    error::{refine, settle},
    row::{count, get, new_task, parse},
};

#[async_trait]
impl Control for PgStore {
    async fn cancel(&self, id: TaskId, now: Timestamp) -> Result<CancelAnswer, StoreError> {
        let row = settle(|| self.change(include_str!("../queries/task/cancel.sql"), id, now)).await?;
        let Some(row) = row else { return Ok(CancelAnswer::NotFound) };
        let state: TaskState = parse(&row, "state")?;
        let (answer, kind) = match state {
            TaskState::Running => (CancelAnswer::Requested, ChangeKind::CancelRequested),
            ended if ended.is_terminal() => return Ok(CancelAnswer::AlreadyEnded(ended)),
            _ => (CancelAnswer::Cancelled, ChangeKind::State(TaskState::Cancelled)),
        };
        self.announce_one(&row, id, now, kind)?;
        Ok(answer)
    }

    async fn retry(&self, id: TaskId, now: Timestamp) -> Result<RetryAnswer, StoreError> {
        let row = settle(|| self.change(include_str!("../queries/task/retry.sql"), id, now)).await?;
        let Some(row) = row else { return Ok(RetryAnswer::NotFound) };
        let Some(outbox) = get::<Option<i64>>(&row, "outbox")? else {
            return Ok(RetryAnswer::Refused(parse(&row, "before")?));
        };
        self.announce_one(&row, id, now, ChangeKind::State(TaskState::Queued))?;
        Ok(RetryAnswer::Queued { task: Box::new(new_task(&row)?), outbox: OutboxId(outbox) })
    }
}

impl PgStore {
    async fn change(&self, sql: &'static str, id: TaskId, now: Timestamp) -> Result<Option<PgRow>, StoreError> {
        let query = sqlx::query(sql).bind(id.as_uuid()).bind(now);
        query.fetch_optional(&self.pools.durable).await.map_err(refine)
    }

    pub(crate) fn announce_one(&self, row: &PgRow, id: TaskId, at: Timestamp, kind: ChangeKind) -> Result<(), StoreError> {
        let (name, queue, attempt) = (parse(row, "name")?, parse(row, "queue")?, count(row, "attempt")?);
        self.feed.announce(vec![ruche_domain::Change { id, name, queue, attempt, at, kind }]);
        Ok(())
    }
}

//! Operators' changes.

use async_trait::async_trait;
use autometrics::autometrics;
use ruche_domain::{ChangeKind, TaskId, TaskState, Timestamp};
use ruche_metrics::objectives::STORE;
use ruche_store::{Advanced, CancelAnswer, Control, OutboxId, RetryAnswer, StoreError};
use sqlx::postgres::PgRow;

use crate::{
    PgStore,
    error::{refine, settle},
    row::{count, get, new_task, parse},
    workflows::{advance, lock_of, reopen},
};

#[autometrics(objective = STORE)]
#[async_trait]
impl Control for PgStore {
    async fn cancel(&self, id: TaskId, now: Timestamp) -> Result<CancelAnswer, StoreError> {
        let (row, advanced) = settle(|| self.cancel_once(id, now)).await?;
        let Some(row) = row else { return Ok(CancelAnswer::NotFound) };
        let state: TaskState = parse(&row, "state")?;
        let (answer, kind) = match state {
            TaskState::Running => (CancelAnswer::Requested, ChangeKind::CancelRequested),
            ended if ended.is_terminal() => return Ok(CancelAnswer::AlreadyEnded(ended)),
            _ => (CancelAnswer::Cancelled, ChangeKind::State(TaskState::Cancelled)),
        };
        self.announce_one(&row, id, now, kind)?;
        self.announce_advanced(advanced);
        Ok(answer)
    }

    async fn retry(&self, id: TaskId, now: Timestamp) -> Result<RetryAnswer, StoreError> {
        let row = settle(|| self.retry_once(id, now)).await?;
        let Some(row) = row else { return Ok(RetryAnswer::NotFound) };
        let Some(outbox) = get::<Option<i64>>(&row, "outbox")? else {
            return Ok(RetryAnswer::Refused(parse(&row, "before")?));
        };
        self.announce_one(&row, id, now, ChangeKind::State(TaskState::Queued))?;
        Ok(RetryAnswer::Queued { task: Box::new(new_task(&row)?), outbox: OutboxId(outbox) })
    }
}

impl PgStore {
    async fn cancel_once(&self, id: TaskId, now: Timestamp) -> Result<(Option<PgRow>, Advanced), StoreError> {
        let mut transaction = self.pools.durable.begin().await.map_err(refine)?;
        let locked = lock_of(&mut transaction, &[id]).await?;
        let query = sqlx::query(include_str!("../queries/task/cancel.sql")).bind(id.as_uuid()).bind(now);
        let row = query.fetch_optional(&mut *transaction).await.map_err(refine)?;
        // Only a task that had not ended has ended now; of others, and of running ones, nothing is counted.
        let ended = row.iter().map(|_| id).collect();
        let advanced = advance(&mut transaction, &locked, ended, now).await?;
        transaction.commit().await.map_err(refine)?;
        Ok((row, advanced))
    }

    async fn retry_once(&self, id: TaskId, now: Timestamp) -> Result<Option<PgRow>, StoreError> {
        let mut transaction = self.pools.durable.begin().await.map_err(refine)?;
        let locked = lock_of(&mut transaction, &[id]).await?;
        let query = sqlx::query(include_str!("../queries/task/retry.sql")).bind(id.as_uuid()).bind(now);
        let row = query.fetch_optional(&mut *transaction).await.map_err(refine)?;
        if let Some(row) = &row
            && get::<Option<i64>>(row, "outbox")?.is_some()
        {
            reopen(&mut transaction, &locked, &[id], now).await?;
        }
        transaction.commit().await.map_err(refine)?;
        Ok(row)
    }

    pub(crate) fn announce_one(&self, row: &PgRow, id: TaskId, at: Timestamp, kind: ChangeKind) -> Result<(), StoreError> {
        let (name, queue, attempt) = (parse(row, "name")?, parse(row, "queue")?, count(row, "attempt")?);
        self.feed.announce(vec![ruche_domain::Change { id, name, queue, attempt, at, kind }]);
        Ok(())
    }
}

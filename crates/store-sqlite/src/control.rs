//! What operators ask of single tasks.

use async_trait::async_trait;
use autometrics::autometrics;
use ruche_domain::{ChangeKind, TaskId, TaskState, Timestamp};
use ruche_metrics::objectives::STORE;
use ruche_store::{CancelAnswer, Control, RetryAnswer, StoreError, workflow_moves};
use sqlx::SqliteConnection;

use crate::{
    SqliteStore,
    batch::micros,
    enqueue::note,
    error::refused,
    pool::{Durability, begin, commit},
    row::{change, new_task, state},
    workflows::{advance, reopen},
};

const CANCEL: &str = include_str!("../queries/task/cancel.sql");
pub const KEEP_ENDED: &str = include_str!("../queries/attempt/keep_ended.sql");
pub const RETRY: &str = include_str!("../queries/task/retry.sql");
const STATE: &str = include_str!("../queries/task/state.sql");

#[autometrics(objective = STORE)]
#[async_trait]
impl Control for SqliteStore {
    async fn cancel(&self, id: TaskId, now: Timestamp) -> Result<CancelAnswer, StoreError> {
        let mut writer = self.pool.writer(Durability::Full).await?;
        let mut transaction = begin(&mut writer).await?;
        let query = sqlx::query(CANCEL).bind(id.as_uuid()).bind(micros(now));
        let Some(row) = query.fetch_optional(&mut *transaction).await.map_err(refused)? else {
            let ended = state_of(&mut transaction, id).await?;
            return Ok(ended.map_or(CancelAnswer::NotFound, CancelAnswer::AlreadyEnded));
        };
        let (kind, answer) = match state(&row)? {
            TaskState::Running => (ChangeKind::CancelRequested, CancelAnswer::Requested),
            state => (ChangeKind::State(state), CancelAnswer::Cancelled),
        };
        let change = change(&row, now, kind)?;
        let ended = if workflow_moves::is_end(&change) { vec![id] } else { Vec::new() };
        let mut advanced = advance(&mut transaction, ended, now).await?;
        commit(transaction).await?;
        drop(writer);
        advanced.changes.insert(0, change);
        self.announce_advanced(advanced);
        Ok(answer)
    }

    async fn retry(&self, id: TaskId, now: Timestamp) -> Result<RetryAnswer, StoreError> {
        let mut writer = self.pool.writer(Durability::Full).await?;
        let mut transaction = begin(&mut writer).await?;
        sqlx::query(KEEP_ENDED).bind(id.as_uuid()).execute(&mut *transaction).await.map_err(refused)?;
        let query = sqlx::query(RETRY).bind(id.as_uuid()).bind(micros(now));
        let Some(row) = query.fetch_optional(&mut *transaction).await.map_err(refused)? else {
            let other = state_of(&mut transaction, id).await?;
            return Ok(other.map_or(RetryAnswer::NotFound, RetryAnswer::Refused));
        };
        let task = new_task(&row)?;
        let change = change(&row, now, ChangeKind::State(TaskState::Queued))?;
        reopen(&mut transaction, &[id], now).await?;
        let outbox = note(&mut transaction, std::iter::once(&task), now).await?.expect("one task makes one note");
        commit(transaction).await?;
        drop(writer);
        self.feed.announce(vec![change]);
        Ok(RetryAnswer::Queued { task: Box::new(task), outbox })
    }
}

/// A task's state; `None` if there is no such task.
pub async fn state_of(connection: &mut SqliteConnection, id: TaskId) -> Result<Option<TaskState>, StoreError> {
    let row = sqlx::query(STATE).bind(id.as_uuid()).fetch_optional(connection).await.map_err(refused)?;
    row.as_ref().map(state).transpose()
}

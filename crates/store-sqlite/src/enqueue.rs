//! Accepting tasks.

pub mod full;
pub mod keys;

use async_trait::async_trait;
use autometrics::autometrics;
use ruche_domain::{Change, ChangeKind, NewTask, TaskState, Timestamp};
use ruche_metrics::objectives::STORE;
use ruche_store::{Enqueue, EnqueueAnswer, EnqueueRequest, InsertedBatch, OutboxId, StoreError};
use sqlx::SqliteConnection;

use crate::{
    SqliteStore,
    batch::{NewRow, json, micros, pack},
    error::refused,
    pool::{Durability, begin, commit},
};

const INSERT: &str = include_str!("../queries/task/insert.sql");
const ADD_NOTE: &str = include_str!("../queries/outbox/add.sql");
const REMOVE_NOTES: &str = include_str!("../queries/outbox/confirm.sql");

/// Rows of one statement at most; bounds the memory of one batch text.
const ROWS: usize = 1_000;

#[autometrics(objective = STORE)]
#[async_trait]
impl Enqueue for SqliteStore {
    async fn enqueue(&self, requests: &[EnqueueRequest], now: Timestamp) -> Result<InsertedBatch, StoreError> {
        if requests.iter().all(|request| request.tasks.is_empty() && request.idempotency.is_none()) {
            return Ok(InsertedBatch { answers: vec![EnqueueAnswer::Created; requests.len()], outbox: None });
        }
        let mut writer = self.pool.writer(Durability::Full).await?;
        let mut transaction = begin(&mut writer).await?;
        let mut answers = keys::settle(&mut transaction, requests, now).await?;
        full::refuse(&mut transaction, requests, &mut answers).await?;
        let accepted: Vec<&NewTask> = requests
            .iter()
            .zip(&answers)
            .filter(|(_, answer)| **answer == EnqueueAnswer::Created)
            .flat_map(|(request, _)| &request.tasks)
            .collect();
        insert(&mut transaction, &accepted).await?;
        let queued = accepted.iter().filter(|task| task.initial_state() == TaskState::Queued);
        let outbox = note(&mut transaction, queued.copied(), now).await?;
        commit(transaction).await?;
        drop(writer);
        self.feed.announce(accepted.into_iter().map(|task| begun(task, now)).collect());
        Ok(InsertedBatch { answers, outbox })
    }

    async fn confirm_published(&self, outbox: &[OutboxId]) -> Result<(), StoreError> {
        if outbox.is_empty() {
            return Ok(());
        }
        let mut writer = self.pool.writer(Durability::Relaxed).await?;
        remove_notes(&mut writer, outbox).await
    }
}

/// Inserts tasks, without a note.
pub async fn insert(connection: &mut SqliteConnection, tasks: &[&NewTask]) -> Result<(), StoreError> {
    for tasks in tasks.chunks(ROWS) {
        let rows: Vec<_> = tasks.iter().map(|task| NewRow::new(task)).collect();
        sqlx::query(INSERT).bind(json(&rows)).execute(&mut *connection).await.map_err(refused)?;
    }
    Ok(())
}

/// Notes in the outbox that these tasks are to be published; no note for no tasks.
pub async fn note(
    connection: &mut SqliteConnection,
    tasks: impl Iterator<Item = &NewTask>,
    now: Timestamp,
) -> Result<Option<OutboxId>, StoreError> {
    let ids = pack(tasks.map(|task| task.id));
    if ids.is_empty() {
        return Ok(None);
    }
    let id = sqlx::query_scalar(ADD_NOTE).bind(ids).bind(micros(now)).fetch_one(connection).await.map_err(refused)?;
    Ok(Some(OutboxId(id)))
}

/// Removes notes from the outbox.
pub async fn remove_notes(connection: &mut SqliteConnection, outbox: &[OutboxId]) -> Result<(), StoreError> {
    let ids: Vec<i64> = outbox.iter().map(|id| id.0).collect();
    sqlx::query(REMOVE_NOTES).bind(json(&ids)).execute(connection).await.map_err(refused)?;
    Ok(())
}

/// The change that a task was accepted.
pub fn begun(task: &NewTask, now: Timestamp) -> Change {
    let kind = ChangeKind::State(task.initial_state());
    Change { id: task.id, name: task.name.clone(), queue: task.queue.clone(), attempt: 0, at: now, kind }
}

//! Accepting tasks.

mod columns;
pub mod full;
mod keyed;

use async_trait::async_trait;
use autometrics::autometrics;
use ruche_domain::{Change, ChangeKind, NewTask, TaskState, Timestamp};
use ruche_metrics::objectives::STORE;
use ruche_store::{Enqueue, EnqueueAnswer, EnqueueRequest, InsertedBatch, OutboxId, StoreError};
use sqlx::PgExecutor;
use uuid::Uuid;

use crate::{
    PgStore,
    error::{refine, settle},
};

pub use columns::TaskColumns;

/// Tasks per statement: arrays beyond this only grow the memory both sides need.
const CHUNK: usize = 5_000;

#[autometrics(objective = STORE)]
#[async_trait]
impl Enqueue for PgStore {
    async fn enqueue(&self, requests: &[EnqueueRequest], now: Timestamp) -> Result<InsertedBatch, StoreError> {
        let inserted = if requests.iter().any(|request| request.idempotency.is_some()) || full::is_keyed(requests) {
            settle(|| keyed::insert(&self.pools.durable, requests, now)).await?
        } else {
            let tasks: Vec<_> = requests.iter().flat_map(|request| &request.tasks).collect();
            let outbox = settle(|| self.insert_all(&tasks, now)).await?;
            InsertedBatch { answers: vec![EnqueueAnswer::Created; requests.len()], outbox }
        };
        self.announce_inserted(requests, &inserted.answers);
        Ok(inserted)
    }

    async fn confirm_published(&self, outbox: &[OutboxId]) -> Result<(), StoreError> {
        if outbox.is_empty() {
            return Ok(());
        }
        let ids: Vec<i64> = outbox.iter().map(|id| id.0).collect();
        // A crash may bring the rows back: the relay then publishes once more.
        let query = sqlx::query(include_str!("../queries/outbox/confirm.sql")).bind(ids);
        query.execute(&self.pools.relaxed).await.map_err(refine)?;
        Ok(())
    }
}

impl PgStore {
    /// One statement, or one transaction of several where they are very many.
    async fn insert_all(&self, tasks: &[&NewTask], now: Timestamp) -> Result<Option<OutboxId>, StoreError> {
        if tasks.len() <= CHUNK {
            return insert_chunk(&self.pools.durable, tasks, &queued_ids(tasks), now).await;
        }
        let mut transaction = self.pools.durable.begin().await.map_err(refine)?;
        let outbox = insert_chunks(&mut transaction, tasks, now).await?;
        transaction.commit().await.map_err(refine)?;
        Ok(outbox)
    }

    fn announce_inserted(&self, requests: &[EnqueueRequest], answers: &[EnqueueAnswer]) {
        let created = requests.iter().zip(answers).filter(|(_, answer)| **answer == EnqueueAnswer::Created);
        let tasks = created.flat_map(|(request, _)| &request.tasks);
        self.feed.announce(tasks.map(|task| born(task, task.initial_state())).collect());
    }
}

/// The notice of a new task.
pub fn born(task: &NewTask, state: TaskState) -> Change {
    Change {
        id: task.id,
        name: task.name.clone(),
        queue: task.queue.clone(),
        attempt: 0,
        at: task.created_at,
        kind: ChangeKind::State(state),
    }
}

fn queued_ids(tasks: &[&NewTask]) -> Vec<Uuid> {
    let queued = tasks.iter().filter(|task| task.initial_state() == TaskState::Queued);
    queued.map(|task| task.id.as_uuid()).collect()
}

/// Inserts within a transaction; the last chunk writes the note for all.
pub async fn insert_chunks(
    connection: &mut sqlx::PgConnection,
    tasks: &[&NewTask],
    now: Timestamp,
) -> Result<Option<OutboxId>, StoreError> {
    let queued = queued_ids(tasks);
    let mut outbox = None;
    let mut chunks = tasks.chunks(CHUNK).peekable();
    while let Some(chunk) = chunks.next() {
        let noted: &[Uuid] = if chunks.peek().is_none() { &queued } else { &[] };
        outbox = insert_chunk(&mut *connection, chunk, noted, now).await?;
    }
    Ok(outbox)
}

async fn insert_chunk(
    executor: impl PgExecutor<'_>,
    tasks: &[&NewTask],
    noted: &[Uuid],
    now: Timestamp,
) -> Result<Option<OutboxId>, StoreError> {
    if tasks.is_empty() {
        return Ok(None);
    }
    let columns = TaskColumns::of(tasks.iter().map(|task| (*task, task.initial_state() == TaskState::Scheduled)))?;
    let query = columns.bind(include_str!("../queries/task/insert.sql")).bind(now).bind(noted);
    let row = query.fetch_optional(executor).await.map_err(refine)?;
    row.map(|row| crate::row::get(&row, "id").map(OutboxId)).transpose()
}

//! What the maintenance duties ask for.

use std::{collections::HashSet, time::Duration};

use async_trait::async_trait;
use autometrics::autometrics;
use chrono::{DateTime, TimeDelta};
use ruche_domain::{Change, ChangeKind, Fingerprint, Lifecycle, NewTask, QueueName, TaskId, TaskState, Timestamp};
use ruche_metrics::objectives::STORE;
use ruche_store::{Ended, Handover, Maintain, OutboxId, Rescued, Retention, StoreError, workflow_moves};
use sqlx::{SqliteConnection, sqlite::SqliteRow};

use crate::{
    SqliteStore,
    batch::{ids, json, micros},
    enqueue::{note, remove_notes},
    error::refused,
    fingerprints::put_fingerprints,
    pool::{Durability, begin, commit},
    row::{Record, change, new_task, state},
    workflows::advance,
};

const TAKE_NOTES: &str = include_str!("../queries/outbox/take.sql");
const QUEUED_OF: &str = include_str!("../queries/task/queued_of.sql");
const QUEUED_SINCE: &str = include_str!("../queries/task/queued_since.sql");
const WAITING_QUEUES: &str = include_str!("../queries/queue/waiting.sql");
const RELEASE: &str = include_str!("../queries/task/release_due.sql");
const NEXT_DUE: &str = include_str!("../queries/task/next_due.sql");
const EXPIRE: &str = include_str!("../queries/task/expire.sql");
const KEEP_LOST: &str = include_str!("../queries/attempt/keep_lost.sql");
const RESCUE: &str = include_str!("../queries/task/rescue.sql");
const PRUNE: &str = include_str!("../queries/task/prune.sql");
const PRUNE_WORKFLOWS: &str = include_str!("../queries/workflow/prune.sql");
const PRUNE_KEYS: &str = include_str!("../queries/key/prune.sql");
const PRUNE_WORKERS: &str = include_str!("../queries/worker/prune.sql");

/// How long a silent worker is remembered.
const WORKER_RETENTION: Duration = Duration::from_secs(24 * 60 * 60);

#[autometrics(objective = STORE)]
#[async_trait]
impl Maintain for SqliteStore {
    async fn take_unpublished(&self, before: Timestamp, now: Timestamp, limit: u32) -> Result<Handover, StoreError> {
        // A note taken twice does no harm.
        let mut writer = self.pool.writer(Durability::Relaxed).await?;
        let mut transaction = begin(&mut writer).await?;
        let query = sqlx::query(TAKE_NOTES).bind(micros(before)).bind(micros(now)).bind(limit);
        let rows = query.fetch_all(&mut *transaction).await.map_err(refused)?;
        let notes = rows.iter().map(taken).collect::<Result<Vec<_>, _>>()?;
        let tasks = queued_of(&mut transaction, notes.iter().flat_map(|(_, ids)| ids.iter().copied())).await?;
        let waiting: HashSet<TaskId> = tasks.iter().map(|task| task.id).collect();
        let (open, settled): (Vec<_>, Vec<_>) = notes.into_iter().partition(|(_, ids)| ids.iter().any(|id| waiting.contains(id)));
        let settled: Vec<OutboxId> = settled.into_iter().map(|(id, _)| id).collect();
        remove_notes(&mut transaction, &settled).await?;
        commit(transaction).await?;
        Ok(Handover { tasks, outbox: open.into_iter().map(|(id, _)| id).collect() })
    }

    async fn queued_since(&self, queue: &QueueName, before: Timestamp, limit: u32) -> Result<Vec<NewTask>, StoreError> {
        let query = sqlx::query(QUEUED_SINCE).bind(queue.as_str()).bind(micros(before)).bind(limit);
        let rows = query.fetch_all(self.pool.readers()).await.map_err(refused)?;
        rows.iter().map(new_task).collect()
    }

    async fn waiting_queues(&self) -> Result<Vec<(QueueName, Timestamp)>, StoreError> {
        let rows = sqlx::query(WAITING_QUEUES).fetch_all(self.pool.readers()).await.map_err(refused)?;
        let queue = |row| {
            let record = Record::new("tasks", row);
            Ok((record.parsed("queue")?, record.time("oldest_queued_at")?))
        };
        rows.iter().map(queue).collect()
    }

    async fn release_due(&self, now: Timestamp, limit: u32) -> Result<Handover, StoreError> {
        let mut writer = self.pool.writer(Durability::Full).await?;
        let mut transaction = begin(&mut writer).await?;
        let query = sqlx::query(RELEASE).bind(micros(now)).bind(limit);
        let rows = query.fetch_all(&mut *transaction).await.map_err(refused)?;
        let tasks = rows.iter().map(new_task).collect::<Result<Vec<_>, _>>()?;
        let changes = rows.iter().map(|row| change(row, now, ChangeKind::State(TaskState::Queued)));
        let changes = changes.collect::<Result<_, _>>()?;
        let outbox = note(&mut transaction, tasks.iter(), now).await?;
        commit(transaction).await?;
        drop(writer);
        self.feed.announce(changes);
        Ok(Handover { tasks, outbox: outbox.into_iter().collect() })
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let due: Option<i64> = sqlx::query_scalar(NEXT_DUE).fetch_one(self.pool.readers()).await.map_err(refused)?;
        Ok(due.and_then(DateTime::from_timestamp_micros))
    }

    async fn expire_overdue(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let mut writer = self.pool.writer(Durability::Full).await?;
        let mut transaction = begin(&mut writer).await?;
        let query = sqlx::query(EXPIRE).bind(micros(now)).bind(limit);
        let rows = query.fetch_all(&mut *transaction).await.map_err(refused)?;
        let changes = rows.iter().map(|row| change(row, now, ChangeKind::State(TaskState::Expired)));
        let changes = changes.collect::<Result<Vec<_>, _>>()?;
        let advanced = advance(&mut transaction, changes.iter().map(|change| change.id).collect(), now).await?;
        commit(transaction).await?;
        drop(writer);
        self.feed.announce(changes);
        self.announce_advanced(advanced);
        Ok(rows.len() as u64)
    }

    async fn rescue_lost(&self, now: Timestamp, limit: u32) -> Result<Rescued, StoreError> {
        let failure = json(&Lifecycle::lost());
        let mut writer = self.pool.writer(Durability::Full).await?;
        let mut transaction = begin(&mut writer).await?;
        let keep = sqlx::query(KEEP_LOST).bind(micros(now)).bind(limit).bind(&failure);
        keep.execute(&mut *transaction).await.map_err(refused)?;
        let rescue = sqlx::query(RESCUE).bind(micros(now)).bind(limit).bind(&failure);
        let rows = rescue.fetch_all(&mut *transaction).await.map_err(refused)?;
        let (mut tasks, mut ended_tasks) = (Vec::new(), Vec::new());
        let mut changes: Vec<Change> = Vec::with_capacity(rows.len());
        for row in &rows {
            let state = state(row)?;
            let change = change(row, now, ChangeKind::State(state))?;
            if state == TaskState::Queued {
                tasks.push(new_task(row)?);
            } else {
                ended_tasks.push(Ended { name: change.name.clone(), queue: change.queue.clone(), state });
            }
            changes.push(change);
        }
        let failed = changes.iter().filter(|change| change.kind == ChangeKind::State(TaskState::Failed));
        let prints = failed.map(|change| (change.id, Fingerprint::of(&change.name, &Lifecycle::lost())));
        put_fingerprints(&mut transaction, prints).await?;
        let outbox = note(&mut transaction, tasks.iter(), now).await?;
        let ended = changes.iter().filter(|change| workflow_moves::is_end(change)).map(|change| change.id).collect();
        let advanced = advance(&mut transaction, ended, now).await?;
        commit(transaction).await?;
        drop(writer);
        self.feed.announce(changes);
        self.announce_advanced(advanced);
        Ok(Rescued { again: Handover { tasks, outbox: outbox.into_iter().collect() }, ended: ended_tasks })
    }

    async fn prune(&self, retention: &Retention, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let Retention { succeeded, failed, other, idempotency_keys } = *retention;
        // What a power cut brings back is pruned again.
        let mut writer = self.pool.writer(Durability::Relaxed).await?;
        let mut transaction = begin(&mut writer).await?;
        // First, for a task stays as long as its workflow.
        let workflows = sqlx::query(PRUNE_WORKFLOWS).bind(before(now, succeeded)).bind(before(now, failed));
        workflows.bind(before(now, other)).bind(limit).execute(&mut *transaction).await.map_err(refused)?;
        let query =
            sqlx::query(PRUNE).bind(before(now, succeeded)).bind(before(now, failed)).bind(before(now, other)).bind(limit);
        let pruned = query.execute(&mut *transaction).await.map_err(refused)?.rows_affected();
        for (statement, kept) in [(PRUNE_KEYS, idempotency_keys), (PRUNE_WORKERS, WORKER_RETENTION)] {
            sqlx::query(statement).bind(before(now, kept)).execute(&mut *transaction).await.map_err(refused)?;
        }
        commit(transaction).await?;
        Ok(pruned)
    }
}

/// The time so long before `now`.
fn before(now: Timestamp, ago: Duration) -> i64 {
    let at = TimeDelta::from_std(ago).ok().and_then(|ago| now.checked_sub_signed(ago));
    at.map_or(i64::MIN, micros)
}

fn taken(row: &SqliteRow) -> Result<(OutboxId, Vec<TaskId>), StoreError> {
    let record = Record::new("outbox", row);
    Ok((OutboxId(record.get("id")?), record.packed_ids("task_ids")?))
}

async fn queued_of(connection: &mut SqliteConnection, tasks: impl Iterator<Item = TaskId>) -> Result<Vec<NewTask>, StoreError> {
    let rows = sqlx::query(QUEUED_OF).bind(ids(tasks)).fetch_all(connection).await.map_err(refused)?;
    rows.iter().map(new_task).collect()
}

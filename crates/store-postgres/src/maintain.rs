//! Maintenance.

use std::{collections::BTreeSet, time::Duration};

use async_trait::async_trait;
use autometrics::autometrics;
use chrono::TimeDelta;
use ruche_domain::{ChangeKind, Fingerprint, Lifecycle, NewTask, QueueName, TaskState, Timestamp};
use ruche_metrics::objectives::STORE;
use ruche_store::{Advanced, Ended, Handover, Locked, Maintain, OutboxId, Rescued, Retention, StoreError};
use sqlx::{PgConnection, postgres::PgRow};
use uuid::Uuid;

use crate::{
    PgStore,
    error::{corrupt, refine, settle},
    row::{JsonText, encode, get, id, new_task, parse},
    workflows::{advance, locked},
};

/// Workers not heard of for this long are forgotten.
const WORKERS_KEPT: TimeDelta = TimeDelta::days(1);

#[autometrics(objective = STORE)]
#[async_trait]
impl Maintain for PgStore {
    async fn take_unpublished(&self, before: Timestamp, now: Timestamp, limit: u32) -> Result<Handover, StoreError> {
        let rows = settle(|| async {
            let query = sqlx::query(include_str!("../queries/outbox/take.sql"));
            let query = query.bind(before).bind(now).bind(i64::from(limit));
            query.fetch_all(&self.pools.durable).await.map_err(refine)
        })
        .await?;
        handover(&rows)
    }

    async fn queued_since(&self, queue: &QueueName, before: Timestamp, limit: u32) -> Result<Vec<NewTask>, StoreError> {
        let query = sqlx::query(include_str!("../queries/task/queued_since.sql"));
        let query = query.bind(queue.as_str()).bind(before).bind(i64::from(limit));
        let rows = query.fetch_all(&self.pools.durable).await.map_err(refine)?;
        rows.iter().map(new_task).collect()
    }

    async fn waiting_queues(&self) -> Result<Vec<(QueueName, Timestamp)>, StoreError> {
        let query = sqlx::query(include_str!("../queries/queue/waiting.sql"));
        let rows = query.fetch_all(&self.pools.durable).await.map_err(refine)?;
        rows.iter().map(|row| Ok((parse(row, "queue")?, get(row, "since")?))).collect()
    }

    async fn release_due(&self, now: Timestamp, limit: u32) -> Result<Handover, StoreError> {
        let rows = settle(|| async {
            let query = sqlx::query(include_str!("../queries/task/release_due.sql")).bind(now).bind(i64::from(limit));
            query.fetch_all(&self.pools.durable).await.map_err(refine)
        })
        .await?;
        self.announce_rows(&rows, now, |_| Ok(ChangeKind::State(TaskState::Queued)))?;
        handover(&rows)
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let query = sqlx::query_scalar(include_str!("../queries/task/next_due.sql"));
        query.fetch_one(&self.pools.durable).await.map_err(refine)
    }

    async fn expire_overdue(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let plain = settle(|| async { expire(now, limit, None).fetch_all(&self.pools.durable).await.map_err(refine) });
        let (mut rows, left) = split(plain.await?)?;
        if !left.is_empty() {
            let (nodes, advanced) = settle(|| self.expire_nodes_once(now, limit, &left)).await?;
            rows.extend(nodes);
            self.announce_advanced(advanced);
        }
        self.announce_rows(&rows, now, |_| Ok(ChangeKind::State(TaskState::Expired)))?;
        Ok(rows.len() as u64)
    }

    async fn rescue_lost(&self, now: Timestamp, limit: u32) -> Result<Rescued, StoreError> {
        let lost = Lost::new()?;
        let plain = settle(|| async { lost.rescue(now, limit, None).fetch_all(&self.pools.durable).await.map_err(refine) });
        let (mut rows, left) = split(plain.await?)?;
        if !left.is_empty() {
            let (nodes, advanced) = settle(|| self.rescue_nodes_once(now, limit, &left, &lost)).await?;
            rows.extend(nodes);
            self.announce_advanced(advanced);
        }
        self.announce_rows(&rows, now, |row| Ok(ChangeKind::State(parse(row, "state")?)))?;
        let (mut queued, mut ended) = (Vec::new(), Vec::new());
        for row in rows {
            match parse(&row, "state")? {
                TaskState::Queued => queued.push(row),
                state => ended.push(Ended { name: parse(&row, "name")?, queue: parse(&row, "queue")?, state }),
            }
        }
        Ok(Rescued { again: handover(&queued)?, ended })
    }

    async fn prune(&self, retention: &Retention, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
        settle(|| self.prune_once(retention, now, limit)).await
    }
}

impl PgStore {
    /// Expires nodes of these workflows, as far as nobody holds them.
    async fn expire_nodes_once(
        &self,
        now: Timestamp,
        limit: u32,
        workflows: &[Uuid],
    ) -> Result<(Vec<PgRow>, Advanced), StoreError> {
        let mut transaction = self.pools.durable.begin().await.map_err(refine)?;
        let locked = lock_free(&mut transaction, workflows).await?;
        let rows = expire(now, limit, Some(&locked)).fetch_all(&mut *transaction).await.map_err(refine)?;
        let ended = rows.iter().map(id).collect::<Result<_, _>>()?;
        let advanced = advance(&mut transaction, &locked, ended, now).await?;
        transaction.commit().await.map_err(refine)?;
        Ok((rows, advanced))
    }

    /// Rescues nodes of these workflows, as far as nobody holds them.
    async fn rescue_nodes_once(
        &self,
        now: Timestamp,
        limit: u32,
        workflows: &[Uuid],
        lost: &Lost,
    ) -> Result<(Vec<PgRow>, Advanced), StoreError> {
        let mut transaction = self.pools.durable.begin().await.map_err(refine)?;
        let locked = lock_free(&mut transaction, workflows).await?;
        let rows = lost.rescue(now, limit, Some(&locked)).fetch_all(&mut *transaction).await.map_err(refine)?;
        // Those queued again have not ended, which is seen when their ends are counted.
        let moved = rows.iter().map(id).collect::<Result<_, _>>()?;
        let advanced = advance(&mut transaction, &locked, moved, now).await?;
        transaction.commit().await.map_err(refine)?;
        Ok((rows, advanced))
    }

    async fn prune_once(&self, retention: &Retention, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let mut transaction = self.pools.relaxed.begin().await.map_err(refine)?;
        // First, for a task stays as long as its workflow.
        let workflows = sqlx::query(include_str!("../queries/workflow/prune.sql"));
        let workflows = workflows
            .bind(ago(now, retention.succeeded))
            .bind(ago(now, retention.failed))
            .bind(ago(now, retention.other))
            .bind(i64::from(limit));
        workflows.execute(&mut *transaction).await.map_err(refine)?;
        let query = sqlx::query_scalar(include_str!("../queries/task/prune.sql"));
        let query = query
            .bind(ago(now, retention.succeeded))
            .bind(ago(now, retention.failed))
            .bind(ago(now, retention.other))
            .bind(i64::from(limit));
        let pruned: i64 = query.fetch_one(&mut *transaction).await.map_err(refine)?;
        let keys = sqlx::query(include_str!("../queries/key/prune.sql"));
        let keys = keys.bind(ago(now, retention.idempotency_keys)).bind(i64::from(limit));
        keys.execute(&mut *transaction).await.map_err(refine)?;
        let workers = sqlx::query(include_str!("../queries/worker/prune.sql")).bind(now - WORKERS_KEPT);
        workers.execute(&mut *transaction).await.map_err(refine)?;
        transaction.commit().await.map_err(refine)?;
        u64::try_from(pruned).map_err(|error| corrupt("tasks", "count", error))
    }
}

type Query = sqlx::query::Query<'static, sqlx::Postgres, sqlx::postgres::PgArguments>;

/// Expires plain tasks, and nodes of these workflows; without any, tells of those it found.
fn expire(now: Timestamp, limit: u32, workflows: Option<&Locked>) -> Query {
    let query = sqlx::query(include_str!("../queries/task/expire.sql")).bind(now).bind(i64::from(limit));
    query.bind(uuids(workflows)).bind(workflows.is_none())
}

/// Changed tasks, and the workflows of nodes that were left alone.
fn split(rows: Vec<PgRow>) -> Result<(Vec<PgRow>, Vec<Uuid>), StoreError> {
    let (mut changed, mut left) = (Vec::with_capacity(rows.len()), BTreeSet::new());
    for row in rows {
        match get::<Option<Uuid>>(&row, "left_alone")? {
            Some(workflow) => drop(left.insert(workflow)),
            None => changed.push(row),
        }
    }
    Ok((changed, left.into_iter().collect()))
}

async fn lock_free(connection: &mut PgConnection, workflows: &[Uuid]) -> Result<Locked, StoreError> {
    let query = sqlx::query(include_str!("../queries/workflow/lock_free.sql")).bind(workflows);
    locked(&query.fetch_all(connection).await.map_err(refine)?)
}

/// The failure of lost attempts.
struct Lost {
    error: String,
    pattern: String,
}

impl Lost {
    fn new() -> Result<Self, StoreError> {
        Ok(Self { error: encode(&Lifecycle::lost())?, pattern: Fingerprint::pattern(&Lifecycle::lost()) })
    }

    /// Rescues plain tasks, and nodes of these workflows; without any, tells of those it found.
    fn rescue(&self, now: Timestamp, limit: u32, workflows: Option<&Locked>) -> Query {
        let query = sqlx::query(include_str!("../queries/task/rescue.sql")).bind(now).bind(i64::from(limit));
        query.bind(JsonText(&self.error)).bind(self.pattern.clone()).bind(uuids(workflows)).bind(workflows.is_none())
    }
}

fn uuids(workflows: Option<&Locked>) -> Vec<Uuid> {
    workflows.into_iter().flat_map(Locked::keys).map(|id| id.as_uuid()).collect()
}

/// The time `duration` before `now`; for durations beyond all time, the earliest that PostgreSQL knows well.
fn ago(now: Timestamp, duration: Duration) -> Timestamp {
    TimeDelta::from_std(duration)
        .ok()
        .and_then(|delta| now.checked_sub_signed(delta))
        .filter(|at| *at > Timestamp::UNIX_EPOCH)
        .unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Tasks with the notes in their `outbox` columns.
fn handover(rows: &[PgRow]) -> Result<Handover, StoreError> {
    let mut outbox = BTreeSet::new();
    let mut tasks = Vec::with_capacity(rows.len());
    for row in rows {
        outbox.insert(get::<i64>(row, "outbox")?);
        tasks.push(new_task(row)?);
    }
    Ok(Handover { tasks, outbox: outbox.into_iter().map(OutboxId).collect() })
}

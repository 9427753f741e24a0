//! Queues that are paused or limited.

mod admit;
mod lines;
mod names;
mod sweep;

use std::{collections::HashMap, time::Duration};

use async_trait::async_trait;
use autometrics::autometrics;
use ruche_domain::{
    Changes, ConcurrencyKey, NewTask, QueueName, TaskId, Timestamp, WorkerName,
    limit::{Bucket, QueueLimits},
};
use ruche_metrics::objectives::STORE;
use ruche_store::{Admissions, Claimed, Gate, Queues, Standing, StoreError};
use sqlx::{Sqlite, SqliteExecutor, query::Query, sqlite::SqliteArguments, sqlite::SqliteRow};

use crate::{
    SqliteStore,
    batch::{json, micros},
    error::refused,
    pool::{Durability, begin, commit},
    row::Record,
};

const GATES: &str = include_str!("../queries/queue/gates.sql");
const PAUSE: &str = include_str!("../queries/queue/pause.sql");
const RESUME: &str = include_str!("../queries/queue/resume.sql");
const LIMIT: &str = include_str!("../queries/queue/limit.sql");
const UNLIMIT: &str = include_str!("../queries/queue/unlimit.sql");
const REMOVE_ADMISSIONS: &str = include_str!("../queries/admission/remove.sql");
const REMOVE_BUCKETS: &str = include_str!("../queries/bucket/remove.sql");
const SLOTS: &str = include_str!("../queries/admission/count.sql");
const STANDING: &str = include_str!("../queries/admission/standing.sql");
const BUCKETS: &str = include_str!("../queries/bucket/get.sql");

#[autometrics(objective = STORE)]
#[async_trait]
impl Queues for SqliteStore {
    async fn gates(&self) -> Result<Vec<Gate>, StoreError> {
        let rows = sqlx::query(GATES).fetch_all(self.pool.readers()).await.map_err(refused)?;
        rows.iter().map(gate).collect()
    }

    async fn pause(&self, queue: &QueueName, now: Timestamp) -> Result<Timestamp, StoreError> {
        let mut writer = self.pool.writer(Durability::Full).await?;
        let query = sqlx::query(PAUSE).bind(queue.as_str()).bind(micros(now));
        let row = query.fetch_one(&mut *writer).await.map_err(refused)?;
        drop(writer);
        self.feed.announce_all(Changes::Registry);
        Record::new("queues", &row).time("paused_at")
    }

    async fn resume(&self, queue: &QueueName, now: Timestamp) -> Result<bool, StoreError> {
        let resumed = self.change_queues(vec![sqlx::query(RESUME).bind(queue.as_str().to_owned()).bind(micros(now))]).await? > 0;
        if resumed {
            self.feed.announce_all(Changes::Registry);
        }
        Ok(resumed)
    }

    async fn limit(&self, queue: &QueueName, limits: Option<&QueueLimits>, now: Timestamp) -> Result<(), StoreError> {
        let name = queue.as_str().to_owned();
        let changes = match limits {
            Some(limits) => vec![sqlx::query(LIMIT).bind(name).bind(json(limits))],
            None => vec![
                sqlx::query(UNLIMIT).bind(name.clone()).bind(micros(now)),
                sqlx::query(REMOVE_ADMISSIONS).bind(name.clone()),
                sqlx::query(REMOVE_BUCKETS).bind(name),
            ],
        };
        self.change_queues(changes).await?;
        self.feed.announce_all(Changes::Registry);
        Ok(())
    }

    async fn admit(
        &self,
        queue: &QueueName,
        now: Timestamp,
        told_before: Timestamp,
        most: u32,
    ) -> Result<Admissions, StoreError> {
        let (admissions, advanced) = self.admit_once(queue, now, told_before, most).await?;
        self.feed.announce(admissions.stopped.clone());
        self.announce_advanced(advanced);
        Ok(admissions)
    }

    async fn claim_next(
        &self,
        queue: &QueueName,
        worker: &WorkerName,
        now: Timestamp,
        lease_until: Timestamp,
        most: u32,
    ) -> Result<Vec<Claimed>, StoreError> {
        let (claimed, changes, advanced) = self.claim_next_once(queue, worker, (now, lease_until), most).await?;
        self.feed.announce(changes);
        self.announce_advanced(advanced);
        Ok(claimed)
    }

    async fn sweep(
        &self,
        queue: &QueueName,
        now: Timestamp,
        again_after: Duration,
        limit: u32,
    ) -> Result<Option<Vec<NewTask>>, StoreError> {
        self.sweep_once(queue, now, again_after, limit).await
    }

    async fn slots(&self, queue: &QueueName) -> Result<u32, StoreError> {
        sqlx::query_scalar(SLOTS).bind(queue.as_str()).fetch_one(self.pool.readers()).await.map_err(refused)
    }

    async fn standing(
        &self,
        queue: &QueueName,
        key: Option<&ConcurrencyKey>,
        id: TaskId,
        attempt: u32,
    ) -> Result<Standing, StoreError> {
        let key = key.map_or("", ConcurrencyKey::as_str);
        let query = sqlx::query(STANDING).bind(queue.as_str()).bind(key).bind(id.as_uuid()).bind(attempt.saturating_add(1));
        let row = query.fetch_one(self.pool.readers()).await.map_err(refused)?;
        let buckets = buckets(self.pool.readers(), queue, &["", key]).await?;
        let record = Record::new("admissions", &row);
        Ok(Standing {
            admitted: record.get("admitted")?,
            running: record.get("running")?,
            key_running: if key.is_empty() { 0 } else { record.get("key_running")? },
            bucket: buckets.get("").copied(),
            key_bucket: buckets.get(key).copied().filter(|_| !key.is_empty()),
        })
    }
}

impl SqliteStore {
    /// Runs statements in one transaction; how many rows the first changed.
    async fn change_queues(&self, changes: Vec<Query<'_, Sqlite, SqliteArguments>>) -> Result<u64, StoreError> {
        let mut writer = self.pool.writer(Durability::Full).await?;
        let mut transaction = begin(&mut writer).await?;
        let mut first = None;
        for change in changes {
            let changed = change.execute(&mut *transaction).await.map_err(refused)?.rows_affected();
            first.get_or_insert(changed);
        }
        commit(transaction).await?;
        Ok(first.unwrap_or_default())
    }
}

fn gate(row: &SqliteRow) -> Result<Gate, StoreError> {
    let record = Record::new("queues", row);
    Ok(Gate {
        queue: record.parsed("name")?,
        paused_at: record.optional_time("paused_at")?,
        limits: record.optional_json("limits")?,
        opened_at: record.optional_time("opened_at")?,
    })
}

/// The buckets of these keys; a queue's own is that of the key `""`.
async fn buckets(
    executor: impl SqliteExecutor<'_>,
    queue: &QueueName,
    keys: &[&str],
) -> Result<HashMap<String, Bucket>, StoreError> {
    let query = sqlx::query(BUCKETS).bind(queue.as_str()).bind(json(&keys));
    let rows = query.fetch_all(executor).await.map_err(refused)?;
    rows.iter()
        .map(|row| {
            let record = Record::new("buckets", row);
            let level = u64::try_from(record.get::<i64>("level")?).unwrap_or_default();
            Ok((record.get("key")?, Bucket { level, at: record.time("at")? }))
        })
        .collect()
}

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
use sqlx::{PgExecutor, postgres::PgRow};

use crate::{
    PgStore,
    error::{corrupt, refine, settle},
    row::{JsonText, decode, encode, get, parse, signed},
};

#[autometrics(objective = STORE)]
#[async_trait]
impl Queues for PgStore {
    async fn gates(&self) -> Result<Vec<Gate>, StoreError> {
        let query = sqlx::query(include_str!("../queries/queue/gates.sql"));
        let rows = query.fetch_all(&self.pools.durable).await.map_err(refine)?;
        rows.iter().map(gate).collect()
    }

    async fn pause(&self, queue: &QueueName, now: Timestamp) -> Result<Timestamp, StoreError> {
        let query = sqlx::query(include_str!("../queries/queue/pause.sql")).bind(queue.as_str()).bind(now);
        let row = query.fetch_one(&self.pools.durable).await.map_err(refine)?;
        self.feed.announce_all(Changes::Registry);
        get(&row, "paused_at")
    }

    async fn resume(&self, queue: &QueueName, now: Timestamp) -> Result<bool, StoreError> {
        let query = sqlx::query(include_str!("../queries/queue/resume.sql")).bind(queue.as_str()).bind(now);
        let resumed = query.execute(&self.pools.durable).await.map_err(refine)?.rows_affected() > 0;
        if resumed {
            self.feed.announce_all(Changes::Registry);
        }
        Ok(resumed)
    }

    async fn limit(&self, queue: &QueueName, limits: Option<&QueueLimits>, now: Timestamp) -> Result<(), StoreError> {
        let text = limits.map(encode).transpose()?;
        settle(|| async {
            let query = match &text {
                Some(text) => sqlx::query(include_str!("../queries/queue/limit.sql")).bind(queue.as_str()).bind(JsonText(text)),
                None => sqlx::query(include_str!("../queries/queue/unlimit.sql")).bind(queue.as_str()).bind(now),
            };
            query.execute(&self.pools.durable).await.map_err(refine)
        })
        .await?;
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
        let (admissions, advanced) = settle(|| self.admit_once(queue, now, told_before, most)).await?;
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
        let (claimed, changes, advanced) = settle(|| self.claim_next_once(queue, worker, (now, lease_until), most)).await?;
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
        settle(|| self.sweep_once(queue, now, again_after, limit)).await
    }

    async fn slots(&self, queue: &QueueName) -> Result<u32, StoreError> {
        let query = sqlx::query_scalar(include_str!("../queries/admission/count.sql")).bind(queue.as_str());
        Ok(small(query.fetch_one(&self.pools.durable).await.map_err(refine)?))
    }

    async fn standing(
        &self,
        queue: &QueueName,
        key: Option<&ConcurrencyKey>,
        id: TaskId,
        attempt: u32,
    ) -> Result<Standing, StoreError> {
        let key = key.map_or("", ConcurrencyKey::as_str);
        let query = sqlx::query(include_str!("../queries/admission/standing.sql"));
        let query = query.bind(queue.as_str()).bind(key).bind(id.as_uuid()).bind(signed(attempt.saturating_add(1)));
        let row = query.fetch_one(&self.pools.durable).await.map_err(refine)?;
        let buckets = buckets(&self.pools.durable, queue, &["", key]).await?;
        Ok(Standing {
            admitted: get(&row, "admitted")?,
            running: small(get(&row, "running")?),
            key_running: if key.is_empty() { 0 } else { small(get(&row, "key_running")?) },
            bucket: buckets.get("").copied(),
            key_bucket: buckets.get(key).copied().filter(|_| !key.is_empty()),
        })
    }
}

fn gate(row: &PgRow) -> Result<Gate, StoreError> {
    Ok(Gate {
        queue: parse(row, "name")?,
        paused_at: get(row, "paused_at")?,
        limits: decode(row, "limits")?,
        opened_at: get(row, "opened_at")?,
    })
}

/// The buckets of these keys; a queue's own is that of the key `""`.
async fn buckets(executor: impl PgExecutor<'_>, queue: &QueueName, keys: &[&str]) -> Result<HashMap<String, Bucket>, StoreError> {
    let query = sqlx::query(include_str!("../queries/bucket/get.sql")).bind(queue.as_str()).bind(keys);
    let rows = query.fetch_all(executor).await.map_err(refine)?;
    rows.iter()
        .map(|row| {
            let level = u64::try_from(get::<i64>(row, "level")?).map_err(|error| corrupt("buckets", "level", error))?;
            Ok((get(row, "key")?, Bucket { level, at: get(row, "at")? }))
        })
        .collect()
}

/// A count of few.
fn small(count: i64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

//! A round of admissions: one transaction, alone as any that writes.

mod stop;
mod waiting;

use std::collections::{HashMap, HashSet};

use ruche_domain::{
    Change, NewTask, QueueName, TaskId, Timestamp, WorkerName,
    limit::{Admitted, Bucket, Lane, NameBuckets, Outlook, QueueLimits, admit, outlook},
};
use ruche_store::{Admissions, Advanced, Claimed, InUse, StoreError, Waiter, next_after};
use sqlx::SqliteConnection;
use uuid::Uuid;

use self::stop::stop;
use super::buckets;
use crate::{
    SqliteStore,
    batch::{Hex, ids, json, micros},
    error::refused,
    lease,
    pool::{Durability, begin, commit},
    row::{Record, new_task},
};

const LOCK: &str = include_str!("../../queries/queue/lock.sql");
const KEEP: &str = include_str!("../../queries/queue/keep.sql");
const RELEASE: &str = include_str!("../../queries/admission/release.sql");
const ADOPT: &str = include_str!("../../queries/admission/adopt.sql");
const KEYS: &str = include_str!("../../queries/admission/keys.sql");
const GRANT: &str = include_str!("../../queries/admission/grant.sql");
const STALE: &str = include_str!("../../queries/admission/stale.sql");
const PUT_BUCKETS: &str = include_str!("../../queries/bucket/put.sql");
const PRUNE_BUCKETS: &str = include_str!("../../queries/bucket/prune.sql");
const QUEUED_OF: &str = include_str!("../../queries/task/queued_of.sql");
const NAMES: &str = include_str!("../../queries/name/hold.sql");
const TAKE: &str = include_str!("../../queries/name/take.sql");

/// What was decided, with the keys that were looked at and the queue's bucket.
type Decided = (Admitted<Waiter>, Vec<Lane<Waiter>>, Option<Bucket>);

/// A queue's row.
struct Round {
    queue: QueueName,
    now: Timestamp,
    limits: QueueLimits,
    after_key: String,
    /// Keys that this round looked at, from after that one around.
    seen: Vec<String>,
    looked: u32,
    looked_at: Timestamp,
    names: NameBuckets,
}

impl SqliteStore {
    /// See [`ruche_store::Queues::admit`]. A power cut that takes slots back takes the claims that followed as well.
    pub(super) async fn admit_once(
        &self,
        queue: &QueueName,
        now: Timestamp,
        told_before: Timestamp,
        most: u32,
    ) -> Result<(Admissions, Advanced), StoreError> {
        let mut writer = self.pool.writer(Durability::Relaxed).await?;
        let mut transaction = begin(&mut writer).await?;
        let Some(mut round) = Round::read(&mut transaction, queue, now).await? else {
            return Ok((Admissions::default(), Advanced::default()));
        };
        let connection = &mut *transaction;
        let mut tell = stale(connection, queue, now, told_before).await?;
        let (admitted, stopped, advanced) = round.hold(connection, most).await?;
        tell.extend(admitted.tasks.iter().map(|(_, task)| task.id));
        let tasks = tasks(connection, &tell).await?;
        commit(transaction).await?;
        let count = u32::try_from(admitted.tasks.len()).unwrap_or(u32::MAX);
        Ok((Admissions { tasks, admitted: count, stopped, next_at: admitted.next_at }, advanced))
    }

    /// See [`ruche_store::Queues::claim_next`]; with what changed.
    pub(super) async fn claim_next_once(
        &self,
        queue: &QueueName,
        worker: &WorkerName,
        lease: (Timestamp, Timestamp),
        most: u32,
    ) -> Result<(Vec<Claimed>, Vec<Change>, Advanced), StoreError> {
        let (now, lease_until) = lease;
        let mut writer = self.pool.writer(Durability::Relaxed).await?;
        let mut transaction = begin(&mut writer).await?;
        let connection = &mut *transaction;
        let round = Round::read(connection, queue, now).await?.filter(|round| round.limits.has_slots());
        let Some(mut round) = round else { return Ok((Vec::new(), Vec::new(), Advanced::default())) };
        let (admitted, mut changes, advanced) = round.hold(connection, most).await?;
        let admitted = ids(admitted.tasks.iter().map(|(_, task)| task.id));
        let claimed = lease::claim(connection, &admitted, worker, now, lease_until).await?;
        commit(transaction).await?;
        changes.extend(claimed.iter().map(|claimed| lease::started(claimed, now)));
        Ok((claimed, changes, advanced))
    }
}

impl Round {
    /// Frees what is over, gives slots, and keeps what was decided; with who was asked to stop.
    async fn hold(
        &mut self,
        connection: &mut SqliteConnection,
        most: u32,
    ) -> Result<(Admitted<Waiter>, Vec<Change>, Advanced), StoreError> {
        let in_use = in_use(connection, &self.queue, self.now).await?;
        let (admitted, lanes, bucket) = self.decide(connection, &in_use, most).await?;
        grant(connection, &self.queue, &admitted, self.now).await?;
        self.keep(connection, &admitted, &lanes, bucket).await?;
        let (stopped, advanced) = stop(connection, &self.queue, &admitted, self.now).await?;
        Ok((admitted, stopped, advanced))
    }

    async fn read(connection: &mut SqliteConnection, queue: &QueueName, now: Timestamp) -> Result<Option<Self>, StoreError> {
        let Some(row) = sqlx::query(LOCK).bind(queue.as_str()).fetch_optional(&mut *connection).await.map_err(refused)? else {
            return Ok(None);
        };
        let record = Record::new("queues", &row);
        Ok(Some(Self {
            queue: queue.clone(),
            now,
            limits: record.json("limits")?,
            after_key: record.get("after_key")?,
            seen: Vec::new(),
            looked: record.get("looked")?,
            looked_at: record.time("looked_at")?,
            names: names(connection, now).await?,
        }))
    }

    async fn decide(&mut self, connection: &mut SqliteConnection, in_use: &InUse, most: u32) -> Result<Decided, StoreError> {
        let known = match self.limits.rate {
            Some(_) => buckets(&mut *connection, &self.queue, &[""]).await?,
            None => HashMap::new(),
        };
        let full = |rate| known.get("").copied().unwrap_or_else(|| Bucket::full(rate, self.now));
        let mut bucket = self.limits.rate.as_ref().map(full);
        // Who waits need not be read where nobody may start.
        let waiting = match outlook(&self.limits, in_use.total(), bucket, self.now) {
            Outlook::Open => self.waiting(connection, in_use, in_use.room(&self.limits, most)).await?,
            Outlook::Full => Vec::new(),
            Outlook::Until(at) => return Ok((Admitted { next_at: Some(at), ..Admitted::none() }, Vec::new(), None)),
        };
        let mut known = HashMap::new();
        if self.limits.per_key.is_some_and(|key| key.rate.is_some()) {
            let mut keys: Vec<&str> = waiting.iter().map(|(key, _)| key.as_str()).collect();
            keys.dedup();
            known = buckets(&mut *connection, &self.queue, &keys).await?;
        }
        let mut lanes = in_use.lanes(waiting, &known, &self.limits, self.now);
        let held_until = self.names.next_at();
        let (running, now) = (in_use.total(), self.now);
        let mut admitted = admit(&self.limits, running, &mut bucket, &mut self.names, &mut lanes, most, now);
        admitted.next_at = admitted.next_at.into_iter().chain(held_until).min();
        Ok((admitted, lanes, bucket))
    }

    /// Keeps where the next round begins, and the buckets that were taken from.
    async fn keep(
        &self,
        connection: &mut SqliteConnection,
        admitted: &Admitted<Waiter>,
        lanes: &[Lane<Waiter>],
        bucket: Option<Bucket>,
    ) -> Result<(), StoreError> {
        let after = next_after(admitted, &self.after_key, &self.seen);
        let keep = sqlx::query(KEEP).bind(self.queue.as_str()).bind(after).bind(self.looked).bind(micros(self.looked_at));
        keep.execute(&mut *connection).await.map_err(refused)?;
        let taken: Vec<_> = self.names.used().map(|(name, Bucket { level, at })| (name, level, micros(at))).collect();
        if !taken.is_empty() {
            sqlx::query(TAKE).bind(json(&taken)).execute(&mut *connection).await.map_err(refused)?;
        }
        let used: HashSet<&str> = admitted.tasks.iter().map(|(key, _)| key.as_str()).collect();
        if used.is_empty() {
            return Ok(());
        }
        let of_keys = lanes.iter().filter(|lane| used.contains(lane.key.as_str()));
        let of_keys = of_keys.filter_map(|lane| Some((lane.key.as_str(), lane.bucket?)));
        let kept = of_keys.chain(bucket.map(|bucket| ("", bucket)));
        let kept: Vec<_> = kept.map(|(key, Bucket { level, at })| (key, level, micros(at))).collect();
        if kept.is_empty() {
            return Ok(());
        }
        let put = sqlx::query(PUT_BUCKETS).bind(self.queue.as_str()).bind(json(&kept));
        put.execute(&mut *connection).await.map_err(refused)?;
        if let Some(rate) = self.limits.per_key.and_then(|key| key.rate) {
            let full = micros(self.now - rate.time_to_fill());
            sqlx::query(PRUNE_BUCKETS).bind(self.queue.as_str()).bind(full).execute(connection).await.map_err(refused)?;
        }
        Ok(())
    }
}

/// The limited names.
async fn names(connection: &mut SqliteConnection, now: Timestamp) -> Result<NameBuckets, StoreError> {
    let rows = sqlx::query(NAMES).fetch_all(connection).await.map_err(refused)?;
    let named = |row| {
        let record = Record::new("name_limits", row);
        let level = u64::try_from(record.get::<i64>("level")?).unwrap_or_default();
        Ok((record.get("name")?, record.json("rate")?, Bucket { level, at: record.time("at")? }))
    };
    Ok(NameBuckets::new(rows.iter().map(named).collect::<Result<Vec<_>, StoreError>>()?, now))
}

/// Frees the slots of those that have moved on, gives slots to what runs without; then what is in use.
async fn in_use(connection: &mut SqliteConnection, queue: &QueueName, now: Timestamp) -> Result<InUse, StoreError> {
    sqlx::query(RELEASE).bind(queue.as_str()).execute(&mut *connection).await.map_err(refused)?;
    sqlx::query(ADOPT).bind(queue.as_str()).bind(micros(now)).execute(&mut *connection).await.map_err(refused)?;
    let rows = sqlx::query(KEYS).bind(queue.as_str()).fetch_all(connection).await.map_err(refused)?;
    let used = |row| {
        let record = Record::new("admissions", row);
        Ok((record.get("key")?, record.get("running")?, record.get("stopping")?))
    };
    Ok(InUse::new(rows.iter().map(used).collect::<Result<_, StoreError>>()?))
}

async fn stale(
    connection: &mut SqliteConnection,
    queue: &QueueName,
    now: Timestamp,
    told_before: Timestamp,
) -> Result<Vec<TaskId>, StoreError> {
    let query = sqlx::query_scalar(STALE).bind(queue.as_str()).bind(micros(now)).bind(micros(told_before));
    let ids: Vec<Uuid> = query.fetch_all(connection).await.map_err(refused)?;
    Ok(ids.into_iter().map(TaskId::from).collect())
}

/// The tasks, in the order of their ids here.
pub(super) async fn tasks(connection: &mut SqliteConnection, wanted: &[TaskId]) -> Result<Vec<NewTask>, StoreError> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let query = sqlx::query(QUEUED_OF).bind(ids(wanted.iter().copied()));
    let rows = query.fetch_all(connection).await.map_err(refused)?;
    let mut tasks = rows.iter().map(new_task).collect::<Result<Vec<_>, _>>()?;
    let order: HashMap<TaskId, usize> = wanted.iter().enumerate().map(|(index, id)| (*id, index)).collect();
    tasks.sort_by_key(|task| order.get(&task.id).copied());
    Ok(tasks)
}

async fn grant(
    connection: &mut SqliteConnection,
    queue: &QueueName,
    admitted: &Admitted<Waiter>,
    now: Timestamp,
) -> Result<(), StoreError> {
    if admitted.tasks.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> =
        admitted.tasks.iter().map(|(key, task)| (Hex(task.id), task.attempt.saturating_add(1), key.as_str())).collect();
    let query = sqlx::query(GRANT).bind(queue.as_str()).bind(json(&rows)).bind(micros(now));
    query.execute(connection).await.map_err(refused)?;
    Ok(())
}

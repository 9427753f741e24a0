//! A round of admissions: one transaction under the lock of the queue's row.

mod stop;
mod waiting;

use std::collections::{BTreeSet, HashMap, HashSet};

use ruche_domain::{
    Change, NewTask, QueueName, Timestamp, WorkerName,
    limit::{Admitted, Bucket, Lane, NameBuckets, Outlook, QueueLimits, Rate, admit, outlook},
};
use ruche_store::{Admissions, Advanced, Claimed, InUse, StoreError, Waiter, next_after};
use sqlx::{PgConnection, postgres::PgRow};
use uuid::Uuid;

use self::stop::stop;
use super::{buckets, small};
use crate::{
    PgStore,
    error::{corrupt, refine},
    lease,
    row::{decode, get, new_task, signed},
};

/// What was decided, with the keys that were looked at and the queue's bucket.
type Decided = (Admitted<Waiter>, Vec<Lane<Waiter>>, Option<Bucket>);

/// A queue's row, locked.
struct Round {
    queue: QueueName,
    now: Timestamp,
    limits: QueueLimits,
    after_key: String,
    /// Keys that this round looked at, from after that one around.
    seen: Vec<String>,
    looked: i64,
    looked_at: Timestamp,
    looked_before: (i64, Timestamp),
    /// Limited names: as they were when the row was locked, and then, locked themselves, those of tasks that wait.
    names: NameBuckets,
}

impl PgStore {
    /// See [`ruche_store::Queues::admit`]. Need not be durable at once: a crash of the database takes claims back as well.
    pub(super) async fn admit_once(
        &self,
        queue: &QueueName,
        now: Timestamp,
        told_before: Timestamp,
        most: u32,
    ) -> Result<(Admissions, Advanced), StoreError> {
        let mut transaction = self.pools.relaxed.begin().await.map_err(refine)?;
        let connection = &mut *transaction;
        let lock = include_str!("../../queries/queue/lock.sql");
        let Some(mut round) = Round::lock(connection, lock, queue, now).await? else {
            return Ok((Admissions::default(), Advanced::default()));
        };
        let mut tell = stale(connection, queue, now, told_before).await?;
        let (admitted, stopped, advanced) = round.hold(connection, most).await?;
        tell.extend(admitted.tasks.iter().map(|(_, task)| task.id.as_uuid()));
        let tasks = tasks(connection, tell).await?;
        transaction.commit().await.map_err(refine)?;
        let count = small(admitted.tasks.len() as i64);
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
        let mut transaction = self.pools.relaxed.begin().await.map_err(refine)?;
        let connection = &mut *transaction;
        let lock = include_str!("../../queries/queue/wait.sql");
        let (mut claimed, mut changes, mut advanced) = (Vec::new(), Vec::new(), Advanced::default());
        if let Some(mut round) = Round::lock(connection, lock, queue, now).await?
            && round.limits.has_slots()
        {
            let (admitted, stopped, moved) = round.hold(connection, most).await?;
            (changes, advanced) = (stopped, moved);
            let mut ids: Vec<_> = admitted.tasks.iter().map(|(_, task)| task.id.as_uuid()).collect();
            ids.sort_unstable();
            if !ids.is_empty() {
                let query = sqlx::query(include_str!("../../queries/task/claim.sql"));
                let query = query.bind(ids).bind(worker.as_str()).bind(now).bind(lease_until);
                let rows = query.fetch_all(&mut *connection).await.map_err(refine)?;
                claimed = rows.iter().map(lease::claimed).collect::<Result<Vec<_>, _>>()?;
            }
        }
        transaction.commit().await.map_err(refine)?;
        changes.extend(claimed.iter().map(|claimed| lease::started(claimed, now)));
        Ok((claimed, changes, advanced))
    }
}

impl Round {
    /// Frees what is over, gives slots, and keeps what was decided; with who was asked to stop.
    async fn hold(
        &mut self,
        connection: &mut PgConnection,
        most: u32,
    ) -> Result<(Admitted<Waiter>, Vec<Change>, Advanced), StoreError> {
        let in_use = in_use(connection, &self.queue, self.now).await?;
        let (admitted, lanes, bucket) = self.decide(connection, &in_use, most).await?;
        self.keep(connection, &admitted, &lanes, bucket).await?;
        let (stopped, advanced) = stop(connection, &self.queue, &admitted, self.now).await?;
        Ok((admitted, stopped, advanced))
    }

    async fn lock(
        connection: &mut PgConnection,
        lock: &'static str,
        queue: &QueueName,
        now: Timestamp,
    ) -> Result<Option<Self>, StoreError> {
        let query = sqlx::query(lock).bind(queue.as_str());
        let Some(row) = query.fetch_optional(connection).await.map_err(refine)? else { return Ok(None) };
        let limits = decode(&row, "limits")?.ok_or_else(|| corrupt("queues", "limits", "null"))?;
        let looked_at = get(&row, "looked_at")?;
        let queue = queue.clone();
        Ok(Some(Self {
            queue,
            now,
            limits,
            after_key: get(&row, "after_key")?,
            seen: Vec::new(),
            looked: get(&row, "looked")?,
            looked_at,
            looked_before: (get(&row, "looked")?, looked_at),
            names: NameBuckets::new(named(decode::<Vec<_>>(&row, "names")?.unwrap_or_default())?, now),
        }))
    }

    async fn decide(&mut self, connection: &mut PgConnection, in_use: &InUse, most: u32) -> Result<Decided, StoreError> {
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
        let held_until = self.names.next_at();
        self.names = self.hold_names(connection, &waiting).await?;
        let mut known = HashMap::new();
        if self.limits.per_key.is_some_and(|key| key.rate.is_some()) {
            let mut keys: Vec<&str> = waiting.iter().map(|(key, _)| key.as_str()).collect();
            keys.dedup();
            known = buckets(&mut *connection, &self.queue, &keys).await?;
        }
        let mut lanes = in_use.lanes(waiting, &known, &self.limits, self.now);
        let (running, now) = (in_use.total(), self.now);
        let mut admitted = admit(&self.limits, running, &mut bucket, &mut self.names, &mut lanes, most, now);
        admitted.next_at = admitted.next_at.into_iter().chain(held_until).min();
        Ok((admitted, lanes, bucket))
    }

    /// The buckets of the limited names among these tasks, locked.
    async fn hold_names(&self, connection: &mut PgConnection, waiting: &[(String, Waiter)]) -> Result<NameBuckets, StoreError> {
        let names: BTreeSet<&str> = waiting.iter().filter_map(|(_, task)| task.name.as_deref()).collect();
        if names.is_empty() {
            return Ok(NameBuckets::default());
        }
        let query = sqlx::query(include_str!("../../queries/name/hold.sql")).bind(Vec::from_iter(names));
        let rows = query.fetch_all(connection).await.map_err(refine)?;
        let row = |row: &PgRow| {
            let rate = decode(row, "rate")?.ok_or_else(|| corrupt("name_limits", "rate", "null"))?;
            Ok((get(row, "name")?, rate, get(row, "level")?, get(row, "at")?))
        };
        Ok(NameBuckets::new(named(rows.iter().map(row).collect::<Result<_, StoreError>>()?)?, self.now))
    }

    /// Gives the slots, keeps where the next round begins, and the buckets that were taken from.
    async fn keep(
        &self,
        connection: &mut PgConnection,
        admitted: &Admitted<Waiter>,
        lanes: &[Lane<Waiter>],
        bucket: Option<Bucket>,
    ) -> Result<(), StoreError> {
        let after = next_after(admitted, &self.after_key, &self.seen);
        if admitted.tasks.is_empty() {
            if (after, self.looked, self.looked_at) != (&*self.after_key, self.looked_before.0, self.looked_before.1) {
                let keep = sqlx::query(include_str!("../../queries/queue/keep.sql")).bind(self.queue.as_str());
                keep.bind(after).bind(self.looked).bind(self.looked_at).execute(connection).await.map_err(refine)?;
            }
            return Ok(());
        }
        let ids: Vec<_> = admitted.tasks.iter().map(|(_, task)| task.id.as_uuid()).collect();
        let attempts: Vec<_> = admitted.tasks.iter().map(|(_, task)| signed(task.attempt.saturating_add(1))).collect();
        let keys: Vec<_> = admitted.tasks.iter().map(|(key, _)| key.as_str()).collect();
        let query = sqlx::query(include_str!("../../queries/admission/grant.sql")).bind(self.queue.as_str());
        let query = query.bind(ids).bind(attempts).bind(keys).bind(self.now);
        let query = query.bind(after).bind(self.looked).bind(self.looked_at);
        query.execute(&mut *connection).await.map_err(refine)?;
        take(connection, &self.names).await?;
        let used: HashSet<&str> = admitted.tasks.iter().map(|(key, _)| key.as_str()).collect();
        let of_keys = lanes.iter().filter(|lane| used.contains(lane.key.as_str()));
        let of_keys = of_keys.filter_map(|lane| Some((lane.key.as_str(), lane.bucket?)));
        let kept: Vec<(&str, Bucket)> = of_keys.chain(bucket.map(|bucket| ("", bucket))).collect();
        if kept.is_empty() {
            return Ok(());
        }
        let keys: Vec<_> = kept.iter().map(|(key, _)| *key).collect();
        let levels: Vec<_> = kept.iter().map(|(_, bucket)| i64::try_from(bucket.level).unwrap_or(i64::MAX)).collect();
        let times: Vec<_> = kept.iter().map(|(_, bucket)| bucket.at).collect();
        let put = sqlx::query(include_str!("../../queries/bucket/put.sql")).bind(self.queue.as_str());
        put.bind(keys).bind(levels).bind(times).execute(&mut *connection).await.map_err(refine)?;
        if let Some(rate) = self.limits.per_key.and_then(|key| key.rate) {
            let prune = sqlx::query(include_str!("../../queries/bucket/prune.sql"));
            prune.bind(self.queue.as_str()).bind(self.now - rate.time_to_fill()).execute(connection).await.map_err(refine)?;
        }
        Ok(())
    }
}

/// Buckets of names from their columns.
fn named(rows: Vec<(String, Rate, i64, Timestamp)>) -> Result<Vec<(String, Rate, Bucket)>, StoreError> {
    let bucket = |(name, rate, level, at)| {
        let level = u64::try_from(level).map_err(|error| corrupt("name_limits", "level", error))?;
        Ok((name, rate, Bucket { level, at }))
    };
    rows.into_iter().map(bucket).collect()
}

/// Keeps what was taken from the buckets of names.
async fn take(connection: &mut PgConnection, names: &NameBuckets) -> Result<(), StoreError> {
    let (names, buckets): (Vec<&str>, Vec<Bucket>) = names.used().unzip();
    if names.is_empty() {
        return Ok(());
    }
    let levels: Vec<_> = buckets.iter().map(|bucket| i64::try_from(bucket.level).unwrap_or(i64::MAX)).collect();
    let times: Vec<_> = buckets.iter().map(|bucket| bucket.at).collect();
    let query = sqlx::query(include_str!("../../queries/name/take.sql")).bind(names).bind(levels).bind(times);
    query.execute(connection).await.map_err(refine)?;
    Ok(())
}

/// Frees the slots of those that have moved on, gives slots to what runs without; then what is in use.
async fn in_use(connection: &mut PgConnection, queue: &QueueName, now: Timestamp) -> Result<InUse, StoreError> {
    let query = sqlx::query(include_str!("../../queries/admission/use.sql")).bind(queue.as_str()).bind(now);
    let rows = query.fetch_all(connection).await.map_err(refine)?;
    let used = |row: &PgRow| Ok((get(row, "key")?, small(get(row, "running")?), small(get(row, "stopping")?)));
    Ok(InUse::new(rows.iter().map(used).collect::<Result<_, StoreError>>()?))
}

/// The tasks, in the order of their ids here.
pub(super) async fn tasks(connection: &mut PgConnection, ids: Vec<Uuid>) -> Result<Vec<NewTask>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let order: HashMap<Uuid, usize> = ids.iter().enumerate().map(|(index, id)| (*id, index)).collect();
    let query = sqlx::query(include_str!("../../queries/task/of_ids.sql")).bind(ids);
    let rows = query.fetch_all(connection).await.map_err(refine)?;
    let mut tasks = rows.iter().map(new_task).collect::<Result<Vec<_>, _>>()?;
    tasks.sort_by_key(|task| order.get(&task.id.as_uuid()).copied());
    Ok(tasks)
}

async fn stale(
    connection: &mut PgConnection,
    queue: &QueueName,
    now: Timestamp,
    told_before: Timestamp,
) -> Result<Vec<Uuid>, StoreError> {
    let query = sqlx::query_scalar(include_str!("../../queries/admission/stale.sql"));
    query.bind(queue.as_str()).bind(now).bind(told_before).fetch_all(connection).await.map_err(refine)
}

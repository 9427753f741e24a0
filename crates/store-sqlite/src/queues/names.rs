//! Task names whose starts are limited.

use std::time::Duration;

use async_trait::async_trait;
use chrono::TimeDelta;
use ruche_domain::{
    Changes, NewTask, TaskId, TaskName, Timestamp,
    limit::{Bucket, Rate},
};
use ruche_store::{Admissions, NameLimit, NameLimits, NamePlace, Start, StoreError, start_oldest};
use sqlx::{SqliteConnection, sqlite::SqliteRow};
use uuid::Uuid;

use super::{admit::tasks, sweep::ON_THE_WAY};
use crate::{
    SqliteStore,
    batch::{ids, json, micros},
    error::refused,
    pool::{Durability, begin, commit},
    row::{Record, new_task},
};

const LIST: &str = include_str!("../../queries/name/list.sql");
const LIMIT: &str = include_str!("../../queries/name/limit.sql");
const UNLIMIT: &str = include_str!("../../queries/name/unlimit.sql");
const REMOVE_SLOTS: &str = include_str!("../../queries/name/remove_slots.sql");
const LOCK: &str = include_str!("../../queries/name/lock.sql");
const STALE: &str = include_str!("../../queries/name/stale.sql");
const RELEASE: &str = include_str!("../../queries/name/release.sql");
const LOOK: &str = include_str!("../../queries/name/look.sql");
const GRANT: &str = include_str!("../../queries/name/grant.sql");
const KEEP: &str = include_str!("../../queries/name/keep.sql");
const SWEEP: &str = include_str!("../../queries/name/sweep.sql");
const SWEPT: &str = include_str!("../../queries/name/swept.sql");
const FORGET: &str = include_str!("../../queries/name/forget.sql");
const QUEUED_AFTER: &str = include_str!("../../queries/name/queued_after.sql");

#[async_trait]
impl NameLimits for SqliteStore {
    async fn name_limits(&self) -> Result<Vec<NameLimit>, StoreError> {
        let rows = sqlx::query(LIST).fetch_all(self.pool.readers()).await.map_err(refused)?;
        let limit = |row| {
            let record = Record::new("name_limits", row);
            let (name, rate, opened_at) =
                (record.parsed("name")?, record.optional_json("rate")?, record.optional_time("opened_at")?);
            Ok(NameLimit { name, rate, bucket: bucket(&record)?, opened_at })
        };
        rows.iter().map(limit).collect()
    }

    async fn limit_name(&self, name: &TaskName, rate: Option<&Rate>, now: Timestamp) -> Result<bool, StoreError> {
        let own = name.as_str().to_owned();
        let changes = match rate {
            Some(rate) => {
                let full = i64::try_from(Bucket::full(rate, now).level).unwrap_or(i64::MAX);
                vec![sqlx::query(LIMIT).bind(own).bind(json(rate)).bind(full).bind(micros(now))]
            }
            None => vec![sqlx::query(UNLIMIT).bind(own.clone()).bind(micros(now)), sqlx::query(REMOVE_SLOTS).bind(own)],
        };
        let changed = self.change_queues(changes).await? > 0;
        self.feed.announce_all(Changes::Registry);
        Ok(changed)
    }

    async fn admit_name(
        &self,
        name: &TaskName,
        now: Timestamp,
        told_before: Timestamp,
        most: u32,
    ) -> Result<Admissions, StoreError> {
        let mut writer = self.pool.writer(Durability::Relaxed).await?;
        let mut transaction = begin(&mut writer).await?;
        let connection = &mut *transaction;
        let row = sqlx::query(LOCK).bind(name.as_str()).fetch_optional(&mut *connection).await.map_err(refused)?;
        let Some(row) = row else { return Ok(Admissions::default()) };
        let record = Record::new("name_limits", &row);
        let rate: Rate = record.json("rate")?;
        let (mut own, mut looked) = (bucket(&record)?, place(&record)?);
        let query = sqlx::query_scalar(STALE).bind(name.as_str()).bind(micros(now)).bind(micros(told_before));
        let stale: Vec<Uuid> = query.fetch_all(&mut *connection).await.map_err(refused)?;
        let mut tell: Vec<TaskId> = stale.into_iter().map(TaskId::from).collect();
        sqlx::query(RELEASE).bind(name.as_str()).execute(&mut *connection).await.map_err(refused)?;
        let (mut waiting, last) = look(connection, name, NamePlace::FIRST, now).await?;
        if let Some(last) = last.filter(|_| waiting.is_empty()) {
            // All of the oldest wait in queues that hold them back: further on, and at the end anew.
            let (found, end) = look(connection, name, looked.later(last), now).await?;
            (waiting, looked) = (found, end.unwrap_or(NamePlace::FIRST));
        }
        let admitted = start_oldest(rate, &mut own, waiting, most, now);
        let started: Vec<TaskId> = admitted.tasks.iter().map(|(_, Start(id))| *id).collect();
        if !started.is_empty() {
            let query = sqlx::query(GRANT).bind(name.as_str()).bind(ids(started.iter().copied())).bind(micros(now));
            query.execute(&mut *connection).await.map_err(refused)?;
        }
        let level = i64::try_from(own.level).unwrap_or(i64::MAX);
        let keep = sqlx::query(KEEP).bind(name.as_str()).bind(level).bind(micros(own.at));
        let keep = keep.bind(micros(looked.created_at)).bind(looked.id.as_uuid());
        keep.execute(&mut *connection).await.map_err(refused)?;
        let count = u32::try_from(started.len()).unwrap_or(u32::MAX);
        tell.extend(started);
        let tasks = tasks(connection, &tell).await?;
        commit(transaction).await?;
        Ok(Admissions { tasks, admitted: count, stopped: Vec::new(), next_at: admitted.next_at })
    }

    async fn sweep_name(
        &self,
        name: &TaskName,
        now: Timestamp,
        again_after: Duration,
        limit: u32,
    ) -> Result<Option<Vec<NewTask>>, StoreError> {
        let mut writer = self.pool.writer(Durability::Relaxed).await?;
        let mut transaction = begin(&mut writer).await?;
        let row = sqlx::query(SWEEP).bind(name.as_str()).fetch_optional(&mut *transaction).await.map_err(refused)?;
        let Some(row) = row else { return Ok(None) };
        let record = Record::new("name_limits", &row);
        let (opened_at, pass): (Timestamp, i64) = (record.time("opened_at")?, record.get("swept")?);
        if pass > 0 && now < opened_at + TimeDelta::from_std(again_after).unwrap_or(TimeDelta::MAX) {
            return Ok(None);
        }
        let (after, since) = (place(&record)?, if pass > 0 { micros(opened_at - ON_THE_WAY) } else { i64::MIN });
        let query = sqlx::query(QUEUED_AFTER).bind(name.as_str()).bind(micros(after.created_at)).bind(after.id.as_uuid());
        let rows = query.bind(since).bind(limit).fetch_all(&mut *transaction).await.map_err(refused)?;
        let swept = rows.iter().map(new_task).collect::<Result<Vec<_>, _>>()?;
        if swept.len() < limit as usize && pass > 0 {
            sqlx::query(FORGET).bind(name.as_str()).execute(&mut *transaction).await.map_err(refused)?;
        } else {
            let (pass, place) = match swept.last() {
                Some(last) if swept.len() == limit as usize => (pass, NamePlace { created_at: last.created_at, id: last.id }),
                _ => (pass + 1, NamePlace::FIRST),
            };
            let query = sqlx::query(SWEPT).bind(name.as_str()).bind(pass).bind(micros(place.created_at));
            query.bind(place.id.as_uuid()).execute(&mut *transaction).await.map_err(refused)?;
        }
        commit(transaction).await?;
        Ok(Some(swept))
    }
}

/// Tasks that may start as far as their queues go, with their priorities; and where it ends, unless that is the end of all.
async fn look(
    connection: &mut SqliteConnection,
    name: &TaskName,
    after: NamePlace,
    now: Timestamp,
) -> Result<(Vec<(u8, TaskId)>, Option<NamePlace>), StoreError> {
    let query = sqlx::query(LOOK).bind(name.as_str()).bind(micros(after.created_at)).bind(after.id.as_uuid());
    let rows = query.bind(NamePlace::LOOK).bind(micros(now)).fetch_all(connection).await.map_err(refused)?;
    let mut found = Vec::new();
    for row in &rows {
        let record = Record::new("tasks", row);
        if record.get("may_start")? {
            found.push((record.get("priority")?, record.id("id")?));
        }
    }
    let full = rows.len() == NamePlace::LOOK as usize;
    Ok((found, rows.last().filter(|_| full).map(end).transpose()?))
}

fn end(row: &SqliteRow) -> Result<NamePlace, StoreError> {
    let record = Record::new("tasks", row);
    Ok(NamePlace { created_at: record.time("created_at")?, id: record.id("id")? })
}

fn bucket(record: &Record<'_>) -> Result<Bucket, StoreError> {
    Ok(Bucket { level: u64::try_from(record.get::<i64>("level")?).unwrap_or_default(), at: record.time("at")? })
}

fn place(record: &Record<'_>) -> Result<NamePlace, StoreError> {
    Ok(NamePlace { created_at: record.time("looked_created")?, id: record.id("looked_id")? })
}

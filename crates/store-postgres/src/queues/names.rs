//! Task names whose starts are limited.

use std::time::Duration;

use async_trait::async_trait;
use chrono::TimeDelta;
use ruche_domain::{
    Changes, NewTask, TaskId, TaskName, Timestamp,
    limit::{Bucket, Rate},
};
use ruche_store::{Admissions, NameLimit, NameLimits, NamePlace, Start, StoreError, start_oldest};
use sqlx::{PgConnection, postgres::PgRow};
use uuid::Uuid;

use super::{admit::tasks, small, sweep::ON_THE_WAY};
use crate::{
    PgStore,
    error::{corrupt, refine, settle},
    row::{JsonText, decode, encode, get, id, new_task, parse},
};

#[async_trait]
impl NameLimits for PgStore {
    async fn name_limits(&self) -> Result<Vec<NameLimit>, StoreError> {
        let query = sqlx::query(include_str!("../../queries/name/list.sql"));
        let rows = query.fetch_all(&self.pools.durable).await.map_err(refine)?;
        let limit = |row| {
            let (name, rate, opened_at) = (parse(row, "name")?, decode(row, "rate")?, get(row, "opened_at")?);
            Ok(NameLimit { name, rate, bucket: bucket(row)?, opened_at })
        };
        rows.iter().map(limit).collect()
    }

    async fn limit_name(&self, name: &TaskName, rate: Option<&Rate>, now: Timestamp) -> Result<bool, StoreError> {
        let text = rate.map(encode).transpose()?;
        let changed = settle(|| async {
            let query = match (&text, rate) {
                (Some(text), Some(rate)) => {
                    let query = sqlx::query(include_str!("../../queries/name/limit.sql")).bind(name.as_str());
                    query.bind(JsonText(text)).bind(level(Bucket::full(rate, now))).bind(now)
                }
                _ => sqlx::query(include_str!("../../queries/name/unlimit.sql")).bind(name.as_str()).bind(now),
            };
            Ok(query.execute(&self.pools.durable).await.map_err(refine)?.rows_affected() > 0)
        })
        .await?;
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
        settle(|| self.admit_name_once(name, now, told_before, most)).await
    }

    async fn sweep_name(
        &self,
        name: &TaskName,
        now: Timestamp,
        again_after: Duration,
        limit: u32,
    ) -> Result<Option<Vec<NewTask>>, StoreError> {
        settle(|| self.sweep_name_once(name, now, again_after, limit)).await
    }
}

impl PgStore {
    async fn admit_name_once(
        &self,
        name: &TaskName,
        now: Timestamp,
        told_before: Timestamp,
        most: u32,
    ) -> Result<Admissions, StoreError> {
        let mut transaction = self.pools.relaxed.begin().await.map_err(refine)?;
        let connection = &mut *transaction;
        let query = sqlx::query(include_str!("../../queries/name/lock.sql")).bind(name.as_str());
        let Some(row) = query.fetch_optional(&mut *connection).await.map_err(refine)? else {
            return Ok(Admissions::default());
        };
        let rate: Rate = decode(&row, "rate")?.ok_or_else(|| corrupt("name_limits", "rate", "null"))?;
        let (mut own, mut looked) = (bucket(&row)?, place(&row)?);
        let query = sqlx::query_scalar(include_str!("../../queries/name/stale.sql")).bind(name.as_str());
        let mut tell: Vec<Uuid> = query.bind(now).bind(told_before).fetch_all(&mut *connection).await.map_err(refine)?;
        let query = sqlx::query(include_str!("../../queries/name/release.sql")).bind(name.as_str());
        query.execute(&mut *connection).await.map_err(refine)?;
        let (mut waiting, last) = look(connection, name, NamePlace::FIRST, now).await?;
        if let Some(last) = last.filter(|_| waiting.is_empty()) {
            // All of the oldest wait in queues that hold them back: further on, and at the end anew.
            let (found, end) = look(connection, name, looked.later(last), now).await?;
            (waiting, looked) = (found, end.unwrap_or(NamePlace::FIRST));
        }
        let admitted = start_oldest(rate, &mut own, waiting, most, now);
        let ids: Vec<_> = admitted.tasks.iter().map(|(_, Start(id))| id.as_uuid()).collect();
        if !ids.is_empty() {
            let query = sqlx::query(include_str!("../../queries/name/grant.sql")).bind(name.as_str());
            query.bind(&ids).bind(now).execute(&mut *connection).await.map_err(refine)?;
        }
        let keep = sqlx::query(include_str!("../../queries/name/keep.sql")).bind(name.as_str());
        let keep = keep.bind(level(own)).bind(own.at).bind(looked.created_at).bind(looked.id.as_uuid());
        keep.execute(&mut *connection).await.map_err(refine)?;
        let count = small(ids.len() as i64);
        tell.extend(ids);
        let tasks = tasks(connection, tell).await?;
        transaction.commit().await.map_err(refine)?;
        Ok(Admissions { tasks, admitted: count, stopped: Vec::new(), next_at: admitted.next_at })
    }

    async fn sweep_name_once(
        &self,
        name: &TaskName,
        now: Timestamp,
        again_after: Duration,
        limit: u32,
    ) -> Result<Option<Vec<NewTask>>, StoreError> {
        let mut transaction = self.pools.relaxed.begin().await.map_err(refine)?;
        let query = sqlx::query(include_str!("../../queries/name/sweep.sql")).bind(name.as_str());
        let Some(row) = query.fetch_optional(&mut *transaction).await.map_err(refine)? else { return Ok(None) };
        let (opened_at, pass): (Timestamp, i16) = (get(&row, "opened_at")?, get(&row, "swept")?);
        if pass > 0 && now < opened_at + TimeDelta::from_std(again_after).unwrap_or(TimeDelta::MAX) {
            transaction.rollback().await.map_err(refine)?;
            return Ok(None);
        }
        let (after, since) = (place(&row)?, if pass > 0 { opened_at - ON_THE_WAY } else { Timestamp::UNIX_EPOCH });
        let query = sqlx::query(include_str!("../../queries/name/queued_after.sql")).bind(name.as_str());
        let query = query.bind(after.created_at).bind(after.id.as_uuid()).bind(since).bind(i64::from(limit));
        let rows = query.fetch_all(&mut *transaction).await.map_err(refine)?;
        let swept = rows.iter().map(new_task).collect::<Result<Vec<_>, _>>()?;
        if swept.len() < limit as usize && pass > 0 {
            let forget = sqlx::query(include_str!("../../queries/name/forget.sql")).bind(name.as_str());
            forget.execute(&mut *transaction).await.map_err(refine)?;
        } else {
            let (pass, place) = match swept.last() {
                Some(last) if swept.len() == limit as usize => (pass, NamePlace { created_at: last.created_at, id: last.id }),
                _ => (pass + 1, NamePlace::FIRST),
            };
            let query = sqlx::query(include_str!("../../queries/name/swept.sql")).bind(name.as_str()).bind(pass);
            query.bind(place.created_at).bind(place.id.as_uuid()).execute(&mut *transaction).await.map_err(refine)?;
        }
        transaction.commit().await.map_err(refine)?;
        Ok(Some(swept))
    }
}

/// Tasks that may start as far as their queues go, with their priorities; and where it ends, unless that is the end of all.
async fn look(
    connection: &mut PgConnection,
    name: &TaskName,
    after: NamePlace,
    now: Timestamp,
) -> Result<(Vec<(u8, TaskId)>, Option<NamePlace>), StoreError> {
    let query = sqlx::query(include_str!("../../queries/name/look.sql")).bind(name.as_str());
    let query = query.bind(after.created_at).bind(after.id.as_uuid()).bind(i64::from(NamePlace::LOOK)).bind(now);
    let rows = query.fetch_all(connection).await.map_err(refine)?;
    let mut found = Vec::new();
    for row in &rows {
        if get(row, "may_start")? {
            found.push((u8::try_from(get::<i16>(row, "priority")?).unwrap_or_default(), id(row)?));
        }
    }
    let full = rows.len() == NamePlace::LOOK as usize;
    let last = rows
        .last()
        .filter(|_| full)
        .map(|row| Ok::<_, StoreError>(NamePlace { created_at: get(row, "created_at")?, id: id(row)? }));
    Ok((found, last.transpose()?))
}

fn bucket(row: &PgRow) -> Result<Bucket, StoreError> {
    let level = u64::try_from(get::<i64>(row, "level")?).map_err(|error| corrupt("name_limits", "level", error))?;
    Ok(Bucket { level, at: get(row, "at")? })
}

fn level(bucket: Bucket) -> i64 {
    i64::try_from(bucket.level).unwrap_or(i64::MAX)
}

fn place(row: &PgRow) -> Result<NamePlace, StoreError> {
    Ok(NamePlace { created_at: get(row, "looked_created")?, id: get::<Uuid>(row, "looked_id")?.into() })
}

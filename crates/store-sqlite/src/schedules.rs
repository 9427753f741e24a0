//! Schedules.

mod fire;
mod row;

use async_trait::async_trait;
use autometrics::autometrics;
use ruche_domain::{Schedule, ScheduleName, Tick, TickKind, Timestamp};
use ruche_metrics::objectives::STORE;
use ruche_store::{
    BackfillAnswer, DeleteAnswer, Fired, Page, RunAnswer, ScheduleAnswer, ScheduleChange, Schedules, StoreError, TaskMaker,
    TickCursor,
};
use sqlx::SqliteConnection;

use crate::{
    SqliteStore,
    batch::{json, micros},
    error::refused,
    pool::{Durability, begin, commit},
};

const CREATE: &str = include_str!("../queries/schedule/create.sql");
const GET: &str = include_str!("../queries/schedule/get.sql");
const LIST: &str = include_str!("../queries/schedule/list.sql");
const SAVE: &str = include_str!("../queries/schedule/save.sql");
const DELETE: &str = include_str!("../queries/schedule/delete.sql");
const NEXT_DUE: &str = include_str!("../queries/schedule/next_due.sql");
const TICKS: &str = include_str!("../queries/tick/list.sql");

#[autometrics(objective = STORE)]
#[async_trait]
impl Schedules for SqliteStore {
    async fn create_schedule(&self, schedule: &Schedule) -> Result<bool, StoreError> {
        let mut writer = self.pool.writer(Durability::Full).await?;
        let query = sqlx::query(CREATE)
            .bind(schedule.name.as_str())
            .bind(json(&schedule.definition))
            .bind(schedule.paused)
            .bind(schedule.next_tick_at.map(micros))
            .bind(schedule.due_at.map(micros))
            .bind(schedule.last_tick_at.map(micros))
            .bind(schedule.last_task.map(|id| id.as_uuid()))
            .bind(micros(schedule.created_at))
            .bind(micros(schedule.updated_at))
            .bind(row::revision(schedule));
        Ok(query.execute(&mut *writer).await.map_err(refused)?.rows_affected() == 1)
    }

    async fn schedule(&self, name: &ScheduleName) -> Result<Option<Schedule>, StoreError> {
        let query = sqlx::query(GET).bind(name.as_str());
        let found = query.fetch_optional(self.pool.readers()).await.map_err(refused)?;
        found.as_ref().map(row::schedule).transpose()
    }

    async fn schedules(&self, after: Option<&ScheduleName>, limit: u32) -> Result<Page<Schedule, ScheduleName>, StoreError> {
        let query = sqlx::query(LIST).bind(after.map_or("", ScheduleName::as_str)).bind(i64::from(limit) + 1);
        let rows = query.fetch_all(self.pool.readers()).await.map_err(refused)?;
        let rows = rows.iter().map(row::schedule).collect::<Result<_, _>>()?;
        Ok(Page::of(rows, limit, |last: &Schedule| last.name.clone()))
    }

    async fn change_schedule(
        &self,
        name: &ScheduleName,
        expected: Option<u64>,
        change: &ScheduleChange,
        now: Timestamp,
    ) -> Result<ScheduleAnswer, StoreError> {
        let mut writer = self.pool.writer(Durability::Full).await?;
        let mut transaction = begin(&mut writer).await?;
        let Some(found) = get(&mut transaction, name).await? else { return Ok(ScheduleAnswer::NotFound) };
        if expected.is_some_and(|revision| revision != found.revision) {
            return Ok(ScheduleAnswer::Stale(found.revision));
        }
        let changed = match change {
            ScheduleChange::Pause => Ok(found.pause(now)),
            ScheduleChange::Resume => Ok(found.resume(now)),
            ScheduleChange::Replace { definition, paused } => found.replace(Clone::clone(definition), *paused, now),
        };
        let Ok(changed) = changed else { return Ok(ScheduleAnswer::NeverTicks) };
        save(&mut transaction, &changed).await?;
        commit(transaction).await?;
        Ok(ScheduleAnswer::Changed(Box::new(changed)))
    }

    async fn delete_schedule(&self, name: &ScheduleName, expected: Option<u64>) -> Result<DeleteAnswer, StoreError> {
        let mut writer = self.pool.writer(Durability::Full).await?;
        let mut transaction = begin(&mut writer).await?;
        let Some(found) = get(&mut transaction, name).await? else { return Ok(DeleteAnswer::NotFound) };
        if expected.is_some_and(|revision| revision != found.revision) {
            return Ok(DeleteAnswer::Stale(found.revision));
        }
        sqlx::query(DELETE).bind(name.as_str()).execute(&mut *transaction).await.map_err(refused)?;
        commit(transaction).await?;
        Ok(DeleteAnswer::Deleted)
    }

    async fn next_tick_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let due: Option<i64> = sqlx::query_scalar(NEXT_DUE).fetch_one(self.pool.readers()).await.map_err(refused)?;
        Ok(due.and_then(Timestamp::from_timestamp_micros))
    }

    async fn fire_due(&self, now: Timestamp, limit: u32, maker: &dyn TaskMaker) -> Result<Fired, StoreError> {
        self.fire(now, limit, maker).await
    }

    async fn run_schedule(&self, name: &ScheduleName, now: Timestamp, maker: &dyn TaskMaker) -> Result<RunAnswer, StoreError> {
        self.run(name, now, maker).await
    }

    async fn backfill_schedule(
        &self,
        name: &ScheduleName,
        ticks: &[Timestamp],
        now: Timestamp,
        maker: &dyn TaskMaker,
    ) -> Result<BackfillAnswer, StoreError> {
        self.backfill(name, ticks, now, maker).await
    }

    async fn ticks(
        &self,
        name: &ScheduleName,
        after: Option<TickCursor>,
        limit: u32,
    ) -> Result<Page<Tick, TickCursor>, StoreError> {
        // The latest instant there is, and the last kind.
        let (at, kind) = after.map_or((i64::MAX, TickKind::Tick), |cursor| (micros(cursor.tick_at), cursor.kind));
        let query = sqlx::query(TICKS).bind(name.as_str()).bind(at).bind(kind.as_str()).bind(i64::from(limit) + 1);
        let rows = query.fetch_all(self.pool.readers()).await.map_err(refused)?;
        let rows = rows.iter().map(row::tick).collect::<Result<_, _>>()?;
        Ok(Page::of(rows, limit, |last: &Tick| TickCursor { tick_at: last.tick_at, kind: last.kind }))
    }
}

async fn get(connection: &mut SqliteConnection, name: &ScheduleName) -> Result<Option<Schedule>, StoreError> {
    let found = sqlx::query(GET).bind(name.as_str()).fetch_optional(connection).await.map_err(refused)?;
    found.as_ref().map(row::schedule).transpose()
}

async fn save(connection: &mut SqliteConnection, schedule: &Schedule) -> Result<(), StoreError> {
    let query = sqlx::query(SAVE)
        .bind(schedule.name.as_str())
        .bind(json(&schedule.definition))
        .bind(schedule.paused)
        .bind(schedule.next_tick_at.map(micros))
        .bind(schedule.due_at.map(micros))
        .bind(schedule.last_tick_at.map(micros))
        .bind(schedule.last_task.map(|id| id.as_uuid()))
        .bind(micros(schedule.updated_at))
        .bind(row::revision(schedule));
    query.execute(connection).await.map_err(refused)?;
    Ok(())
}

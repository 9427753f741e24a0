//! Schedules.

mod fire;
mod row;

pub use row::LATEST;

use async_trait::async_trait;
use autometrics::autometrics;
use ruche_domain::{Schedule, ScheduleName, Tick, TickKind, Timestamp};
use ruche_metrics::objectives::STORE;
use ruche_store::{
    BackfillAnswer, DeleteAnswer, Fired, Page, RunAnswer, ScheduleAnswer, ScheduleChange, Schedules, StoreError, TaskMaker,
    TickCursor,
};
use sqlx::PgConnection;

use crate::{
    PgStore,
    error::{refine, settle},
    row::{JsonText, encode},
};

#[autometrics(objective = STORE)]
#[async_trait]
impl Schedules for PgStore {
    async fn create_schedule(&self, schedule: &Schedule) -> Result<bool, StoreError> {
        let definition = encode(&schedule.definition)?;
        let done = settle(|| async {
            let query = sqlx::query(include_str!("../queries/schedule/create.sql"))
                .bind(schedule.name.as_str())
                .bind(JsonText(&definition))
                .bind(schedule.paused)
                .bind(schedule.next_tick_at)
                .bind(schedule.due_at)
                .bind(schedule.last_tick_at)
                .bind(schedule.last_task.map(|id| id.as_uuid()))
                .bind(schedule.created_at)
                .bind(schedule.updated_at)
                .bind(row::revision(schedule));
            query.execute(&self.pools.durable).await.map_err(refine)
        });
        Ok(done.await?.rows_affected() == 1)
    }

    async fn schedule(&self, name: &ScheduleName) -> Result<Option<Schedule>, StoreError> {
        let query = sqlx::query(include_str!("../queries/schedule/get.sql")).bind(name.as_str());
        let found = query.fetch_optional(&self.pools.durable).await.map_err(refine)?;
        found.as_ref().map(row::schedule).transpose()
    }

    async fn schedules(&self, after: Option<&ScheduleName>, limit: u32) -> Result<Page<Schedule, ScheduleName>, StoreError> {
        let query = sqlx::query(include_str!("../queries/schedule/list.sql"));
        let query = query.bind(after.map_or("", ScheduleName::as_str)).bind(i64::from(limit) + 1);
        let rows = query.fetch_all(&self.pools.durable).await.map_err(refine)?;
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
        settle(|| self.change_once(name, expected, change, now)).await
    }

    async fn delete_schedule(&self, name: &ScheduleName, expected: Option<u64>) -> Result<DeleteAnswer, StoreError> {
        settle(|| self.delete_once(name, expected)).await
    }

    async fn next_tick_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let query = sqlx::query_scalar(include_str!("../queries/schedule/next_due.sql"));
        query.fetch_one(&self.pools.durable).await.map_err(refine)
    }

    async fn fire_due(&self, now: Timestamp, limit: u32, maker: &dyn TaskMaker) -> Result<Fired, StoreError> {
        settle(|| self.fire_once(now, limit, maker)).await
    }

    async fn run_schedule(&self, name: &ScheduleName, now: Timestamp, maker: &dyn TaskMaker) -> Result<RunAnswer, StoreError> {
        settle(|| self.run_once(name, now, maker)).await
    }

    async fn backfill_schedule(
        &self,
        name: &ScheduleName,
        ticks: &[Timestamp],
        now: Timestamp,
        maker: &dyn TaskMaker,
    ) -> Result<BackfillAnswer, StoreError> {
        settle(|| self.backfill_once(name, ticks, now, maker)).await
    }

    async fn ticks(
        &self,
        name: &ScheduleName,
        after: Option<TickCursor>,
        limit: u32,
    ) -> Result<Page<Tick, TickCursor>, StoreError> {
        // The latest instant there is, and the last kind.
        let after = after.unwrap_or(TickCursor { tick_at: row::LATEST, kind: TickKind::Tick });
        let query = sqlx::query(include_str!("../queries/tick/list.sql")).bind(name.as_str());
        let query = query.bind(after.tick_at).bind(after.kind.as_str()).bind(i64::from(limit) + 1);
        let rows = query.fetch_all(&self.pools.durable).await.map_err(refine)?;
        let rows = rows.iter().map(row::tick).collect::<Result<_, _>>()?;
        Ok(Page::of(rows, limit, |last: &Tick| TickCursor { tick_at: last.tick_at, kind: last.kind }))
    }
}

impl PgStore {
    async fn change_once(
        &self,
        name: &ScheduleName,
        expected: Option<u64>,
        change: &ScheduleChange,
        now: Timestamp,
    ) -> Result<ScheduleAnswer, StoreError> {
        let mut transaction = self.pools.durable.begin().await.map_err(refine)?;
        let Some(found) = lock(&mut transaction, name).await? else { return Ok(ScheduleAnswer::NotFound) };
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
        transaction.commit().await.map_err(refine)?;
        Ok(ScheduleAnswer::Changed(Box::new(changed)))
    }

    async fn delete_once(&self, name: &ScheduleName, expected: Option<u64>) -> Result<DeleteAnswer, StoreError> {
        let mut transaction = self.pools.durable.begin().await.map_err(refine)?;
        let Some(found) = lock(&mut transaction, name).await? else { return Ok(DeleteAnswer::NotFound) };
        if expected.is_some_and(|revision| revision != found.revision) {
            return Ok(DeleteAnswer::Stale(found.revision));
        }
        let query = sqlx::query(include_str!("../queries/schedule/delete.sql")).bind(name.as_str());
        query.execute(&mut *transaction).await.map_err(refine)?;
        transaction.commit().await.map_err(refine)?;
        Ok(DeleteAnswer::Deleted)
    }
}

async fn lock(connection: &mut PgConnection, name: &ScheduleName) -> Result<Option<Schedule>, StoreError> {
    let query = sqlx::query(include_str!("../queries/schedule/lock.sql")).bind(name.as_str());
    let found = query.fetch_optional(connection).await.map_err(refine)?;
    found.as_ref().map(row::schedule).transpose()
}

async fn save(connection: &mut PgConnection, schedule: &Schedule) -> Result<(), StoreError> {
    let definition = encode(&schedule.definition)?;
    let query = sqlx::query(include_str!("../queries/schedule/save.sql"))
        .bind(schedule.name.as_str())
        .bind(JsonText(&definition))
        .bind(schedule.paused)
        .bind(schedule.next_tick_at)
        .bind(schedule.due_at)
        .bind(schedule.last_tick_at)
        .bind(schedule.last_task.map(|id| id.as_uuid()))
        .bind(schedule.updated_at)
        .bind(row::revision(schedule));
    query.execute(connection).await.map_err(refine)?;
    Ok(())
}

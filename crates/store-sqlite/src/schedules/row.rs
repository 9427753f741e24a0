//! Between rows and the domain's values.

use ruche_domain::{Schedule, TaskId, Tick};
use ruche_store::StoreError;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::row::Record;

/// A revision as SQLite keeps it.
pub fn revision(schedule: &Schedule) -> i64 {
    i64::try_from(schedule.revision).unwrap_or(i64::MAX)
}

pub fn schedule(row: &SqliteRow) -> Result<Schedule, StoreError> {
    let record = Record::new("schedules", row);
    Ok(Schedule {
        name: record.parsed("name")?,
        definition: record.json("definition")?,
        paused: record.get("paused")?,
        next_tick_at: record.optional_time("next_tick_at")?,
        due_at: record.optional_time("due_at")?,
        last_tick_at: record.optional_time("last_tick_at")?,
        last_task: record.get::<Option<Uuid>>("last_task")?.map(TaskId::from),
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
        revision: record.get("revision")?,
    })
}

pub fn tick(row: &SqliteRow) -> Result<Tick, StoreError> {
    let record = Record::new("schedule_ticks", row);
    let skipped = match record.get::<Option<&str>>("skipped")? {
        Some(_) => Some(record.parsed("skipped")?),
        None => None,
    };
    Ok(Tick {
        tick_at: record.time("tick_at")?,
        kind: record.parsed("kind")?,
        decided_at: record.time("decided_at")?,
        task: record.get::<Option<Uuid>>("task_id")?.map(TaskId::from),
        skipped,
        through: record.optional_time("through")?,
        detail: record.get("detail")?,
    })
}

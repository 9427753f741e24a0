//! Between rows and the domain's values.

use std::str::FromStr;

use ruche_domain::{Schedule, Tick, Timestamp};
use ruche_store::StoreError;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::{
    error::corrupt,
    row::{JsonText, get},
};

/// Later than any tick: the end of the year 9999.
pub const LATEST: Timestamp = Timestamp::from_timestamp_secs(253_402_300_799).expect("a time in range");

/// A revision as PostgreSQL keeps it.
pub fn revision(schedule: &Schedule) -> i64 {
    i64::try_from(schedule.revision).unwrap_or(i64::MAX)
}

pub fn schedule(row: &PgRow) -> Result<Schedule, StoreError> {
    let definition: JsonText = get(row, "definition")?;
    let revision: i64 = get(row, "revision")?;
    Ok(Schedule {
        name: word("schedules", "name", get(row, "name")?)?,
        definition: serde_json::from_str(definition.0).map_err(|error| corrupt("schedules", "definition", error))?,
        paused: get(row, "paused")?,
        next_tick_at: get(row, "next_tick_at")?,
        due_at: get(row, "due_at")?,
        last_tick_at: get(row, "last_tick_at")?,
        last_task: get::<Option<Uuid>>(row, "last_task")?.map(Into::into),
        created_at: get(row, "created_at")?,
        updated_at: get(row, "updated_at")?,
        revision: u64::try_from(revision).map_err(|error| corrupt("schedules", "revision", error))?,
    })
}

pub fn tick(row: &PgRow) -> Result<Tick, StoreError> {
    let skipped: Option<&str> = get(row, "skipped")?;
    Ok(Tick {
        tick_at: get(row, "tick_at")?,
        kind: word("schedule_ticks", "kind", get(row, "kind")?)?,
        decided_at: get(row, "decided_at")?,
        task: get::<Option<Uuid>>(row, "task_id")?.map(Into::into),
        skipped: skipped.map(|text| word("schedule_ticks", "skipped", text)).transpose()?,
        through: get(row, "through")?,
        detail: get(row, "detail")?,
    })
}

fn word<T>(table: &'static str, column: &'static str, text: &str) -> Result<T, StoreError>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    text.parse().map_err(|error: T::Err| corrupt(table, column, error))
}

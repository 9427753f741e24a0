//! Reading rows: every value is checked again, for others may write to the file.

use std::str::FromStr;

use chrono::DateTime;
use ruche_domain::{Change, ChangeKind, NewTask, Priority, RawJson, TaskFailure, TaskId, TaskOptions, TaskState, Timestamp};
use ruche_store::{AttemptView, LogView, StoreError, TaskSummary, TaskView};
use serde::de::DeserializeOwned;
use sqlx::{Decode, Row, Sqlite, Type, sqlite::SqliteRow};
use uuid::Uuid;

/// A row of a table.
#[derive(Clone, Copy)]
pub struct Record<'r> {
    table: &'static str,
    row: &'r SqliteRow,
}

type Result<T> = std::result::Result<T, StoreError>;

impl<'r> Record<'r> {
    pub const fn new(table: &'static str, row: &'r SqliteRow) -> Self {
        Self { table, row }
    }

    /// A column's value as it is.
    pub fn get<T: Decode<'r, Sqlite> + Type<Sqlite>>(self, column: &'static str) -> Result<T> {
        self.row.try_get(column).map_err(|error| self.corrupt(column, error))
    }

    pub fn id(self, column: &'static str) -> Result<TaskId> {
        self.get::<Uuid>(column).map(TaskId::from)
    }

    /// A name, a state, a level: text that is checked.
    pub fn parsed<T>(self, column: &'static str) -> Result<T>
    where
        T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
    {
        self.get::<&str>(column)?.parse().map_err(|error| self.corrupt(column, error))
    }

    pub fn time(self, column: &'static str) -> Result<Timestamp> {
        self.as_time(column, self.get(column)?)
    }

    pub fn optional_time(self, column: &'static str) -> Result<Option<Timestamp>> {
        self.get::<Option<i64>>(column)?.map(|micros| self.as_time(column, micros)).transpose()
    }

    /// JSON kept as text.
    pub fn raw_json(self, column: &'static str) -> Result<RawJson> {
        Ok(RawJson::trusted(self.get::<&str>(column)?))
    }

    /// A value kept as JSON.
    pub fn json<T: DeserializeOwned>(self, column: &'static str) -> Result<T> {
        serde_json::from_str(self.get(column)?).map_err(|error| self.corrupt(column, error))
    }

    pub fn optional_json<T: DeserializeOwned>(self, column: &'static str) -> Result<Option<T>> {
        let text: Option<&str> = self.get(column)?;
        text.map(serde_json::from_str).transpose().map_err(|error| self.corrupt(column, error))
    }

    /// Ids kept one after the other.
    pub fn packed_ids(self, column: &'static str) -> Result<Vec<TaskId>> {
        let bytes: &[u8] = self.get(column)?;
        let ids = bytes.chunks(16).map(|id| Uuid::from_slice(id).map(TaskId::from));
        ids.collect::<std::result::Result<_, _>>().map_err(|error| self.corrupt(column, error))
    }

    fn as_time(self, column: &'static str, micros: i64) -> Result<Timestamp> {
        DateTime::from_timestamp_micros(micros).ok_or_else(|| self.corrupt(column, OutOfRange(micros)))
    }

    fn corrupt(self, column: &'static str, source: impl std::error::Error + Send + Sync + 'static) -> StoreError {
        StoreError::Corrupt { table: self.table, column, source: Box::new(source) }
    }
}

/// No time has this number.
#[derive(Debug, thiserror::Error)]
#[error("{0} microseconds since 1970 is out of range")]
struct OutOfRange(i64);

/// A whole task to publish or run.
pub fn new_task(row: &SqliteRow) -> Result<NewTask> {
    let record = Record::new("tasks", row);
    Ok(NewTask {
        id: record.id("id")?,
        name: record.parsed("name")?,
        queue: record.parsed("queue")?,
        priority: Priority::clamped(record.get("priority")?),
        args: record.raw_json("args")?,
        kwargs: record.raw_json("kwargs")?,
        max_attempts: record.get("max_attempts")?,
        created_at: record.time("created_at")?,
        eta: record.optional_time("eta")?,
        expires_at: record.optional_time("expires_at")?,
        options: record.optional_json::<TaskOptions>("options")?.unwrap_or_default(),
    })
}

/// A task in a list.
pub fn summary(row: &SqliteRow) -> Result<TaskSummary> {
    let record = Record::new("tasks", row);
    Ok(TaskSummary {
        id: record.id("id")?,
        name: record.parsed("name")?,
        queue: record.parsed("queue")?,
        priority: record.get("priority")?,
        state: record.parsed("state")?,
        attempt: record.get("attempt")?,
        attempts_used: record.get("attempts_used")?,
        max_attempts: record.get("max_attempts")?,
        created_at: record.time("created_at")?,
        queued_at: record.optional_time("queued_at")?,
        due_at: record.optional_time("due_at")?,
        started_at: record.optional_time("started_at")?,
        finished_at: record.optional_time("finished_at")?,
        lease_until: record.optional_time("lease_until")?,
        expires_at: record.optional_time("expires_at")?,
        worker: match record.get::<Option<&str>>("worker")? {
            Some(_) => Some(record.parsed("worker")?),
            None => None,
        },
        cancel_requested: record.get("cancel_requested")?,
        progress: record.optional_json("progress")?,
        failure: record.optional_json("error")?,
    })
}

/// A whole task to show.
pub fn view(row: &SqliteRow) -> Result<TaskView> {
    let result: Option<&str> = Record::new("tasks", row).get("result")?;
    Ok(TaskView { summary: summary(row)?, task: new_task(row)?, result: result.map(RawJson::trusted) })
}

/// An attempt, from either table.
pub fn attempt(row: &SqliteRow) -> Result<AttemptView> {
    let record = Record::new("attempts", row);
    Ok(AttemptView {
        attempt: record.get("attempt")?,
        worker: match record.get::<Option<&str>>("worker")? {
            Some(_) => Some(record.parsed("worker")?),
            None => None,
        },
        queued_at: record.optional_time("queued_at")?,
        started_at: record.time("started_at")?,
        finished_at: record.optional_time("finished_at")?,
        state: record.parsed("state")?,
        failure: record.optional_json::<TaskFailure>("error")?,
    })
}

/// A log line.
pub fn log(row: &SqliteRow) -> Result<LogView> {
    let record = Record::new("task_logs", row);
    Ok(LogView {
        seq: record.get("seq")?,
        attempt: record.get("attempt")?,
        at: record.time("at")?,
        level: record.parsed("level")?,
        message: record.get("message")?,
    })
}

/// What a statement that returns `id, name, queue, attempt` did to a task.
pub fn change(row: &SqliteRow, at: Timestamp, kind: ChangeKind) -> Result<Change> {
    let record = Record::new("tasks", row);
    Ok(Change {
        id: record.id("id")?,
        name: record.parsed("name")?,
        queue: record.parsed("queue")?,
        attempt: record.get("attempt")?,
        at,
        kind,
    })
}

/// The state a statement that returns `state` left a task in.
pub fn state(row: &SqliteRow) -> Result<TaskState> {
    Record::new("tasks", row).parsed("state")
}

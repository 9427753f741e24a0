//! Reading.

pub mod list;

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::DateTime;
use ruche_domain::{TaskId, TaskState, Timestamp};
use ruche_store::{
    AttemptView, Browse, CountedState, Cursor, LogView, Page, QueueView, StoreError, TaskFilter, TaskSummary, TaskView,
};

use crate::{
    SqliteStore,
    batch::{ids, json},
    error::refused,
    row::{self, Record},
};

const GET: &str = include_str!("../queries/task/get.sql");
const STATES: &str = include_str!("../queries/task/states.sql");
const ATTEMPTS: &str = include_str!("../queries/attempt/list.sql");
const LOGS: &str = include_str!("../queries/log/list.sql");
const QUEUES: &str = include_str!("../queries/queue/list.sql");
const COUNT: &str = include_str!("../queries/task/counts.sql");
const BACKLOG: &str = include_str!("../queries/outbox/backlog.sql");

#[async_trait]
impl Browse for SqliteStore {
    async fn tasks(
        &self,
        filter: &TaskFilter,
        after: Option<Cursor>,
        limit: u32,
    ) -> Result<Page<TaskSummary, Cursor>, StoreError> {
        // One row more than asked for tells whether there is a next page.
        let query = list::query(filter, after, i64::from(limit) + 1);
        let rows = query.fetch_all(self.pool.readers()).await.map_err(refused)?;
        let rows = rows.iter().map(row::summary).collect::<Result<_, _>>()?;
        Ok(Page::of(rows, limit, |last: &TaskSummary| Cursor { created_at: last.created_at, id: last.id }))
    }

    async fn task(&self, id: TaskId) -> Result<Option<TaskView>, StoreError> {
        let row = sqlx::query(GET).bind(id.as_uuid()).fetch_optional(self.pool.readers()).await.map_err(refused)?;
        row.as_ref().map(row::view).transpose()
    }

    async fn states(&self, wanted: &[TaskId]) -> Result<Vec<(TaskId, TaskState)>, StoreError> {
        let query = sqlx::query(STATES).bind(ids(wanted.iter().copied()));
        let rows = query.fetch_all(self.pool.readers()).await.map_err(refused)?;
        rows.iter().map(|row| Ok((Record::new("tasks", row).id("id")?, row::state(row)?))).collect()
    }

    async fn attempts(&self, id: TaskId) -> Result<Vec<AttemptView>, StoreError> {
        let rows = sqlx::query(ATTEMPTS).bind(id.as_uuid()).fetch_all(self.pool.readers()).await.map_err(refused)?;
        rows.iter().map(row::attempt).collect()
    }

    async fn logs(&self, id: TaskId, after_seq: i64, limit: u32) -> Result<Vec<LogView>, StoreError> {
        let query = sqlx::query(LOGS).bind(id.as_uuid()).bind(after_seq).bind(limit);
        let rows = query.fetch_all(self.pool.readers()).await.map_err(refused)?;
        rows.iter().map(row::log).collect()
    }

    async fn queues(&self) -> Result<Vec<QueueView>, StoreError> {
        let rows = sqlx::query(QUEUES).fetch_all(self.pool.readers()).await.map_err(refused)?;
        let mut queues = BTreeMap::new();
        for row in &rows {
            let record = Record::new("tasks", row);
            let name = record.parsed("queue")?;
            let queue: &mut QueueView = queues.entry(name).or_insert_with_key(|name| QueueView {
                name: Clone::clone(name),
                live: Vec::new(),
                oldest_queued_at: None,
                oldest_started_at: None,
            });
            queue.live.push((row::state(row)?, record.get("count")?));
            queue.live.sort_unstable();
            queue.oldest_queued_at = queue.oldest_queued_at.or(record.optional_time("oldest_queued_at")?);
            queue.oldest_started_at = queue.oldest_started_at.or(record.optional_time("oldest_started_at")?);
        }
        Ok(queues.into_values().collect())
    }

    async fn counts(&self, limit: u32) -> Result<Vec<CountedState>, StoreError> {
        let query = sqlx::query(COUNT).bind(json(&TaskState::ALL)).bind(limit);
        let rows = query.fetch_all(self.pool.readers()).await.map_err(refused)?;
        let counted = |row| Ok(CountedState { state: row::state(row)?, count: Record::new("tasks", row).get("count")? });
        rows.iter().map(counted).collect()
    }

    async fn outbox_backlog(&self) -> Result<(u64, Option<Timestamp>), StoreError> {
        let (count, oldest): (i64, Option<i64>) =
            sqlx::query_as(BACKLOG).fetch_one(self.pool.readers()).await.map_err(refused)?;
        Ok((u64::try_from(count).unwrap_or_default(), oldest.and_then(DateTime::from_timestamp_micros)))
    }
}

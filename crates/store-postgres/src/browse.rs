//! Reading.

pub mod list;

use async_trait::async_trait;
use ruche_domain::{TaskId, TaskState, Timestamp};
use ruche_store::{
    AttemptView, Browse, CountedState, Cursor, LogView, Page, QueueView, StoreError, TaskFilter, TaskSummary, TaskView,
};
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::{
    PgStore,
    error::{corrupt, refine},
    row::{count, decode, get, id, new_task, parse, parse_optional, raw, summary},
};

#[async_trait]
impl Browse for PgStore {
    async fn tasks(
        &self,
        filter: &TaskFilter,
        after: Option<Cursor>,
        limit: u32,
    ) -> Result<Page<TaskSummary, Cursor>, StoreError> {
        // One row more than asked for tells whether there is a next page.
        let rows = list::query(filter, after, i64::from(limit) + 1).fetch_all(&self.pools.durable).await.map_err(refine)?;
        let rows = rows.iter().map(summary).collect::<Result<_, _>>()?;
        Ok(Page::of(rows, limit, |last: &TaskSummary| Cursor { created_at: last.created_at, id: last.id }))
    }

    async fn task(&self, id: TaskId) -> Result<Option<TaskView>, StoreError> {
        let query = sqlx::query(include_str!("../queries/task/get.sql")).bind(id.as_uuid());
        let row = query.fetch_optional(&self.pools.durable).await.map_err(refine)?;
        row.map(|row| Ok(TaskView { summary: summary(&row)?, task: new_task(&row)?, result: raw(&row, "result")? })).transpose()
    }

    async fn states(&self, ids: &[TaskId]) -> Result<Vec<(TaskId, TaskState)>, StoreError> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.as_uuid()).collect();
        let query = sqlx::query(include_str!("../queries/task/states.sql")).bind(ids);
        let rows = query.fetch_all(&self.pools.durable).await.map_err(refine)?;
        rows.iter().map(|row| Ok((id(row)?, parse(row, "state")?))).collect()
    }

    async fn attempts(&self, id: TaskId) -> Result<Vec<AttemptView>, StoreError> {
        let query = sqlx::query(include_str!("../queries/attempt/list.sql")).bind(id.as_uuid());
        let rows = query.fetch_all(&self.pools.durable).await.map_err(refine)?;
        rows.iter().map(attempt).collect()
    }

    async fn logs(&self, id: TaskId, after_seq: i64, limit: u32) -> Result<Vec<LogView>, StoreError> {
        let query = sqlx::query(include_str!("../queries/log/list.sql"));
        let query = query.bind(id.as_uuid()).bind(after_seq).bind(i64::from(limit));
        let rows = query.fetch_all(&self.pools.durable).await.map_err(refine)?;
        rows.iter().map(log_line).collect()
    }

    async fn queues(&self) -> Result<Vec<QueueView>, StoreError> {
        let query = sqlx::query(include_str!("../queries/queue/list.sql"));
        let rows = query.fetch_all(&self.pools.durable).await.map_err(refine)?;
        let mut queues: Vec<QueueView> = Vec::new();
        for row in &rows {
            let name = parse(row, "queue")?;
            if queues.last().is_none_or(|queue| queue.name != name) {
                queues.push(QueueView { name, live: Vec::new(), oldest_queued_at: None, oldest_started_at: None });
            }
            let queue = queues.last_mut().expect("one was pushed if there was none");
            queue.live.push((parse(row, "state")?, total(row)?));
            queue.oldest_queued_at = queue.oldest_queued_at.or(get(row, "oldest_queued_at")?);
            queue.oldest_started_at = queue.oldest_started_at.or(get(row, "oldest_started_at")?);
        }
        Ok(queues)
    }

    async fn counts(&self, limit: u32) -> Result<Vec<CountedState>, StoreError> {
        let query = sqlx::query(include_str!("../queries/task/counts.sql")).bind(i64::from(limit));
        let rows = query.fetch_all(&self.pools.durable).await.map_err(refine)?;
        rows.iter().map(|row| Ok(CountedState { state: parse(row, "state")?, count: total(row)? })).collect()
    }

    async fn outbox_backlog(&self) -> Result<(u64, Option<Timestamp>), StoreError> {
        let query = sqlx::query(include_str!("../queries/outbox/backlog.sql"));
        let row = query.fetch_one(&self.pools.durable).await.map_err(refine)?;
        Ok((total(&row)?, get(&row, "oldest")?))
    }
}

pub fn total(row: &PgRow) -> Result<u64, StoreError> {
    u64::try_from(get::<i64>(row, "count")?).map_err(|error| corrupt("tasks", "count", error))
}

fn attempt(row: &PgRow) -> Result<AttemptView, StoreError> {
    Ok(AttemptView {
        attempt: count(row, "attempt")?,
        worker: parse_optional(row, "worker")?,
        queued_at: get(row, "queued_at")?,
        started_at: get(row, "started_at")?,
        finished_at: get(row, "finished_at")?,
        state: parse(row, "state")?,
        failure: decode(row, "error")?,
    })
}

fn log_line(row: &PgRow) -> Result<LogView, StoreError> {
    Ok(LogView {
        seq: get(row, "seq")?,
        attempt: count(row, "attempt")?,
        at: get(row, "at")?,
        level: parse(row, "level")?,
        message: get(row, "message")?,
    })
}

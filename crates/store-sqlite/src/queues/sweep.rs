//! Publishing what waits in a queue that was opened, in portions.

use std::time::Duration;

use chrono::TimeDelta;
use ruche_domain::{NewTask, QueueName, Timestamp};
use ruche_store::StoreError;

use crate::{
    SqliteStore,
    batch::micros,
    error::refused,
    pool::{Durability, begin, commit},
    row::{Record, new_task},
};

const SWEEP: &str = include_str!("../../queries/queue/sweep.sql");
const SWEPT: &str = include_str!("../../queries/queue/swept.sql");
const FORGET: &str = include_str!("../../queries/queue/forget.sql");
const QUEUED_AFTER: &str = include_str!("../../queries/task/queued_after.sql");

/// Tasks that were on their way while the queue was opened may be so much older than that.
pub(super) const ON_THE_WAY: TimeDelta = TimeDelta::seconds(30);

/// Before the first task of a priority: time and row.
const FIRST: (i64, i64) = (i64::MIN, 0);

impl SqliteStore {
    /// See [`ruche_store::Queues::sweep`].
    pub(super) async fn sweep_once(
        &self,
        queue: &QueueName,
        now: Timestamp,
        again_after: Duration,
        limit: u32,
    ) -> Result<Option<Vec<NewTask>>, StoreError> {
        let mut writer = self.pool.writer(Durability::Relaxed).await?;
        let mut transaction = begin(&mut writer).await?;
        let query = sqlx::query(SWEEP).bind(queue.as_str());
        let Some(row) = query.fetch_optional(&mut *transaction).await.map_err(refused)? else { return Ok(None) };
        let record = Record::new("queues", &row);
        let (opened_at, pass): (Timestamp, i64) = (record.time("opened_at")?, record.get("swept")?);
        if pass > 0 && now < opened_at + TimeDelta::from_std(again_after).unwrap_or(TimeDelta::MAX) {
            return Ok(None);
        }
        let since = if pass > 0 { micros(opened_at - ON_THE_WAY) } else { i64::MIN };
        let mut priority: i64 = record.get("swept_priority")?;
        let mut after: (i64, i64) = (record.get("swept_queued_at")?, record.get("swept_row")?);
        let mut tasks = Vec::new();
        while tasks.len() < limit as usize && priority >= 0 {
            let left = limit as usize - tasks.len();
            let query = sqlx::query(QUEUED_AFTER).bind(queue.as_str()).bind(priority).bind(after.0).bind(after.1);
            let query = query.bind(since).bind(i64::try_from(left).unwrap_or(i64::MAX));
            let rows = query.fetch_all(&mut *transaction).await.map_err(refused)?;
            if rows.len() < left {
                (priority, after) = (priority - 1, FIRST);
            } else if let Some(last) = rows.last() {
                let record = Record::new("tasks", last);
                after = (record.get("queued_at")?, record.get("position")?);
            }
            for row in &rows {
                tasks.push(new_task(row)?);
            }
        }
        let done = priority < 0;
        if done && pass > 0 {
            sqlx::query(FORGET).bind(queue.as_str()).execute(&mut *transaction).await.map_err(refused)?;
        } else {
            let (pass, priority, after) = if done { (pass + 1, 9, FIRST) } else { (pass, priority, after) };
            let swept = sqlx::query(SWEPT).bind(queue.as_str()).bind(pass).bind(priority).bind(after.0).bind(after.1);
            swept.execute(&mut *transaction).await.map_err(refused)?;
        }
        commit(transaction).await?;
        Ok(Some(tasks))
    }
}

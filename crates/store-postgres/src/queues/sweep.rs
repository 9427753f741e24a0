//! Publishing what waits in a queue that was opened, in portions.

use std::time::Duration;

use chrono::TimeDelta;
use ruche_domain::{NewTask, QueueName, Timestamp};
use ruche_store::StoreError;
use uuid::Uuid;

use crate::{
    PgStore,
    error::refine,
    row::{get, id, new_task},
};

/// Tasks that were on their way while the queue was opened may be so much older than that.
pub(super) const ON_THE_WAY: TimeDelta = TimeDelta::seconds(30);

/// Before the first task of a priority.
const FIRST: (Timestamp, Uuid) = (Timestamp::UNIX_EPOCH, Uuid::nil());

impl PgStore {
    /// See [`ruche_store::Queues::sweep`].
    pub(super) async fn sweep_once(
        &self,
        queue: &QueueName,
        now: Timestamp,
        again_after: Duration,
        limit: u32,
    ) -> Result<Option<Vec<NewTask>>, StoreError> {
        let mut transaction = self.pools.relaxed.begin().await.map_err(refine)?;
        let query = sqlx::query(include_str!("../../queries/queue/sweep.sql")).bind(queue.as_str());
        let Some(row) = query.fetch_optional(&mut *transaction).await.map_err(refine)? else { return Ok(None) };
        let (opened_at, pass): (Timestamp, i16) = (get(&row, "opened_at")?, get(&row, "swept")?);
        if pass > 0 && now < opened_at + TimeDelta::from_std(again_after).unwrap_or(TimeDelta::MAX) {
            // At once: a transaction that is only dropped keeps its lock for a while.
            transaction.rollback().await.map_err(refine)?;
            return Ok(None);
        }
        let since = if pass > 0 { opened_at - ON_THE_WAY } else { Timestamp::UNIX_EPOCH };
        let mut priority: i16 = get(&row, "swept_priority")?;
        let mut after: (Timestamp, Uuid) = (get(&row, "swept_queued_at")?, get(&row, "swept_id")?);
        let mut tasks = Vec::new();
        while tasks.len() < limit as usize && priority >= 0 {
            let left = i64::from(limit) - tasks.len() as i64;
            let query = sqlx::query(include_str!("../../queries/task/queued_after.sql")).bind(queue.as_str()).bind(priority);
            let query = query.bind(after.0).bind(after.1).bind(since).bind(left);
            let rows = query.fetch_all(&mut *transaction).await.map_err(refine)?;
            if (rows.len() as i64) < left {
                (priority, after) = (priority - 1, FIRST);
            } else if let Some(last) = rows.last() {
                after = (get(last, "queued_at")?, id(last)?.as_uuid());
            }
            for row in &rows {
                tasks.push(new_task(row)?);
            }
        }
        let done = priority < 0;
        if done && pass > 0 {
            let forget = sqlx::query(include_str!("../../queries/queue/forget.sql")).bind(queue.as_str());
            forget.execute(&mut *transaction).await.map_err(refine)?;
        } else {
            let (pass, priority) = if done { (pass + 1, 9) } else { (pass, priority) };
            let after = if done { FIRST } else { after };
            let swept = sqlx::query(include_str!("../../queries/queue/swept.sql")).bind(queue.as_str()).bind(pass);
            let swept = swept.bind(priority).bind(after.0).bind(after.1);
            swept.execute(&mut *transaction).await.map_err(refine)?;
        }
        transaction.commit().await.map_err(refine)?;
        Ok(Some(tasks))
    }
}

//! Who waits before whom.

use async_trait::async_trait;
use ruche_domain::{ConcurrencyKey, QueueName};
use ruche_store::{FullKey, InLine, Lines, StoreError};

use super::small;
use crate::{PgStore, error::refine, row::get};

#[async_trait]
impl Lines for PgStore {
    async fn before(&self, queue: &QueueName, key: Option<&ConcurrencyKey>, task: InLine, most: u32) -> Result<u32, StoreError> {
        let query = match key {
            None => sqlx::query_scalar(include_str!("../../queries/line/before.sql")),
            Some(_) => sqlx::query_scalar(include_str!("../../queries/line/before_of_key.sql")),
        };
        let query = query.bind(queue.as_str()).bind(i16::from(task.priority)).bind(task.queued_at).bind(task.id.as_uuid());
        let query = query.bind(i64::from(most));
        let query = match key {
            None => query,
            Some(key) => query.bind(key.as_str()),
        };
        Ok(small(query.fetch_one(&self.pools.durable).await.map_err(refine)?))
    }

    async fn full_keys(&self, queue: &QueueName, full: u32, keys: u32, most: u32) -> Result<Vec<FullKey>, StoreError> {
        let query = sqlx::query(include_str!("../../queries/line/full_keys.sql")).bind(queue.as_str());
        let query = query.bind(i64::from(full)).bind(i64::from(keys)).bind(i64::from(most));
        let rows = query.fetch_all(&self.pools.durable).await.map_err(refine)?;
        let full = |row| {
            let (key, running, waiting) = (get(row, "key")?, small(get(row, "running")?), small(get(row, "waiting")?));
            Ok(FullKey { key, running, waiting })
        };
        rows.iter().map(full).collect()
    }
}

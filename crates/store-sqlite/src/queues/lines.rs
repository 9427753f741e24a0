//! Who waits before whom.

use async_trait::async_trait;
use ruche_domain::{ConcurrencyKey, QueueName};
use ruche_store::{FullKey, InLine, Lines, StoreError};

use crate::{SqliteStore, batch::micros, error::refused, row::Record};

const BEFORE: &str = include_str!("../../queries/line/before.sql");
const BEFORE_OF_KEY: &str = include_str!("../../queries/line/before_of_key.sql");
const FULL_KEYS: &str = include_str!("../../queries/line/full_keys.sql");

#[async_trait]
impl Lines for SqliteStore {
    async fn before(&self, queue: &QueueName, key: Option<&ConcurrencyKey>, task: InLine, most: u32) -> Result<u32, StoreError> {
        let query = sqlx::query_scalar(if key.is_some() { BEFORE_OF_KEY } else { BEFORE }).bind(queue.as_str());
        let query = query.bind(task.priority).bind(micros(task.queued_at)).bind(task.id.as_uuid()).bind(most);
        let query = match key {
            None => query,
            Some(key) => query.bind(key.as_str()),
        };
        query.fetch_one(self.pool.readers()).await.map_err(refused)
    }

    async fn full_keys(&self, queue: &QueueName, full: u32, keys: u32, most: u32) -> Result<Vec<FullKey>, StoreError> {
        let query = sqlx::query(FULL_KEYS).bind(queue.as_str()).bind(full).bind(keys).bind(most);
        let rows = query.fetch_all(self.pool.readers()).await.map_err(refused)?;
        let full = |row| {
            let record = Record::new("admissions", row);
            Ok(FullKey { key: record.get("key")?, running: record.get("running")?, waiting: record.get("waiting")? })
        };
        rows.iter().map(full).collect()
    }
}

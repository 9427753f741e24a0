//! Task definitions.

use async_trait::async_trait;
use ruche_domain::{Changes, TaskDefinition, Timestamp};
use ruche_store::{Definitions, StoreError};

use crate::{
    SqliteStore,
    batch::{json, micros},
    error::refused,
    pool::Durability,
    row::Record,
};

const REGISTER: &str = include_str!("../queries/definition/put.sql");
const LIST: &str = include_str!("../queries/definition/list.sql");

#[async_trait]
impl Definitions for SqliteStore {
    async fn register(&self, definitions: &[TaskDefinition], now: Timestamp) -> Result<(), StoreError> {
        if definitions.is_empty() {
            return Ok(());
        }
        let rows: Vec<_> = definitions.iter().map(|definition| (definition.name.as_str(), json(definition))).collect();
        let mut writer = self.pool.writer(Durability::Full).await?;
        let query = sqlx::query(REGISTER).bind(json(&rows)).bind(micros(now));
        let differing = query.execute(&mut *writer).await.map_err(refused)?.rows_affected();
        drop(writer);
        if differing > 0 {
            self.feed.announce_all(Changes::Registry);
        }
        Ok(())
    }

    async fn definitions(&self) -> Result<Vec<TaskDefinition>, StoreError> {
        let rows = sqlx::query(LIST).fetch_all(self.pool.readers()).await.map_err(refused)?;
        rows.iter().map(|row| Record::new("task_definitions", row).json("definition")).collect()
    }
}

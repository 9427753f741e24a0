//! Task definitions.

use std::collections::BTreeMap;

use async_trait::async_trait;
use ruche_domain::{Changes, TaskDefinition, Timestamp};
use ruche_store::{Definitions, StoreError};

use crate::{
    PgStore,
    error::{corrupt, refine, settle},
    row::{JsonText, decode, encode},
};

#[async_trait]
impl Definitions for PgStore {
    async fn register(&self, definitions: &[TaskDefinition], now: Timestamp) -> Result<(), StoreError> {
        // Of several with one name the last counts; in the order of names.
        let latest: BTreeMap<_, _> = definitions.iter().map(|definition| (definition.name.as_str(), definition)).collect();
        let names: Vec<_> = latest.keys().copied().collect();
        let texts = latest.values().map(encode).collect::<Result<Vec<_>, _>>()?;
        let texts: Vec<_> = texts.iter().map(|text| JsonText(text)).collect();
        let changed = settle(|| async {
            let query = sqlx::query(include_str!("../queries/definition/put.sql")).bind(&names).bind(&texts).bind(now);
            query.fetch_all(&self.pools.durable).await.map_err(refine)
        })
        .await?;
        if !changed.is_empty() {
            self.feed.announce_all(Changes::Registry);
        }
        Ok(())
    }

    async fn definitions(&self) -> Result<Vec<TaskDefinition>, StoreError> {
        let query = sqlx::query(include_str!("../queries/definition/list.sql"));
        let rows = query.fetch_all(&self.pools.durable).await.map_err(refine)?;
        let missing = || corrupt("task_definitions", "definition", "null");
        rows.iter().map(|row| decode(row, "definition")?.ok_or_else(missing)).collect()
    }
}

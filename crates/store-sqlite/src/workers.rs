//! Worker processes and their heartbeats.

use async_trait::async_trait;
use ruche_domain::{Changes, Timestamp, WorkerName};
use ruche_store::{StoreError, WorkerHeartbeat, WorkerView, Workers};
use sqlx::sqlite::SqliteRow;

use crate::{
    SqliteStore,
    batch::{json, micros},
    error::refused,
    pool::{Durability, begin, commit},
    row::Record,
};

const FIND: &str = include_str!("../queries/worker/find.sql");
const HEARTBEAT: &str = include_str!("../queries/worker/beat.sql");
const SIGN_OFF: &str = include_str!("../queries/worker/sign_off.sql");
const LIST: &str = include_str!("../queries/worker/list.sql");

#[async_trait]
impl Workers for SqliteStore {
    async fn heartbeat(&self, heartbeat: &WorkerHeartbeat, now: Timestamp) -> Result<(), StoreError> {
        let WorkerHeartbeat { name, queues, tasks, slots, busy, version, started_at, draining } = heartbeat;
        let mut writer = self.pool.writer(Durability::Relaxed).await?;
        let mut transaction = begin(&mut writer).await?;
        let known: Option<(i64, bool)> =
            sqlx::query_as(FIND).bind(name.as_str()).fetch_optional(&mut *transaction).await.map_err(refused)?;
        let query = sqlx::query(HEARTBEAT)
            .bind(name.as_str())
            .bind(json(queues))
            .bind(json(tasks))
            .bind(slots)
            .bind(busy)
            .bind(version)
            .bind(micros(*started_at))
            .bind(draining)
            .bind(micros(now));
        query.execute(&mut *transaction).await.map_err(refused)?;
        commit(transaction).await?;
        drop(writer);
        // Another start under the same name is a new worker.
        let news = known.is_none_or(|(started, drained)| started != micros(*started_at) || (*draining && !drained));
        if news {
            self.feed.announce_all(Changes::Registry);
        }
        Ok(())
    }

    async fn sign_off(&self, worker: &WorkerName) -> Result<(), StoreError> {
        let mut writer = self.pool.writer(Durability::Relaxed).await?;
        let query = sqlx::query(SIGN_OFF).bind(worker.as_str());
        let removed = query.execute(&mut *writer).await.map_err(refused)?.rows_affected();
        drop(writer);
        if removed > 0 {
            self.feed.announce_all(Changes::Registry);
        }
        Ok(())
    }

    async fn workers(&self, since: Timestamp) -> Result<Vec<WorkerView>, StoreError> {
        let rows = sqlx::query(LIST).bind(micros(since)).fetch_all(self.pool.readers()).await.map_err(refused)?;
        rows.iter().map(worker).collect()
    }
}

fn worker(row: &SqliteRow) -> Result<WorkerView, StoreError> {
    let record = Record::new("workers", row);
    let heartbeat = WorkerHeartbeat {
        name: record.parsed("name")?,
        queues: record.json("queues")?,
        tasks: record.json("tasks")?,
        slots: record.get("slots")?,
        busy: record.get("busy")?,
        version: record.get("version")?,
        started_at: record.time("started_at")?,
        draining: record.get("draining")?,
    };
    Ok(WorkerView { heartbeat, seen_at: record.time("seen_at")? })
}

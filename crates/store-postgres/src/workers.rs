//! Worker processes.

use async_trait::async_trait;
use ruche_domain::{Changes, Timestamp, WorkerName};
use ruche_store::{StoreError, WorkerHeartbeat, WorkerView, Workers};
use sqlx::postgres::PgRow;

use crate::{
    PgStore,
    error::{corrupt, refine},
    row::{get, parse},
};

#[async_trait]
impl Workers for PgStore {
    async fn heartbeat(&self, heartbeat: &WorkerHeartbeat, now: Timestamp) -> Result<(), StoreError> {
        let WorkerHeartbeat { name, queues, tasks, slots, busy, version, started_at, draining } = heartbeat;
        let query = sqlx::query_scalar(include_str!("../queries/worker/beat.sql"))
            .bind(name.as_str())
            .bind(queues.iter().map(AsRef::as_ref).collect::<Vec<&str>>())
            .bind(tasks.iter().map(AsRef::as_ref).collect::<Vec<&str>>())
            .bind(i64::from(*slots))
            .bind(i64::from(*busy))
            .bind(version)
            .bind(started_at)
            .bind(draining)
            .bind(now);
        let changed: bool = query.fetch_one(&self.pools.relaxed).await.map_err(refine)?;
        if changed {
            self.feed.announce_all(Changes::Registry);
        }
        Ok(())
    }

    async fn sign_off(&self, worker: &WorkerName) -> Result<(), StoreError> {
        let query = sqlx::query(include_str!("../queries/worker/sign_off.sql")).bind(worker.as_str());
        let gone = query.execute(&self.pools.relaxed).await.map_err(refine)?.rows_affected();
        if gone > 0 {
            self.feed.announce_all(Changes::Registry);
        }
        Ok(())
    }

    async fn workers(&self, since: Timestamp) -> Result<Vec<WorkerView>, StoreError> {
        let query = sqlx::query(include_str!("../queries/worker/list.sql")).bind(since);
        let rows = query.fetch_all(&self.pools.durable).await.map_err(refine)?;
        rows.iter().map(worker).collect()
    }
}

fn worker(row: &PgRow) -> Result<WorkerView, StoreError> {
    let heartbeat = WorkerHeartbeat {
        name: parse(row, "name")?,
        queues: names(row, "queues")?,
        tasks: names(row, "tasks")?,
        slots: number(row, "slots")?,
        busy: number(row, "busy")?,
        version: get(row, "version")?,
        started_at: get(row, "started_at")?,
        draining: get(row, "draining")?,
    };
    Ok(WorkerView { heartbeat, seen_at: get(row, "seen_at")? })
}

fn names<T>(row: &PgRow, column: &'static str) -> Result<Vec<T>, StoreError>
where
    T: TryFrom<String, Error: std::error::Error + Send + Sync + 'static>,
{
    let texts: Vec<String> = get(row, column)?;
    texts.into_iter().map(|text| T::try_from(text).map_err(|error| corrupt("workers", column, error))).collect()
}

fn number(row: &PgRow, column: &'static str) -> Result<u32, StoreError> {
    u32::try_from(get::<i64>(row, column)?).map_err(|error| corrupt("workers", column, error))
}

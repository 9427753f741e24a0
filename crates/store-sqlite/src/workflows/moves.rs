//! The statements by which a workflow moves on.

use std::collections::BTreeMap;

use async_trait::async_trait;
use ruche_domain::{Change, ChangeKind, Fingerprint, NodeKey, NodeResults, RawJson, TaskFailure, TaskId, Timestamp, WorkflowId};
use ruche_store::{CountedNode, Locked, Moves, SettledNode, StoreError, Templates};
use sqlx::{SqliteConnection, sqlite::SqliteRow};
use uuid::Uuid;

use super::row;
use crate::{
    batch::{Hex, hex, ids, json, micros, pack},
    error::refused,
    fingerprints::put_fingerprints,
    row::{Record, change, state},
};

const LOCK: &str = include_str!("../../queries/workflow/lock.sql");
const SETTLE: &str = include_str!("../../queries/workflow/settle.sql");
const COUNT: &str = include_str!("../../queries/workflow/count.sql");
const CANCEL_REST: &str = include_str!("../../queries/workflow/cancel_rest.sql");
const CANCEL_BLOCKED: &str = include_str!("../../queries/workflow/cancel_blocked.sql");
const TEMPLATES: &str = include_str!("../../queries/workflow/templates.sql");
const RESULTS: &str = include_str!("../../queries/workflow/results.sql");
const RELEASE: &str = include_str!("../../queries/workflow/release.sql");
const FAIL: &str = include_str!("../../queries/workflow/fail.sql");
const TALLY: &str = include_str!("../../queries/workflow/tally.sql");
const REOPEN: &str = include_str!("../../queries/workflow/reopen.sql");
const RECOUNT: &str = include_str!("../../queries/workflow/recount.sql");
const ADD_NOTE: &str = include_str!("../../queries/outbox/add.sql");

/// A transaction.
pub struct Moving<'a>(pub &'a mut SqliteConnection);

impl Moving<'_> {
    /// Runs a statement over rows with the time, and tells what it changed.
    async fn change(&mut self, sql: &'static str, rows: String, now: Timestamp) -> Result<Vec<Change>, StoreError> {
        let query = sqlx::query(sql).bind(rows).bind(micros(now));
        changes(&query.fetch_all(&mut *self.0).await.map_err(refused)?, now)
    }
}

#[async_trait]
impl Moves for Moving<'_> {
    async fn lock(&mut self, tasks: &[TaskId]) -> Result<Locked, StoreError> {
        let rows = sqlx::query(LOCK).bind(ids(tasks.iter().copied())).fetch_all(&mut *self.0).await.map_err(refused)?;
        let locked = rows.iter().map(|row| {
            let record = Record::new("workflows", row);
            Ok((WorkflowId::from(record.get::<Uuid>("id")?), record.parsed("policy")?))
        });
        locked.collect()
    }

    async fn settle(&mut self, tasks: &[TaskId]) -> Result<Vec<SettledNode>, StoreError> {
        let rows = sqlx::query(SETTLE).bind(ids(tasks.iter().copied())).fetch_all(&mut *self.0).await.map_err(refused)?;
        rows.iter().map(row::settled).collect()
    }

    async fn count(&mut self, ended: &[TaskId], broke: &[TaskId]) -> Result<Vec<CountedNode>, StoreError> {
        let query = sqlx::query(COUNT).bind(ids(ended.iter().copied())).bind(ids(broke.iter().copied()));
        let rows = query.fetch_all(&mut *self.0).await.map_err(refused)?;
        rows.iter().map(row::counted).collect()
    }

    async fn cancel_rest(&mut self, workflows: &[WorkflowId], now: Timestamp) -> Result<Vec<Change>, StoreError> {
        self.change(CANCEL_REST, hexes(workflows), now).await
    }

    async fn cancel_blocked(&mut self, tasks: &[TaskId], now: Timestamp) -> Result<Vec<Change>, StoreError> {
        self.change(CANCEL_BLOCKED, ids(tasks.iter().copied()), now).await
    }

    async fn templates(&mut self, tasks: &[TaskId]) -> Result<Templates, StoreError> {
        let rows = sqlx::query(TEMPLATES).bind(ids(tasks.iter().copied())).fetch_all(&mut *self.0).await.map_err(refused)?;
        let template = |row| {
            let record = Record::new("workflow_nodes", row);
            Ok((record.id("task_id")?, (record.raw_json("args")?, record.raw_json("kwargs")?)))
        };
        rows.iter().map(template).collect()
    }

    async fn results(&mut self, tasks: &[TaskId], keys: &[NodeKey]) -> Result<BTreeMap<TaskId, NodeResults>, StoreError> {
        let keys: Vec<&str> = keys.iter().map(NodeKey::as_str).collect();
        let query = sqlx::query(RESULTS).bind(ids(tasks.iter().copied())).bind(json(&keys));
        let rows = query.fetch_all(&mut *self.0).await.map_err(refused)?;
        let mut results: BTreeMap<TaskId, NodeResults> = BTreeMap::new();
        for row in &rows {
            let record = Record::new("workflow_nodes", row);
            let result = record.get::<Option<&str>>("result")?.map(RawJson::trusted);
            results.entry(record.id("to_task")?).or_default().insert(record.parsed("key")?, result);
        }
        Ok(results)
    }

    async fn release(
        &mut self,
        tasks: &[(TaskId, Option<(RawJson, RawJson)>)],
        now: Timestamp,
    ) -> Result<Vec<Change>, StoreError> {
        let rows: Vec<_> = tasks
            .iter()
            .map(|(task, filled)| {
                let filled = filled.as_ref();
                (Hex(*task), filled.map(|(args, _)| args.as_str()), filled.map(|(_, kwargs)| kwargs.as_str()))
            })
            .collect();
        self.change(RELEASE, json(&rows), now).await
    }

    async fn fail(&mut self, tasks: &[(TaskId, TaskFailure)], now: Timestamp) -> Result<Vec<Change>, StoreError> {
        let rows: Vec<_> = tasks.iter().map(|(task, failure)| (Hex(*task), json(failure))).collect();
        let failed = self.change(FAIL, json(&rows), now).await?;
        let patterns: BTreeMap<_, _> = tasks.iter().map(|(task, failure)| (*task, Fingerprint::pattern(failure))).collect();
        let prints = failed
            .iter()
            .filter_map(|change| Some((change.id, Fingerprint::of_pattern(&change.name, patterns.get(&change.id)?))));
        put_fingerprints(&mut *self.0, prints.collect::<Vec<_>>()).await?;
        Ok(failed)
    }

    async fn note(&mut self, tasks: &[TaskId], at: Timestamp) -> Result<(), StoreError> {
        let query = sqlx::query(ADD_NOTE).bind(pack(tasks.iter().copied())).bind(micros(at));
        query.execute(&mut *self.0).await.map_err(refused)?;
        Ok(())
    }

    async fn reopen(&mut self, tasks: &[TaskId]) -> Result<(), StoreError> {
        sqlx::query(REOPEN).bind(ids(tasks.iter().copied())).execute(&mut *self.0).await.map_err(refused)?;
        Ok(())
    }

    async fn recount(&mut self, workflows: &[WorkflowId]) -> Result<Vec<CountedNode>, StoreError> {
        let rows = sqlx::query(RECOUNT).bind(hexes(workflows)).fetch_all(&mut *self.0).await.map_err(refused)?;
        rows.iter().map(row::counted).collect()
    }

    async fn tally(&mut self, workflows: &[WorkflowId], now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(TALLY).bind(hexes(workflows)).bind(micros(now)).execute(&mut *self.0).await.map_err(refused)?;
        Ok(())
    }
}

/// Workflows as a JSON array, for `unhex`.
fn hexes(workflows: &[WorkflowId]) -> String {
    json(&workflows.iter().map(|id| hex(id.as_uuid().as_bytes())).collect::<Vec<_>>())
}

/// What a statement that returns `id, name, queue, attempt, state` did.
fn changes(rows: &[SqliteRow], now: Timestamp) -> Result<Vec<Change>, StoreError> {
    rows.iter().map(|row| change(row, now, ChangeKind::State(state(row)?))).collect()
}

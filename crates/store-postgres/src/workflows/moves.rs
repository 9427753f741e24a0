//! The statements by which a workflow moves on.

use std::collections::BTreeMap;

use async_trait::async_trait;
use ruche_domain::{Change, ChangeKind, Fingerprint, NodeKey, NodeResults, RawJson, TaskFailure, TaskId, Timestamp, WorkflowId};
use ruche_store::{CountedNode, Locked, Moves, SettledNode, StoreError, Templates};
use sqlx::{PgConnection, postgres::PgRow};
use uuid::Uuid;

use super::row;
use crate::{
    error::refine,
    row::{JsonText, count, encode, get, id, parse, raw},
};

/// A transaction.
pub struct Moving<'a>(pub &'a mut PgConnection);

/// Ids as PostgreSQL takes them.
pub fn uuids(tasks: &[TaskId]) -> Vec<Uuid> {
    tasks.iter().map(|task| task.as_uuid()).collect()
}

#[async_trait]
impl Moves for Moving<'_> {
    async fn lock(&mut self, tasks: &[TaskId]) -> Result<Locked, StoreError> {
        let query = sqlx::query(include_str!("../../queries/workflow/lock.sql")).bind(uuids(tasks));
        locked(&query.fetch_all(&mut *self.0).await.map_err(refine)?)
    }

    async fn settle(&mut self, tasks: &[TaskId]) -> Result<Vec<SettledNode>, StoreError> {
        let query = sqlx::query(include_str!("../../queries/workflow/settle.sql")).bind(uuids(tasks));
        let rows = query.fetch_all(&mut *self.0).await.map_err(refine)?;
        rows.iter().map(row::settled).collect()
    }

    async fn count(&mut self, ended: &[TaskId], broke: &[TaskId]) -> Result<Vec<CountedNode>, StoreError> {
        let query = sqlx::query(include_str!("../../queries/workflow/count.sql")).bind(uuids(ended)).bind(uuids(broke));
        let rows = query.fetch_all(&mut *self.0).await.map_err(refine)?;
        rows.iter().map(row::counted).collect()
    }

    async fn cancel_rest(&mut self, workflows: &[WorkflowId], now: Timestamp) -> Result<Vec<Change>, StoreError> {
        let workflows: Vec<_> = workflows.iter().map(|id| id.as_uuid()).collect();
        let query = sqlx::query(include_str!("../../queries/workflow/cancel_rest.sql")).bind(workflows).bind(now);
        changes(&query.fetch_all(&mut *self.0).await.map_err(refine)?, now)
    }

    async fn cancel_blocked(&mut self, tasks: &[TaskId], now: Timestamp) -> Result<Vec<Change>, StoreError> {
        let query = sqlx::query(include_str!("../../queries/workflow/cancel_blocked.sql")).bind(uuids(tasks)).bind(now);
        changes(&query.fetch_all(&mut *self.0).await.map_err(refine)?, now)
    }

    async fn templates(&mut self, tasks: &[TaskId]) -> Result<Templates, StoreError> {
        let query = sqlx::query(include_str!("../../queries/workflow/templates.sql")).bind(uuids(tasks));
        let rows = query.fetch_all(&mut *self.0).await.map_err(refine)?;
        let template = |row: &PgRow| {
            let args = raw(row, "args")?.unwrap_or_else(RawJson::empty_array);
            let kwargs = raw(row, "kwargs")?.unwrap_or_else(RawJson::empty_object);
            Ok((TaskId::from(get::<Uuid>(row, "task_id")?), (args, kwargs)))
        };
        rows.iter().map(template).collect()
    }

    async fn results(&mut self, tasks: &[TaskId], keys: &[NodeKey]) -> Result<BTreeMap<TaskId, NodeResults>, StoreError> {
        let keys: Vec<&str> = keys.iter().map(NodeKey::as_str).collect();
        let query = sqlx::query(include_str!("../../queries/workflow/results.sql")).bind(uuids(tasks)).bind(keys);
        let rows = query.fetch_all(&mut *self.0).await.map_err(refine)?;
        let mut results: BTreeMap<TaskId, NodeResults> = BTreeMap::new();
        for row in &rows {
            let of = TaskId::from(get::<Uuid>(row, "to_task")?);
            results.entry(of).or_default().insert(parse(row, "key")?, raw(row, "result")?);
        }
        Ok(results)
    }

    async fn release(
        &mut self,
        tasks: &[(TaskId, Option<(RawJson, RawJson)>)],
        now: Timestamp,
    ) -> Result<Vec<Change>, StoreError> {
        let ids: Vec<_> = tasks.iter().map(|(task, _)| task.as_uuid()).collect();
        let text = |json: Option<&'_ RawJson>| json.map(|json| json.as_str().to_owned());
        let args: Vec<_> = tasks.iter().map(|(_, filled)| text(filled.as_ref().map(|(args, _)| args))).collect();
        let kwargs: Vec<_> = tasks.iter().map(|(_, filled)| text(filled.as_ref().map(|(_, kwargs)| kwargs))).collect();
        let args: Vec<_> = args.iter().map(|text| text.as_deref().map(JsonText)).collect();
        let kwargs: Vec<_> = kwargs.iter().map(|text| text.as_deref().map(JsonText)).collect();
        let query = sqlx::query(include_str!("../../queries/workflow/release.sql")).bind(ids).bind(args).bind(kwargs).bind(now);
        changes(&query.fetch_all(&mut *self.0).await.map_err(refine)?, now)
    }

    async fn fail(&mut self, tasks: &[(TaskId, TaskFailure)], now: Timestamp) -> Result<Vec<Change>, StoreError> {
        let ids: Vec<_> = tasks.iter().map(|(task, _)| task.as_uuid()).collect();
        let errors = tasks.iter().map(|(_, failure)| encode(failure)).collect::<Result<Vec<_>, _>>()?;
        let errors: Vec<_> = errors.iter().map(|text| JsonText(text)).collect();
        let patterns: Vec<_> = tasks.iter().map(|(_, failure)| Fingerprint::pattern(failure)).collect();
        let query = sqlx::query(include_str!("../../queries/workflow/fail.sql"));
        let query = query.bind(ids).bind(errors).bind(patterns).bind(now);
        changes(&query.fetch_all(&mut *self.0).await.map_err(refine)?, now)
    }

    async fn note(&mut self, tasks: &[TaskId], at: Timestamp) -> Result<(), StoreError> {
        let query = sqlx::query(include_str!("../../queries/outbox/add.sql")).bind(at).bind(uuids(tasks));
        query.execute(&mut *self.0).await.map_err(refine)?;
        Ok(())
    }

    async fn reopen(&mut self, tasks: &[TaskId]) -> Result<(), StoreError> {
        let query = sqlx::query(include_str!("../../queries/workflow/reopen.sql")).bind(uuids(tasks));
        query.execute(&mut *self.0).await.map_err(refine)?;
        Ok(())
    }

    async fn recount(&mut self, workflows: &[WorkflowId]) -> Result<Vec<CountedNode>, StoreError> {
        let workflows: Vec<_> = workflows.iter().map(|id| id.as_uuid()).collect();
        let query = sqlx::query(include_str!("../../queries/workflow/recount.sql")).bind(workflows);
        let rows = query.fetch_all(&mut *self.0).await.map_err(refine)?;
        rows.iter().map(row::counted).collect()
    }

    async fn tally(&mut self, workflows: &[WorkflowId], now: Timestamp) -> Result<(), StoreError> {
        let workflows: Vec<_> = workflows.iter().map(|id| id.as_uuid()).collect();
        let query = sqlx::query(include_str!("../../queries/workflow/tally.sql")).bind(workflows).bind(now);
        query.execute(&mut *self.0).await.map_err(refine)?;
        Ok(())
    }
}

/// Workflows that a statement locked.
pub fn locked(rows: &[PgRow]) -> Result<Locked, StoreError> {
    rows.iter().map(|row| Ok((WorkflowId::from(get::<Uuid>(row, "id")?), parse(row, "policy")?))).collect()
}

/// What a statement that returns `id, name, queue, attempt, state` did; a running task was asked to stop.
pub fn changes(rows: &[PgRow], at: Timestamp) -> Result<Vec<Change>, StoreError> {
    let change = |row| {
        let kind = match parse(row, "state")? {
            ruche_domain::TaskState::Running => ChangeKind::CancelRequested,
            state => ChangeKind::State(state),
        };
        Ok(Change {
            id: id(row)?,
            name: parse(row, "name")?,
            queue: parse(row, "queue")?,
            attempt: count(row, "attempt")?,
            at,
            kind,
        })
    };
    rows.iter().map(change).collect()
}

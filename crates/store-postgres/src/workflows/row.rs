//! Between rows and what the store tells of workflows.

use std::str::FromStr;

use ruche_domain::{NodeKey, TaskFailure, WorkflowId};
use ruche_store::{CountedNode, NodeView, SettledNode, StoreError, WorkflowSummary};
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::{
    error::corrupt,
    row::{count, decode, get, parse, parse_optional},
};

pub fn summary(row: &PgRow) -> Result<WorkflowSummary, StoreError> {
    Ok(WorkflowSummary {
        id: WorkflowId::from(get::<Uuid>(row, "id")?),
        name: get(row, "name")?,
        policy: parse(row, "policy")?,
        created_at: get(row, "created_at")?,
        finished_at: get(row, "finished_at")?,
        nodes: count(row, "nodes")?,
        open: count(row, "open")?,
        failed: count(row, "failed")?,
        cancelled: count(row, "cancelled")?,
    })
}

pub fn node(row: &PgRow) -> Result<NodeView, StoreError> {
    let depends_on: Vec<String> = get(row, "depends_on")?;
    let depends_on = depends_on.iter().map(|key| NodeKey::from_str(key)).collect::<Result<_, _>>();
    Ok(NodeView {
        key: parse(row, "key")?,
        task: get::<Uuid>(row, "task_id")?.into(),
        name: parse_optional(row, "name")?,
        on_failure: parse(row, "on_failure")?,
        depends_on: depends_on.map_err(|error| corrupt("workflow_nodes", "key", error))?,
        state: parse(row, "state")?,
        attempt: count(row, "attempt")?,
        queued_at: get(row, "queued_at")?,
        started_at: get(row, "started_at")?,
        finished_at: get(row, "finished_at")?,
        failure: decode::<TaskFailure>(row, "error")?,
    })
}

pub fn settled(row: &PgRow) -> Result<SettledNode, StoreError> {
    Ok(SettledNode {
        workflow: WorkflowId::from(get::<Uuid>(row, "workflow_id")?),
        task: get::<Uuid>(row, "task_id")?.into(),
        on_failure: parse(row, "on_failure")?,
        ended: parse(row, "ended")?,
    })
}

pub fn counted(row: &PgRow) -> Result<CountedNode, StoreError> {
    Ok(CountedNode { task: get::<Uuid>(row, "task_id")?.into(), pending: count(row, "pending")?, broken: count(row, "broken")? })
}

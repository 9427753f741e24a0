//! Between rows and what the store tells of workflows.

use ruche_domain::{TaskFailure, WorkflowId};
use ruche_store::{CountedNode, NodeView, SettledNode, StoreError, WorkflowSummary};
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::row::Record;

pub fn summary(row: &SqliteRow) -> Result<WorkflowSummary, StoreError> {
    let record = Record::new("workflows", row);
    Ok(WorkflowSummary {
        id: WorkflowId::from(record.get::<Uuid>("id")?),
        name: record.get("name")?,
        policy: record.parsed("policy")?,
        created_at: record.time("created_at")?,
        finished_at: record.optional_time("finished_at")?,
        nodes: record.get("nodes")?,
        open: record.get("open")?,
        failed: record.get("failed")?,
        cancelled: record.get("cancelled")?,
    })
}

/// A node; what it depends on is told elsewhere.
pub fn node(row: &SqliteRow) -> Result<NodeView, StoreError> {
    let record = Record::new("workflow_nodes", row);
    Ok(NodeView {
        key: record.parsed("key")?,
        task: record.id("task_id")?,
        name: match record.get::<Option<&str>>("name")? {
            Some(_) => Some(record.parsed("name")?),
            None => None,
        },
        on_failure: record.parsed("on_failure")?,
        depends_on: Vec::new(),
        state: record.parsed("state")?,
        attempt: record.get("attempt")?,
        queued_at: record.optional_time("queued_at")?,
        started_at: record.optional_time("started_at")?,
        finished_at: record.optional_time("finished_at")?,
        failure: record.optional_json::<TaskFailure>("error")?,
    })
}

pub fn settled(row: &SqliteRow) -> Result<SettledNode, StoreError> {
    let record = Record::new("workflow_nodes", row);
    Ok(SettledNode {
        workflow: WorkflowId::from(record.get::<Uuid>("workflow_id")?),
        task: record.id("task_id")?,
        on_failure: record.parsed("on_failure")?,
        ended: record.parsed("ended")?,
    })
}

pub fn counted(row: &SqliteRow) -> Result<CountedNode, StoreError> {
    let record = Record::new("workflow_nodes", row);
    Ok(CountedNode { task: record.id("task_id")?, pending: record.get("pending")?, broken: record.get("broken")? })
}

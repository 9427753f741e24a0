//! Workflows.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{EnqueueTask, Failure, TaskState};

/// What becomes of the rest when a node fails, is cancelled or expires.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Enum), oai(rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum FailurePolicy {
    /// Every node that has not started is cancelled; those that have may end.
    #[default]
    CancelRest,
    /// Only the nodes that depend on it, directly or not, are cancelled.
    ContinueOthers,
}

/// What becomes of a node's dependants when it does not succeed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Enum), oai(rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum OnFailure {
    /// They are cancelled, and the workflow fails.
    #[default]
    Fail,
    /// They run, with `null` as its result.
    Continue,
}

/// Where a workflow stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Enum), oai(rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum WorkflowState {
    /// A node has not ended.
    Running,
    /// All have ended, and none that may not fail did.
    Succeeded,
    /// All have ended, and one that may not fail failed or expired.
    Failed,
    /// All have ended, and some were cancelled, with none that failed.
    Cancelled,
}

/// A node of a new workflow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct CreateNode {
    /// What it is called within the workflow.
    #[cfg_attr(feature = "openapi", oai(validator(min_length = 1, max_length = 100, pattern = "^[A-Za-z0-9._:-]{1,100}$")))]
    pub key: String,
    /// Its task. Anywhere in its arguments `{"$result": "<key>"}` stands for the result of a node it depends on, and
    /// `{"$result": "<key>", "pointer": "/url"}` for a part of it (JSON pointer, RFC 6901); arguments with such placeholders are
    /// checked when the task runs. `countdown_ms` counts from now.
    pub task: EnqueueTask,
    /// Keys of the nodes it waits for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(max_items = 1_000)))]
    pub depends_on: Option<Vec<String>>,
    /// What becomes of its dependants when it does not succeed; `fail` if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_failure: Option<OnFailure>,
}

/// Tasks that wait for each other, accepted together or not at all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct CreateWorkflow {
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(min_length = 1, max_length = 200)))]
    pub name: Option<String>,
    /// Its nodes, 1 to 1,000, with at most 10,000 dependencies and no cycle.
    #[cfg_attr(feature = "openapi", oai(validator(min_items = 1, max_items = 1_000)))]
    pub nodes: Vec<CreateNode>,
    /// What becomes of the rest when a node does not succeed; `cancel_rest` if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure_policy: Option<FailurePolicy>,
}

impl CreateWorkflow {
    /// Longest name, in characters.
    pub const MAX_NAME: usize = 200;
}

/// A workflow in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct WorkflowSummary {
    /// Its id.
    pub id: Uuid,
    /// What people call it.
    pub name: Option<String>,
    /// Where it stands.
    pub state: WorkflowState,
    /// What becomes of the rest when a node does not succeed.
    pub failure_policy: FailurePolicy,
    /// When it was accepted.
    pub created_at: DateTime<Utc>,
    /// When its last node ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// How many nodes it has.
    pub node_count: u32,
    /// Nodes that have not ended.
    pub open: u32,
}

/// A node as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct WorkflowNode {
    /// What it is called within the workflow.
    pub key: String,
    /// Its task.
    pub task_id: Uuid,
    /// Name of the registered task; none once the task is pruned.
    pub task: Option<String>,
    /// Keys of the nodes it waits for: the edges of the graph.
    pub depends_on: Vec<String>,
    /// What becomes of its dependants when it does not succeed.
    pub on_failure: OnFailure,
    /// Where its task stands.
    pub state: TaskState,
    /// Current or last attempt; 0 before the first.
    pub attempt: u32,
    /// When its task last became runnable.
    pub queued_at: Option<DateTime<Utc>>,
    /// When the current or last attempt began.
    pub started_at: Option<DateTime<Utc>>,
    /// When its task ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// Why the last attempt failed.
    pub failure: Option<Failure>,
}

/// A workflow with its graph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct Workflow {
    /// Its id.
    pub id: Uuid,
    /// What people call it.
    pub name: Option<String>,
    /// Where it stands.
    pub state: WorkflowState,
    /// What becomes of the rest when a node does not succeed.
    pub failure_policy: FailurePolicy,
    /// When it was accepted.
    pub created_at: DateTime<Utc>,
    /// When its last node ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// Its nodes, in the order they were given.
    pub nodes: Vec<WorkflowNode>,
}

/// A page of workflows, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct WorkflowPage {
    /// The workflows.
    pub data: Vec<WorkflowSummary>,
    /// Where the next page begins, if there is one.
    pub next_cursor: Option<String>,
    /// Whether there is a next page.
    pub has_more: bool,
}

//! Workflows.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    EnqueueTask, Failure, TaskState,
    object::{object, objects, optional_object, optional_objects},
};

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
    /// checked when the task runs. `countdown_ms` counts from now. `unique` is refused: a node is a task of its own.
    #[serde(deserialize_with = "object")]
    pub task: EnqueueTask,
    /// Keys of the nodes it waits for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(max_items = 1_000)))]
    pub depends_on: Option<Vec<String>>,
    /// What becomes of its dependants when it does not succeed; `fail` if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_failure: Option<OnFailure>,
}

/// A step of a chain, a group or a chord: a task, or one of these again, at most 10 deep. Exactly one of `task`, `chain`, `group` and
/// `chord` is given.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct WorkflowStep {
    /// What the task is called within the workflow; its place if left out, counted from 1: `2`, `2.1`, `header.3`, `body`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(min_length = 1, max_length = 100, pattern = "^[A-Za-z0-9._:-]{1,100}$")))]
    pub key: Option<String>,
    /// What becomes of the task's dependants when it does not succeed; `fail` if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_failure: Option<OnFailure>,
    /// A task, as a node has it. Placeholders in its arguments name tasks it comes right after.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "optional_object")]
    pub task: Option<EnqueueTask>,
    /// Steps one after the other.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "optional_objects")]
    #[cfg_attr(feature = "openapi", oai(validator(min_items = 1, max_items = 1_000)))]
    pub chain: Option<Vec<Self>>,
    /// Steps at the same time.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "optional_objects")]
    #[cfg_attr(feature = "openapi", oai(validator(min_items = 1, max_items = 1_000)))]
    pub group: Option<Vec<Self>>,
    /// Steps at the same time, then one that waits for all of them.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "optional_object")]
    pub chord: Option<Chord>,
}

/// Steps at the same time, then one that waits for all of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct Chord {
    /// Steps at the same time.
    #[serde(deserialize_with = "objects")]
    #[cfg_attr(feature = "openapi", oai(validator(min_items = 1, max_items = 1_000)))]
    pub header: Vec<WorkflowStep>,
    /// What waits for all of them.
    #[serde(deserialize_with = "object")]
    pub body: Box<WorkflowStep>,
}

/// Tasks that wait for each other, accepted together or not at all. Exactly one of `nodes`, `chain`, `group` and `chord` is given.
/// A workflow has 1 to 1,000 nodes, with at most 10,000 dependencies and no cycle.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct CreateWorkflow {
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(min_length = 1, max_length = 200)))]
    pub name: Option<String>,
    /// The graph: any without cycles.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "optional_objects")]
    #[cfg_attr(feature = "openapi", oai(validator(min_items = 1, max_items = 1_000)))]
    pub nodes: Option<Vec<CreateNode>>,
    /// Steps one after the other.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "optional_objects")]
    #[cfg_attr(feature = "openapi", oai(validator(min_items = 1, max_items = 1_000)))]
    pub chain: Option<Vec<WorkflowStep>>,
    /// Steps at the same time.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "optional_objects")]
    #[cfg_attr(feature = "openapi", oai(validator(min_items = 1, max_items = 1_000)))]
    pub group: Option<Vec<WorkflowStep>>,
    /// Steps at the same time, then one that waits for all of them.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "optional_object")]
    pub chord: Option<Chord>,
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

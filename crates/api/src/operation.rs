//! Changes of many tasks at once.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    StateCount, TaskState,
    object::{object, optional_object},
};

/// What is done to each task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Enum), oai(rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum OperationAction {
    /// Cancels tasks that wait, asks those that run to stop.
    Cancel,
    /// Queues tasks that have ended, or wait for their next attempt, once more.
    Retry,
    /// Deletes tasks that have ended, with their attempts and logs.
    Delete,
    /// Moves tasks that wait to another queue.
    Move,
    /// Changes the priority of tasks that wait.
    SetPriority,
}

/// Where an operation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Enum), oai(rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum OperationState {
    /// No task was looked at yet.
    Pending,
    /// Some tasks were looked at.
    Running,
    /// Every task that matched was looked at.
    Succeeded,
    /// Somebody stopped it; what was changed stays changed.
    Cancelled,
    /// The database refused a part of it; what was changed stays changed.
    Failed,
}

impl OperationState {
    /// Whether nothing happens any more.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Succeeded | Self::Cancelled | Self::Failed)
    }
}

impl From<ruche_domain::OperationState> for OperationState {
    fn from(state: ruche_domain::OperationState) -> Self {
        use ruche_domain::OperationState as From;
        match state {
            From::Pending => Self::Pending,
            From::Running => Self::Running,
            From::Succeeded => Self::Succeeded,
            From::Cancelled => Self::Cancelled,
            From::Failed => Self::Failed,
        }
    }
}

/// Which tasks; conditions are combined by "and", and at least one is needed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct OperationFilter {
    /// In this state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<TaskState>,
    /// Of this task name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(min_length = 1, max_length = 200, pattern = "^[A-Za-z0-9._:/-]{1,200}$")))]
    pub task: Option<String>,
    /// In this queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(min_length = 1, max_length = 100, pattern = "^[A-Za-z0-9._:-]{1,100}$")))]
    pub queue: Option<String>,
    /// Run last by this worker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(min_length = 1, max_length = 255, pattern = "^[A-Za-z0-9._:@-]{1,255}$")))]
    pub worker: Option<String>,
    /// Accepted at or after this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_from: Option<DateTime<Utc>>,
    /// Accepted before this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_before: Option<DateTime<Utc>>,
    /// Failed, with this fingerprint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(min_length = 16, max_length = 16, pattern = "^[0-9a-f]{16}$")))]
    pub fingerprint: Option<String>,
}

/// What an action needs to know.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct OperationParameters {
    /// Of `move`: where to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(min_length = 1, max_length = 100, pattern = "^[A-Za-z0-9._:-]{1,100}$")))]
    pub queue: Option<String>,
    /// Of `set_priority`: the new one, 9 most urgent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(maximum(value = "9"))))]
    pub priority: Option<u8>,
}

/// A change of many tasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct NewOperation {
    /// What is done.
    pub action: OperationAction,
    /// To which tasks.
    #[serde(deserialize_with = "object")]
    pub filter: OperationFilter,
    /// What the action needs to know: `queue` of `move`, `priority` of `set_priority`, nothing of the others.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "optional_object")]
    pub parameters: Option<OperationParameters>,
    /// Only count what would be changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
}

/// What an operation would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct OperationPreview {
    /// What would be done.
    pub action: OperationAction,
    /// Tasks that would be changed, in all.
    pub count: u64,
    /// Whether counting stopped somewhere: the count then means "at least".
    pub at_least: bool,
    /// The same by state; states without such tasks are left out.
    pub states: Vec<StateCount>,
}

/// Why a task that matched was not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Enum), oai(rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    /// It moved on to a state in which the action changes nothing.
    MovedOn,
    /// It is as the action would make it.
    AlreadySo,
    /// It was deleted.
    Gone,
    /// It is a node of a workflow that may not run before what it depends on, or that its workflow still needs.
    InWorkflow,
}

impl From<ruche_domain::SkipReason> for SkipReason {
    fn from(reason: ruche_domain::SkipReason) -> Self {
        use ruche_domain::SkipReason as From;
        match reason {
            From::MovedOn => Self::MovedOn,
            From::AlreadySo => Self::AlreadySo,
            From::Gone => Self::Gone,
            From::InWorkflow => Self::InWorkflow,
        }
    }
}

/// A task that matched and was not changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct SkippedTask {
    /// The task.
    pub id: Uuid,
    /// Why.
    pub reason: SkipReason,
}

/// A change of many tasks, as far as it has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct Operation {
    /// Id, a UUID that sorts by time.
    pub id: Uuid,
    /// What is done.
    pub action: OperationAction,
    /// To which tasks; of these, those accepted before the operation.
    pub filter: OperationFilter,
    /// What the action needs to know.
    pub parameters: OperationParameters,
    /// Where it stands.
    pub state: OperationState,
    /// Tasks looked at so far.
    pub matched: u64,
    /// Of these, tasks changed.
    pub changed: u64,
    /// Of these, tasks not changed.
    pub skipped: u64,
    /// The first of those not changed, at most 20.
    pub skipped_tasks: Vec<SkippedTask>,
    /// Why it failed.
    pub error: Option<String>,
    /// When it was accepted.
    pub created_at: DateTime<Utc>,
    /// When its first tasks were looked at.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

/// A page of operations, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct OperationList {
    /// The operations.
    pub data: Vec<Operation>,
    /// Pass it as `cursor` for the next page.
    pub next_cursor: Option<String>,
    /// Whether there is a next page.
    pub has_more: bool,
}

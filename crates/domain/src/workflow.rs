//! Workflows: tasks with dependencies between them.
//!
//! A node waits, `blocked`, until every node it depends on has ended. How a node ends then matters by two settings: one whose
//! end is no success *breaks* the workflow, unless its [`OnFailure`] says `continue`; what a break does to the rest is the
//! [`FailurePolicy`].

pub mod graph;
pub mod shape;
pub mod template;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{NodeKey, ParseIdError, TaskId, TaskState};

/// A workflow's id: a UUID of version 7, which sorts by the time of creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WorkflowId(Uuid);

impl WorkflowId {
    /// The UUID behind the id.
    #[must_use]
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl From<Uuid> for WorkflowId {
    fn from(uuid: Uuid) -> Self {
        Self(uuid)
    }
}

impl fmt::Display for WorkflowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl FromStr for WorkflowId {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        text.parse::<TaskId>().map(|id| Self(id.as_uuid()))
    }
}

/// The node a task is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberOf {
    /// The workflow.
    pub id: WorkflowId,
    /// The node.
    pub key: NodeKey,
}

/// What becomes of the rest when a node breaks the workflow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailurePolicy {
    /// Every node that has not started is cancelled; those that have may end.
    #[default]
    CancelRest,
    /// Only the nodes that depend on it, directly or not, are cancelled.
    ContinueOthers,
}

/// What becomes of a node's dependants when it does not succeed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnFailure {
    /// It breaks the workflow: its dependants are cancelled.
    #[default]
    Fail,
    /// Its dependants run, with `null` as its result.
    Continue,
}

/// Where a workflow stands; derived from its nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkflowState {
    /// A node has not ended.
    Running,
    /// All have ended, none broke the workflow.
    Succeeded,
    /// All have ended, and one that failed or expired broke the workflow.
    Failed,
    /// All have ended, and the only ones that broke the workflow were cancelled.
    Cancelled,
}

impl WorkflowState {
    /// Of so many nodes that have not ended, that broke the workflow by failing, and by being cancelled.
    #[must_use]
    pub const fn of(open: u32, failed: u32, cancelled: u32) -> Self {
        match (open, failed, cancelled) {
            (0, 0, 0) => Self::Succeeded,
            (0, 0, _) => Self::Cancelled,
            (0, _, _) => Self::Failed,
            _ => Self::Running,
        }
    }
}

impl OnFailure {
    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Continue => "continue",
        }
    }

    /// Whether a node that ended like this breaks its workflow.
    #[must_use]
    pub fn breaks(self, ended: TaskState) -> bool {
        self == Self::Fail && ended != TaskState::Succeeded
    }
}

impl FailurePolicy {
    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CancelRest => "cancel_rest",
            Self::ContinueOthers => "continue_others",
        }
    }
}

/// The word names nothing of a workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a word of workflows")]
pub struct UnknownWorkflowWord;

impl FromStr for OnFailure {
    type Err = UnknownWorkflowWord;

    fn from_str(word: &str) -> Result<Self, UnknownWorkflowWord> {
        [Self::Fail, Self::Continue].into_iter().find(|it| it.as_str() == word).ok_or(UnknownWorkflowWord)
    }
}

impl FromStr for FailurePolicy {
    type Err = UnknownWorkflowWord;

    fn from_str(word: &str) -> Result<Self, UnknownWorkflowWord> {
        [Self::CancelRest, Self::ContinueOthers].into_iter().find(|it| it.as_str() == word).ok_or(UnknownWorkflowWord)
    }
}

//! What subscribers are told after a commit.

use std::collections::BTreeMap;

use crate::{QueueName, TaskId, TaskName, TaskState, Timestamp};

/// What happened to one task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeKind {
    /// It entered this state.
    State(TaskState),
    /// It runs, and somebody asked that it stop.
    CancelRequested,
    /// It reported progress.
    Progress,
    /// It wrote log lines.
    Log,
}

/// One task's change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The task.
    pub id: TaskId,
    /// Its name.
    pub name: TaskName,
    /// Its queue.
    pub queue: QueueName,
    /// Attempt the change belongs to; 0 before the first.
    pub attempt: u32,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub kind: ChangeKind,
}

/// A notice of committed changes. Notices are a convenience and may be lost: whoever must not miss a change looks at the
/// database as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changes {
    /// Each change by itself.
    Each(Vec<Change>),
    /// So many at once that only their numbers are told: tasks that entered a state, by state.
    Summary(BTreeMap<TaskState, u64>),
    /// A task definition was stored, or a queue or worker changed.
    Registry,
    /// Tasks that waited for others are queued, and nobody has published them yet: the relay is to look now.
    Released,
    /// Notices were lost (a reconnect, a slow subscriber): look at everything afresh.
    Lost,
}

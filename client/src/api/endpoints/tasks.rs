//! Tasks.

use ruche_api::{AttemptList, EnqueueTask, LogPage, RetryTask, Task, TaskPage, TaskState};
use uuid::Uuid;

use super::{super::Ask, PAGE};
use crate::browser::clock::Moment;

/// Which tasks of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskFilter {
    pub state: Option<TaskState>,
    pub task: Option<String>,
    pub queue: Option<String>,
    pub worker: Option<String>,
    pub created_from: Option<Moment>,
    pub created_before: Option<Moment>,
    pub fingerprint: Option<String>,
}

/// The word of a state, as the API has it.
pub fn state_word(state: TaskState) -> &'static str {
    ruche_domain::TaskState::from(state).as_str()
}

/// The state of a word.
pub fn state_of(word: &str) -> Option<TaskState> {
    serde_json::from_value(word.into()).ok()
}

pub fn list(filter: &TaskFilter, limit: u32, cursor: Option<&str>) -> Ask<TaskPage> {
    let TaskFilter { state, task, queue, worker, created_from, created_before, fingerprint } = filter;
    Ask::get(&["tasks"])
        .query("state", state.map(state_word))
        .query("task", task.as_deref())
        .query("queue", queue.as_deref())
        .query("worker", worker.as_deref())
        .query("created_from", created_from.map(crate::i18n::moment::machine))
        .query("created_before", created_before.map(crate::i18n::moment::machine))
        .query("fingerprint", fingerprint.as_deref())
        .query("limit", Some(limit))
        .query("cursor", cursor)
}

/// The first page.
pub fn newest(filter: &TaskFilter) -> Ask<TaskPage> {
    list(filter, PAGE, None)
}

pub fn get(id: Uuid) -> Ask<Task> {
    Ask::get(&["tasks", &id.to_string()])
}

pub fn attempts(id: Uuid) -> Ask<AttemptList> {
    Ask::get(&["tasks", &id.to_string(), "attempts"])
}

pub fn logs(id: Uuid, after: Option<i64>, limit: u32) -> Ask<LogPage> {
    Ask::get(&["tasks", &id.to_string(), "logs"]).query("after", after).query("limit", Some(limit))
}

pub fn enqueue(task: &EnqueueTask) -> Ask<Task> {
    Ask::post_json(&["tasks"], task)
}

pub fn cancel(id: Uuid) -> Ask<Task> {
    Ask::post(&["tasks", &id.to_string(), "cancel"])
}

pub fn retry(id: Uuid, changes: &RetryTask) -> Ask<Task> {
    Ask::post_json(&["tasks", &id.to_string(), "retry"], changes)
}

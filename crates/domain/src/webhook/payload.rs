//! What a receiver is told.

use serde::{Deserialize, Serialize};

use crate::{RawJson, TaskFailure, TaskId, Timestamp, WebhookName};

use super::EventKind;

/// Longest part of a task's payload that is told, in bytes of JSON; a longer one is named in `omitted`.
pub const MAX_INCLUDED: usize = 65_536;

/// Longest failure message that is told, in bytes.
const MAX_MESSAGE: usize = 1_024;

/// What was copied of a task when the event happened: the JSON text that both databases write. Times are microseconds since 1970,
/// JSON documents are texts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// The task's name.
    pub name: String,
    /// Its queue.
    pub queue: String,
    /// Its attempt.
    pub attempt: u32,
    /// Attempts it may have.
    pub max_attempts: u32,
    /// When it was accepted.
    pub created_at: i64,
    /// When the attempt began.
    pub started_at: Option<i64>,
    /// When it ended.
    pub finished_at: Option<i64>,
    /// When it is tried again.
    pub due_at: Option<i64>,
    /// Its failure.
    pub error: Option<String>,
    /// Its positional arguments, if asked for.
    pub args: Option<Kept>,
    /// Its keyword arguments, if asked for.
    pub kwargs: Option<Kept>,
    /// Its result, if asked for.
    pub result: Option<Kept>,
}

/// A part of the payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Kept {
    /// As it was.
    Text(String),
    /// Longer than [`MAX_INCLUDED`] (the number says nothing).
    TooLarge(u8),
}

/// An event for one subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// When.
    pub occurred_at: Timestamp,
    /// For which subscription.
    pub webhook: WebhookName,
    /// To which task.
    pub task: Option<TaskId>,
    /// What was copied of it.
    pub facts: Facts,
}

#[derive(Serialize)]
struct Body<'a, D> {
    r#type: &'a str,
    timestamp: Timestamp,
    data: D,
}

#[derive(Serialize)]
struct TestData<'a> {
    webhook: &'a str,
}

#[derive(Serialize)]
struct TaskData<'a> {
    id: TaskId,
    name: &'a str,
    queue: &'a str,
    state: &'a str,
    attempt: u32,
    max_attempts: u32,
    created_at: Option<Timestamp>,
    started_at: Option<Timestamp>,
    finished_at: Option<Timestamp>,
    /// When it is tried again.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_attempt_at: Option<Timestamp>,
    error: Option<ErrorData>,
    #[serde(skip_serializing_if = "Option::is_none")]
    args: Option<RawJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kwargs: Option<RawJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<RawJson>,
    /// What was asked for and is too long.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    omitted: Vec<&'static str>,
}

#[derive(Serialize)]
struct ErrorData {
    kind: String,
    message: String,
}

impl Event {
    /// The request's body: `type`, `timestamp`, `data`, as the Standard Webhooks specification has it. The same at every try.
    #[must_use]
    pub fn body(&self) -> String {
        let (kind, at) = (self.kind.as_str(), self.occurred_at);
        let text = match (self.task, self.kind.state()) {
            (Some(task), Some(state)) => {
                let data = self.facts.told(task, state.as_str());
                serde_json::to_string(&Body { r#type: kind, timestamp: at, data })
            }
            _ => serde_json::to_string(&Body { r#type: kind, timestamp: at, data: TestData { webhook: self.webhook.as_str() } }),
        };
        text.expect("texts, numbers and JSON documents have a JSON form")
    }
}

impl Facts {
    fn told<'a>(&'a self, id: TaskId, state: &'a str) -> TaskData<'a> {
        let mut omitted = Vec::new();
        let mut part = |word, kept: &Option<Kept>| match kept {
            Some(Kept::Text(text)) => RawJson::parse(text).ok(),
            Some(Kept::TooLarge(_)) => {
                omitted.push(word);
                None
            }
            None => None,
        };
        let (args, kwargs, result) = (part("args", &self.args), part("kwargs", &self.kwargs), part("result", &self.result));
        TaskData {
            id,
            name: &self.name,
            queue: &self.queue,
            state,
            attempt: self.attempt,
            max_attempts: self.max_attempts,
            created_at: time(Some(self.created_at)),
            started_at: time(self.started_at),
            finished_at: time(self.finished_at),
            next_attempt_at: time(self.due_at),
            error: self.error.as_deref().and_then(error),
            args,
            kwargs,
            result,
            omitted,
        }
    }
}

fn time(micros: Option<i64>) -> Option<Timestamp> {
    micros.and_then(Timestamp::from_timestamp_micros)
}

fn error(text: &str) -> Option<ErrorData> {
    let TaskFailure { kind, mut message, .. } = serde_json::from_str(text).ok()?;
    message.truncate(message.floor_char_boundary(MAX_MESSAGE));
    Some(ErrorData { kind, message })
}

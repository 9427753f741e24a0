//! What is registered under a task name.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Priority, QueueName, RawJson, RetryPolicy, TaskName};

/// A task definition: what the API, the Swagger page, the form and the command line know of a task name. Workers store it at
/// start; servers read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskDefinition {
    /// The name tasks are enqueued under.
    pub name: TaskName,
    /// First line a summary, the rest a description; Markdown.
    pub description: String,
    /// JSON Schema of the keyword arguments: an object schema, with examples.
    pub arguments: RawJson,
    /// JSON Schema of the result.
    pub result: RawJson,
    /// Queue of tasks that name none.
    pub queue: QueueName,
    /// Priority of tasks that name none.
    pub priority: Priority,
    /// How failed attempts are retried.
    pub retry: RetryPolicy,
    /// Longest time one attempt may run.
    #[serde(rename = "timeout_ms", with = "crate::options::millis")]
    pub timeout: Option<Duration>,
}

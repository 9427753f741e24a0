//! What a task looks like to its author.

use std::time::Duration;

use ruche_domain::{Priority, QueueName, RetryPolicy};
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

use crate::{TaskContext, TaskError};

/// A task: a struct of keyword arguments and what to do with them.
///
/// The struct's doc comment becomes the description, its fields' doc comments the arguments' descriptions: in the API's typed
/// endpoint, the Swagger page, the form and `ruche enqueue NAME --help`.
///
/// ```
/// use ruche_worker::{Task, TaskContext, TaskError};
/// use schemars::JsonSchema;
/// use serde::Deserialize;
///
/// /// Adds two numbers.
/// #[derive(Debug, Deserialize, JsonSchema)]
/// #[serde(deny_unknown_fields)]
/// pub struct Add {
///     /// The first number.
///     a: i64,
///     /// The second number.
///     b: i64,
/// }
///
/// impl Task for Add {
///     const NAME: &'static str = "math.add";
///     type Output = i64;
///
///     async fn run(self, _context: &TaskContext) -> Result<i64, TaskError> {
///         self.a.checked_add(self.b).ok_or_else(|| TaskError::fail("the sum is too large"))
///     }
/// }
/// ```
pub trait Task: DeserializeOwned + JsonSchema + Send + 'static {
    /// The name it is enqueued under, e.g. `http.request`.
    const NAME: &'static str;

    /// What it returns.
    type Output: Serialize + JsonSchema + Send;

    /// What applies when the enqueuer says nothing.
    #[must_use]
    fn defaults() -> TaskDefaults {
        TaskDefaults::default()
    }

    /// Runs one attempt. Stops soon after [`TaskContext::cancelled`]; the future is dropped if it does not.
    fn run(self, context: &TaskContext) -> impl Future<Output = Result<Self::Output, TaskError>> + Send;
}

/// Options of a task name, for tasks that do not bring their own.
#[derive(Debug, Clone)]
pub struct TaskDefaults {
    /// Queue.
    pub queue: QueueName,
    /// Priority.
    pub priority: Priority,
    /// Retries.
    pub retry: RetryPolicy,
    /// Longest time one attempt may run.
    pub timeout: Option<Duration>,
}

impl Default for TaskDefaults {
    /// The default queue, priority 0, [`RetryPolicy::STANDARD`], 5 minutes.
    fn default() -> Self {
        Self {
            queue: QueueName::default_queue(),
            priority: Priority::default(),
            retry: RetryPolicy::STANDARD,
            timeout: Some(Duration::from_secs(300)),
        }
    }
}

//! Values, identifiers and rules of Ruche: no input or output, no async runtime, builds for wasm.
//!
//! What a task is and which states it may move through is decided here, once; the databases repeat
//! these rules as guards, the API and the client show them.

mod change;
mod clock;
mod definition;
mod id;
mod json;
pub mod limit;
mod name;
mod options;
mod task;
mod trace;

pub use change::{Change, ChangeKind, Changes};
pub use clock::{Clock, ManualClock, SystemClock, Timestamp};
pub use definition::TaskDefinition;
pub use id::{ParseIdError, TaskId};
pub use json::{InvalidJson, RawJson};
pub use name::{ConcurrencyKey, InvalidName, QueueName, TaskName, WorkerName};
pub use options::{CeleryContext, TaskOptions};
pub use task::attempt::{AttemptOutcome, LogLevel, LogLine, Progress, TaskFailure};
pub use task::retry::RetryPolicy;
pub use task::state::{TaskState, UnknownState};
pub use task::transition::{InvalidTransition, Lifecycle, Phase, RetryDecision};
pub use task::{NewTask, Priority};
pub use trace::{InvalidTraceParent, TraceContext};

//! Values, identifiers and rules of Ruche: no input or output, no async runtime, builds for wasm.
//!
//! What a task is and which states it may move through is decided here, once; the databases repeat
//! these rules as guards, the API and the client show them.

mod access;
pub mod artifact;
mod change;
mod clock;
mod definition;
mod fingerprint;
mod id;
mod json;
pub mod limit;
mod name;
mod operation;
mod options;
#[cfg(feature = "schedules")]
mod schedule;
mod task;
mod trace;
mod unique;
pub mod webhook;
mod workflow;

pub use access::{
    KeyId, ParseKeyIdError, SessionId,
    quota::{Quota, Used},
    role::{Role, UnknownRole},
    token::{TOKEN_LEN, Token, TokenKind},
};
pub use artifact::{
    ArtifactId, ArtifactState, ParseArtifactIdError,
    file_name::{FileName, InvalidFileName},
    media_type::{InvalidMediaType, MediaType},
};
pub use change::{Change, ChangeKind, Changes};
pub use clock::{Clock, ManualClock, SystemClock, Timestamp};
pub use definition::TaskDefinition;
pub use fingerprint::{Fingerprint, InvalidFingerprint};
pub use id::{ParseIdError, TaskId};
pub use json::{InvalidJson, RawJson};
pub use name::{ConcurrencyKey, InvalidName, KeyName, NodeKey, QueueName, ScheduleName, TaskName, WebhookName, WorkerName};
pub use operation::{
    OperationAction, OperationId, OperationState, ParseOperationIdError, SkipReason, SkippedTask, UnknownOperationState,
};
pub use options::{CeleryContext, ScheduledBy, TaskOptions};
#[cfg(feature = "schedules")]
pub use schedule::cron::CronRule;
#[cfg(feature = "schedules")]
pub use schedule::definition::{CatchUp, Overlap, ScheduleDefinition};
#[cfg(feature = "schedules")]
pub use schedule::plan::{Fate, Plan};
#[cfg(feature = "schedules")]
pub use schedule::rule::{EveryRule, InvalidRule, ScheduleRule};
#[cfg(feature = "schedules")]
pub use schedule::tick::{Skipped, Tick, TickKind, UnknownWord};
#[cfg(feature = "schedules")]
pub use schedule::{NeverTicks, Schedule};
pub use task::attempt::{AttemptOutcome, LogLevel, LogLine, Progress, TaskFailure};
pub use task::retry::RetryPolicy;
pub use task::state::{TaskState, UnknownState};
pub use task::transition::{InvalidTransition, Lifecycle, Phase, RetryDecision};
pub use task::{NewTask, Priority};
pub use trace::{InvalidTraceParent, TraceContext};
pub use unique::canonical::canonical_json;
pub use unique::{Amendment, Holder, UniqueDecision, UniqueKey, UniquePolicy, Uniqueness};
pub use workflow::graph::{InvalidGraph, MAX_EDGES, MAX_NODES, check_graph};
pub use workflow::shape::{InvalidShape, MAX_SHAPE_DEPTH, Planned, Shape, compile_shape};
pub use workflow::template::{InvalidPlaceholder, MAX_FILLED, NodeResults, Unfillable, fill, references};
pub use workflow::{FailurePolicy, MemberOf, OnFailure, UnknownWorkflowWord, WorkflowId, WorkflowState};

//! Wire types of the HTTP API, shared by the server and its clients; builds for wasm.
//!
//! With the feature `openapi` each type also describes itself to the server's OpenAPI document: its doc comments become the
//! descriptions, its bounds the schema's. Field names are the JSON names; durations carry their unit; times are RFC 3339 in UTC.
//! What a client reads may grow new fields, and enumerations new words.

mod access;
mod artifact;
mod attempt;
mod dead_letter;
mod definition;
mod enqueue;
mod event;
mod json;
mod limit;
mod log;
mod object;
mod operation;
mod page;
mod problem;
mod queue;
mod schedule;
mod stats;
mod task;
mod task_limit;
mod timeline;
mod unique;
mod waiting;
mod webhook;
mod worker;
mod workflow;

pub use access::{AuditEntry, AuditPage, CreateKey, CreatedKey, Credential, Key, KeyPage, Login, Role, Session};
pub use artifact::{Artifact, ArtifactPage};
pub use attempt::{Attempt, AttemptList};
pub use dead_letter::{DeadLetter, DeadLetterPage, RetryTask};
pub use definition::{Definition, DefinitionList};
pub use enqueue::{EnqueueBatch, EnqueueTask, EnqueuedBatch, Retry};
pub use event::{ResetEvent, SummaryEvent, TaskEvent};
pub use json::AnyJson;
pub use limit::{KeyLimits, KeyStrategy, QueueChange, QueueLimits, Rate};
pub use log::{LogLevel, LogLine, LogPage};
pub use operation::{
    NewOperation, Operation, OperationAction, OperationFilter, OperationList, OperationParameters, OperationPreview,
    OperationState, SkipReason, SkippedTask,
};
pub use page::Page;
pub use problem::{FieldError, Problem};
pub use queue::{BrokerDepth, LiveCounts, Queue, QueueList};
pub use schedule::{
    BackfillSchedule, CatchUp, ComingTick, CreateSchedule, FilledSchedule, FilledTick, Overlap, PreviewSchedule, ReplaceSchedule,
    Schedule, SchedulePage, SchedulePreview, ScheduleRule, ScheduleTick, Skipped, TickKind, TickPage,
};
pub use stats::{HistoryStep, OutboxStats, StateCount, Stats, StatsHistory, WorkerStats};
pub use task::{Failure, Progress, Task, TaskPage, TaskResult, TaskState, TaskSummary};
pub use task_limit::{TaskLimit, TaskLimitChange, TaskLimitList};
pub use timeline::{Timeline, TimelineEvent, TimelineKind};
pub use unique::{Unique, UniquePolicy};
pub use waiting::{HeldKey, HeldTasks, QueueWaiting, Waiting, WaitingReason};
pub use webhook::{
    CreateWebhook, ReplaceWebhook, ReplayWebhook, ReplayedWebhook, RotateWebhookSecret, Webhook, WebhookDelivery,
    WebhookDeliveryPage, WebhookDeliveryState, WebhookEvent, WebhookInclude, WebhookPage, WebhookPauseReason, WebhookWithSecret,
};
pub use worker::{Worker, WorkerList, WorkerStatus};
pub use workflow::{
    Chord, CreateNode, CreateWorkflow, FailurePolicy, OnFailure, Workflow, WorkflowNode, WorkflowPage, WorkflowState,
    WorkflowStep, WorkflowSummary,
};

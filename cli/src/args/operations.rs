//! `ruche operations`

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand, ValueEnum};
use ruche_domain::{Fingerprint, OperationId, QueueName, TaskName, TaskState, WorkerName};

use super::{OutputArgs, ServerArgs};

/// `ruche operations`
#[derive(Debug, Args)]
pub struct OperationsArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: OperationsAction,
}

/// What to do with operations.
#[derive(Debug, Subcommand)]
pub enum OperationsAction {
    /// List operations, newest first
    List(ListOperationsArgs),
    /// Show an operation
    Show(OneOperationArgs),
    /// Change every task that matches; shows what would be changed with --dry-run
    Run(RunArgs),
    /// Stop an operation; what was changed stays changed
    Cancel(OneOperationArgs),
}

/// `ruche operations list`
#[derive(Debug, Args)]
pub struct ListOperationsArgs {
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub limit: u32,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `ruche operations show`, `ruche operations cancel`
#[derive(Debug, Args)]
pub struct OneOperationArgs {
    /// The operation
    pub id: OperationId,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// What is done to each task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Verb {
    /// Cancel tasks that wait, ask those that run to stop
    Cancel,
    /// Queue tasks that have ended once more
    Retry,
    /// Delete tasks that have ended
    Delete,
    /// Move tasks that wait to another queue
    Move,
    /// Change the priority of tasks that wait
    SetPriority,
}

/// `ruche operations run`
#[derive(Debug, Args)]
#[command(mut_group("WhichArgs", |which| which.required(true).multiple(true)))]
pub struct RunArgs {
    /// What is done to each task
    pub verb: Verb,
    /// Of move: the queue to move to
    #[arg(long, value_name = "QUEUE", required_if_eq("verb", "move"))]
    pub to: Option<QueueName>,
    /// Of set-priority: 0 to 9, 9 most urgent
    #[arg(long, value_name = "0-9", required_if_eq("verb", "set-priority"), value_parser = clap::value_parser!(u8).range(0..=9))]
    pub priority: Option<u8>,
    /// Only count what would be changed
    #[arg(long)]
    pub dry_run: bool,
    /// Return at once instead of waiting for the end
    #[arg(long)]
    pub detach: bool,
    /// Makes it safe to repeat the command: the same key with the same request is the same operation
    #[arg(long, value_name = "KEY")]
    pub idempotency_key: Option<String>,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// Which tasks.
    #[command(flatten)]
    pub filter: WhichArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// Which tasks; conditions are combined by "and".
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Which tasks")]
pub struct WhichArgs {
    /// In this state: blocked, scheduled, queued, running, retrying, succeeded, failed, cancelled or expired
    #[arg(long)]
    pub state: Option<TaskState>,
    /// With this name
    #[arg(long)]
    pub name: Option<TaskName>,
    /// In this queue
    #[arg(long)]
    pub queue: Option<QueueName>,
    /// Run last by this worker
    #[arg(long)]
    pub worker: Option<WorkerName>,
    /// Accepted at or after this time, e.g. 2027-01-31T12:00:00Z
    #[arg(long, value_name = "TIME")]
    pub from: Option<DateTime<Utc>>,
    /// Accepted before this time
    #[arg(long, value_name = "TIME")]
    pub before: Option<DateTime<Utc>>,
    /// Failed, with this fingerprint; see ruche dead
    #[arg(long)]
    pub fingerprint: Option<Fingerprint>,
}

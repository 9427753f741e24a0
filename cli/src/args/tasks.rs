//! `ruche tasks`

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use ruche_domain::{Fingerprint, QueueName, TaskId, TaskName, TaskState, WorkerName};

use super::{OutputArgs, ServerArgs};

/// `ruche tasks`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct TasksArgs {
    /// What to do with one.
    #[command(subcommand)]
    pub action: Option<TaskAction>,
    /// Show this task instead of a list
    pub id: Option<TaskId>,
    /// Show the task's log too
    #[arg(long, requires = "id")]
    pub logs: bool,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// Which to list.
    #[command(flatten)]
    pub filter: FilterArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// What to do with one task.
#[derive(Debug, Subcommand)]
pub enum TaskAction {
    /// List tasks, newest first
    List(ListArgs),
    /// Cancel a task; one that runs is asked to stop
    Cancel(OneTaskArgs),
    /// Run a task that has ended once more
    Retry(OneTaskArgs),
}

/// `ruche tasks list`
#[derive(Debug, Args)]
pub struct ListArgs {
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// Which to list.
    #[command(flatten)]
    pub filter: FilterArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `ruche tasks cancel`, `ruche tasks retry`
#[derive(Debug, Args)]
pub struct OneTaskArgs {
    /// The task
    pub id: TaskId,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// Which tasks to list; conditions are combined by "and".
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Which tasks")]
pub struct FilterArgs {
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
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub limit: u32,
}

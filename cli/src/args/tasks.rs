//! `ruche tasks`

use clap::{Args, Subcommand};
use ruche_domain::TaskId;

use super::{OutputArgs, ServerArgs, operations::WhichArgs};

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

/// Which tasks to list.
#[derive(Debug, Clone, Default, Args)]
pub struct FilterArgs {
    /// Those.
    #[command(flatten)]
    pub which: WhichArgs,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub limit: u32,
}

//! The command line, as clap reads it.

pub mod audit;
pub mod dead;
pub mod enqueue;
pub mod keys;
pub mod operations;
pub mod queues;
pub mod schedules;
pub mod tasks;
pub mod unique;
pub mod up;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
pub use ruche_bootstrap::args::ConfigArgs;
use ruche_bootstrap::{ExitCode, args::WaitArgs};
use ruche_domain::TaskId;

use self::{
    audit::AuditArgs, dead::DeadArgs, enqueue::EnqueueArgs, keys::KeysArgs, operations::OperationsArgs, queues::QueuesArgs,
    schedules::SchedulesArgs, tasks::TasksArgs, up::UpArgs,
};

/// Background work: run it, enqueue it, watch it.
#[derive(Debug, Parser)]
#[command(name = "ruche", version, propagate_version = true, after_long_help = ExitCode::table())]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run everything in one process: API, worker and maintenance
    Up(UpArgs),
    /// Enqueue a task
    #[command(disable_help_flag = true)]
    Enqueue(EnqueueArgs),
    /// List tasks, show one, cancel or retry it
    Tasks(TasksArgs),
    /// List schedules, change them, run them, look ahead and back
    Schedules(Box<SchedulesArgs>),
    /// Change many tasks at once: cancel, retry, delete, move, set their priority
    Operations(OperationsArgs),
    /// Failed tasks by what went wrong: inspect, replay, discard
    Dead(DeadArgs),
    /// Watch tasks live, with progress bars
    Watch(WatchArgs),
    /// List queues, show one, pause, resume or limit it
    Queues(QueuesArgs),
    /// List workers
    Workers(WorkersArgs),
    /// List the tasks that can be enqueued
    Definitions(DefinitionsArgs),
    /// Make, list and revoke API keys
    Keys(KeysArgs),
    /// List who changed what, when, from where
    Audit(AuditArgs),
    /// Bring a database to this version's schema
    Migrate(MigrateArgs),
    /// Check the configuration and show what results
    CheckConfig(ConfigArgs),
    /// Ask the server whether it is ready; exits with 0 or 1
    Healthcheck(HealthcheckArgs),
    /// Print the OpenAPI document of the built-in tasks
    Openapi,
    /// Print what makes a shell complete this command line
    Completions(CompletionsArgs),
}

/// How to reach the server's API.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Server")]
pub struct ServerArgs {
    /// Where the API is
    #[arg(long, env = "RUCHE_SERVER", hide_env_values = true, default_value = "http://127.0.0.1:8000", value_name = "URL")]
    pub server: url::Url,
    /// File that holds the API key; or set RUCHE_API_KEY
    #[arg(long, env = "RUCHE_API_KEY_FILE", hide_env_values = true, value_name = "FILE")]
    pub api_key_file: Option<PathBuf>,
}

/// How to print.
#[derive(Debug, Clone, Copy, Args)]
pub struct OutputArgs {
    /// Print JSON for programs: one object per line
    #[arg(long)]
    pub json: bool,
}

/// `ruche watch`
#[derive(Debug, Args)]
pub struct WatchArgs {
    /// Watch this task until it ends, with its log; without it watch everything until Ctrl-C
    pub id: Option<TaskId>,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `ruche workers`
#[derive(Debug, Args)]
pub struct WorkersArgs {
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `ruche definitions`
#[derive(Debug, Args)]
pub struct DefinitionsArgs {
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `ruche healthcheck`
#[derive(Debug, Args)]
pub struct HealthcheckArgs {
    /// Ask only whether the process lives, not whether its services answer
    #[arg(long)]
    pub live: bool,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `ruche migrate`
#[derive(Debug, Args)]
pub struct MigrateArgs {
    /// Where the configuration is.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Database to migrate, instead of the configured one; better not given here if it has a password
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
    /// How patient to be.
    #[command(flatten)]
    pub wait: WaitArgs,
}

/// `ruche completions`
#[derive(Debug, Args)]
#[command(after_help = "For bash:  ruche completions bash > /etc/bash_completion.d/ruche")]
pub struct CompletionsArgs {
    /// Which shell
    pub shell: clap_complete::Shell,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}

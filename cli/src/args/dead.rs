//! `ruche dead`

use clap::{Args, Subcommand};
use ruche_domain::{Fingerprint, QueueName, RawJson, TaskId};

use super::{OutputArgs, ServerArgs};

/// `ruche dead`
#[derive(Debug, Args)]
pub struct DeadArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: DeadAction,
}

/// What to do with dead letters.
#[derive(Debug, Subcommand)]
pub enum DeadAction {
    /// List failed tasks grouped by what went wrong, the latest first
    List(ListDeadArgs),
    /// Show a group and its latest tasks
    Show(ShowDeadArgs),
    /// Retry every task of a group
    Replay(ChangeDeadArgs),
    /// Delete every task of a group
    Discard(ChangeDeadArgs),
    /// Retry one task, with other arguments if need be
    Retry(EditArgs),
}

/// `ruche dead list`
#[derive(Debug, Args)]
pub struct ListDeadArgs {
    /// At most so many groups
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub limit: u32,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `ruche dead show`
#[derive(Debug, Args)]
pub struct ShowDeadArgs {
    /// The group
    pub fingerprint: Fingerprint,
    /// At most so many tasks
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub limit: u32,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `ruche dead replay`, `ruche dead discard`
#[derive(Debug, Args)]
pub struct ChangeDeadArgs {
    /// The group
    pub fingerprint: Fingerprint,
    /// Return at once instead of waiting for the end
    #[arg(long)]
    pub detach: bool,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `ruche dead retry`
#[derive(Debug, Args)]
pub struct EditArgs {
    /// The task
    pub id: TaskId,
    /// Other positional arguments: a JSON array
    #[arg(long, value_name = "JSON", value_parser = json)]
    pub args: Option<RawJson>,
    /// Other keyword arguments: a JSON object
    #[arg(long, value_name = "JSON", value_parser = json)]
    pub kwargs: Option<RawJson>,
    /// Another queue
    #[arg(long)]
    pub queue: Option<QueueName>,
    /// Another priority, 9 most urgent
    #[arg(long, value_name = "0-9", value_parser = clap::value_parser!(u8).range(0..=9))]
    pub priority: Option<u8>,
    /// Attempts in all, those made included
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub max_attempts: Option<u32>,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

fn json(text: &str) -> Result<RawJson, ruche_domain::InvalidJson> {
    RawJson::parse(text)
}

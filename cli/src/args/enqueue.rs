//! `ruche enqueue`

use chrono::{DateTime, Utc};
use clap::Args;
use ruche_domain::{ConcurrencyKey, QueueName, TaskName};

use super::{OutputArgs, ServerArgs, unique::UniqueArgs};

/// `ruche enqueue`
#[derive(Debug, Args)]
#[command(after_help = "`ruche enqueue NAME --help` shows what the task NAME does and takes.")]
pub struct EnqueueArgs {
    /// Name of the registered task, e.g. http.request
    pub name: Option<TaskName>,
    /// Arguments: key=value, where a value is text or JSON as the task wants it; or one JSON object; or - to read one from
    /// standard input
    #[arg(value_name = "KEY=VALUE")]
    pub arguments: Vec<String>,
    /// Positional arguments for tasks that take them (Celery's): a JSON array
    #[arg(long, value_name = "JSON")]
    pub args: Option<String>,
    /// Queue to wait in; the task's own if left out
    #[arg(long)]
    pub queue: Option<QueueName>,
    /// How urgent it is, 0 to 9, 9 most
    #[arg(long, value_name = "0-9", value_parser = clap::value_parser!(u8).range(0..=9))]
    pub priority: Option<u8>,
    /// Not to run before so many seconds have passed
    #[arg(long, value_name = "SECONDS", conflicts_with = "eta")]
    pub countdown: Option<f64>,
    /// Not to run before this time, e.g. 2027-01-31T12:00:00Z
    #[arg(long, value_name = "TIME")]
    pub eta: Option<DateTime<Utc>>,
    /// Not to start after this time
    #[arg(long, value_name = "TIME")]
    pub expires_at: Option<DateTime<Utc>>,
    /// Attempts in all, the first included
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub max_attempts: Option<u32>,
    /// An attempt that runs longer ends as failed and is retried
    #[arg(long, value_name = "SECONDS")]
    pub timeout: Option<f64>,
    /// What the task is counted by where its queue limits each key, e.g. a tenant
    #[arg(long, value_name = "KEY")]
    pub concurrency_key: Option<ConcurrencyKey>,
    /// Makes repeating the same command safe: the task is enqueued once
    #[arg(long, value_name = "KEY")]
    pub idempotency_key: Option<String>,
    /// Wait so long for the task to end, and print its result
    #[arg(long, value_name = "SECONDS")]
    pub wait: Option<u64>,
    /// Show this help; with NAME the task's own
    #[arg(short, long)]
    pub help: bool,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// Whether it is to be the only one of its kind.
    #[command(flatten)]
    pub unique: UniqueArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

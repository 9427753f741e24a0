//! `ruche enqueue --unique`

use clap::{Args, ValueEnum};
use ruche_domain::TaskState;

/// Whether a task is to be the only one of its kind.
#[derive(Debug, Args)]
#[command(next_help_heading = "Unique tasks")]
pub struct UniqueArgs {
    /// Refuse the task while another one of its name waits or runs; each of the options below says so too
    #[arg(long)]
    pub unique: bool,
    /// What tasks of this name are told apart by
    #[arg(long, value_name = "KEY")]
    pub unique_key: Option<String>,
    /// Tell tasks with other arguments apart
    #[arg(long)]
    pub unique_args: bool,
    /// A task holds its key for no longer than this
    #[arg(long, value_name = "SECONDS")]
    pub unique_period: Option<f64>,
    /// A task holds its key while it is in one of these states, separated by commas
    #[arg(long, value_name = "STATES", value_delimiter = ',')]
    pub unique_states: Vec<TaskState>,
    /// What is done while another task holds the key
    #[arg(long, value_name = "POLICY", value_enum)]
    pub unique_policy: Option<Policy>,
    /// With --unique-policy debounce: how long a task may be put off in all
    #[arg(long, value_name = "SECONDS")]
    pub unique_max_wait: Option<f64>,
}

/// What is done while another task holds the key.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Policy {
    /// Refuse the new one
    Reject,
    /// Answer with the task that holds the key
    Existing,
    /// Give the task that holds the key the new arguments, if it waits
    Replace,
    /// The same, and put it off to the end of --countdown
    Debounce,
}

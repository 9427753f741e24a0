//! `ruche audit`

use chrono::{DateTime, Utc};
use clap::Args;
use ruche_domain::KeyName;

use super::{OutputArgs, ServerArgs};

/// `ruche audit`
#[derive(Debug, Args)]
pub struct AuditArgs {
    /// Which entries.
    #[command(flatten)]
    pub filter: AuditFilterArgs,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// Which entries to list; conditions are combined by "and".
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Which entries")]
pub struct AuditFilterArgs {
    /// By whom: a key's name, or configured, anonymous, command-line
    #[arg(long)]
    pub actor: Option<KeyName>,
    /// Which operation, e.g. cancelTask, by its operationId
    #[arg(long)]
    pub action: Option<String>,
    /// To what: a task's id, say
    #[arg(long)]
    pub target: Option<String>,
    /// At or after this time, e.g. 2027-01-31T12:00:00Z
    #[arg(long, value_name = "TIME")]
    pub from: Option<DateTime<Utc>>,
    /// Before this time
    #[arg(long, value_name = "TIME")]
    pub before: Option<DateTime<Utc>>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub limit: u32,
}

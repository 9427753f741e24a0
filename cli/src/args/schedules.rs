//! `ruche schedules`

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand, ValueEnum};
use ruche_domain::{QueueName, ScheduleName, TaskName};

use super::{OutputArgs, ServerArgs};

/// `ruche schedules`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct SchedulesArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: Option<ScheduleAction>,
    /// How to list.
    #[command(flatten)]
    pub list: ListArgs,
}

/// What to do with schedules.
#[derive(Debug, Subcommand)]
pub enum ScheduleAction {
    /// List schedules, by name
    List(ListArgs),
    /// Show a schedule
    Show(OneArgs),
    /// Create a schedule
    Create(CreateArgs),
    /// Change what is given of a schedule; the rest stays as it is
    Update(UpdateArgs),
    /// Delete a schedule with its history; its tasks stay
    Delete(OneArgs),
    /// Stop a schedule's ticks until it is resumed
    Pause(OneArgs),
    /// Let a schedule tick again, from now on
    Resume(OneArgs),
    /// Show the next ticks of a schedule, or of a rule
    Preview(PreviewArgs),
    /// Make a schedule's task now
    Run(OneArgs),
    /// Make the tasks of ticks that are past and have made none
    Backfill(BackfillArgs),
    /// Show what became of a schedule's ticks, the latest first
    History(HistoryArgs),
}

/// `ruche schedules list`
#[derive(Debug, Args)]
pub struct ListArgs {
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub limit: u32,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// Commands on one schedule.
#[derive(Debug, Args)]
pub struct OneArgs {
    /// The schedule
    pub name: ScheduleName,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `ruche schedules create`
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// Name of the schedule, e.g. nightly-report
    pub name: ScheduleName,
    /// Name of the registered task, e.g. http.request
    pub task: TaskName,
    /// Arguments of the task, as `ruche enqueue` takes them
    #[arg(value_name = "KEY=VALUE")]
    pub arguments: Vec<String>,
    /// When it ticks.
    #[command(flatten)]
    pub rule: RuleArgs,
    /// What is done then.
    #[command(flatten)]
    pub settings: SettingsArgs,
    /// Begin paused
    #[arg(long)]
    pub paused: bool,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `ruche schedules update`
#[derive(Debug, Args)]
pub struct UpdateArgs {
    /// The schedule
    pub name: ScheduleName,
    /// Name of the registered task, where the task changes
    pub task: Option<TaskName>,
    /// Arguments of that task, as `ruche enqueue` takes them
    #[arg(value_name = "KEY=VALUE")]
    pub arguments: Vec<String>,
    /// When it ticks.
    #[command(flatten)]
    pub rule: RuleArgs,
    /// What is done then.
    #[command(flatten)]
    pub settings: SettingsArgs,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// When a schedule ticks: one of `--cron`, `--every` and `--at`.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "When: one of --cron, --every, --at")]
pub struct RuleArgs {
    /// Five fields (minute, hour, day, month, weekday), six (seconds first), or @hourly, @daily, @weekly, @monthly, @yearly
    #[arg(long, value_name = "EXPRESSION", conflicts_with_all = ["every", "at"])]
    pub cron: Option<String>,
    /// Time zone of the expression, e.g. Europe/Paris; UTC if left out
    #[arg(long, value_name = "ZONE", conflicts_with_all = ["every", "at"])]
    pub time_zone: Option<String>,
    /// Each time so many seconds have passed
    #[arg(long, value_name = "SECONDS", conflicts_with = "at")]
    pub every: Option<f64>,
    /// What --every counts from, e.g. 2027-01-31T12:00:00Z; now if left out
    #[arg(long, value_name = "TIME", requires = "every")]
    pub anchor: Option<DateTime<Utc>>,
    /// Once, at this time
    #[arg(long, value_name = "TIME")]
    pub at: Option<DateTime<Utc>>,
}

/// What a schedule does at its ticks.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "What")]
pub struct SettingsArgs {
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
    /// What a tick does while the task before has not ended
    #[arg(long, value_enum)]
    pub overlap: Option<OverlapArg>,
    /// What becomes of ticks that no server was there for
    #[arg(long, value_enum)]
    pub catch_up: Option<CatchUpArg>,
    /// How far back --catch-up all goes
    #[arg(long, value_name = "SECONDS")]
    pub catch_up_window: Option<f64>,
    /// Spread the tasks over less than so many seconds after their ticks
    #[arg(long, value_name = "SECONDS")]
    pub jitter: Option<f64>,
    /// Positional arguments for tasks that take them (Celery's): a JSON array
    #[arg(long, value_name = "JSON")]
    pub args: Option<String>,
    /// Queue the tasks wait in; the task's own if left out
    #[arg(long)]
    pub queue: Option<QueueName>,
    /// How urgent the tasks are, 0 to 9, 9 most
    #[arg(long, value_name = "0-9", value_parser = clap::value_parser!(u8).range(0..=9))]
    pub priority: Option<u8>,
    /// Attempts of each task in all, the first included
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub max_attempts: Option<u32>,
    /// An attempt that runs longer ends as failed and is retried
    #[arg(long, value_name = "SECONDS")]
    pub timeout: Option<f64>,
}

/// What a tick does while the task before has not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OverlapArg {
    /// Enqueue all the same
    Allow,
    /// Enqueue nothing
    Skip,
    /// Cancel the task before
    Cancel,
}

/// What becomes of late ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CatchUpArg {
    /// They are missed
    None,
    /// The last is made up for
    Last,
    /// All within the window are made up for
    All,
}

/// `ruche schedules preview`
#[derive(Debug, Args)]
pub struct PreviewArgs {
    /// The schedule; without it the rule that the options give
    #[arg(conflicts_with_all = ["cron", "time_zone", "every", "anchor", "at"])]
    pub name: Option<ScheduleName>,
    /// A rule to try.
    #[command(flatten)]
    pub rule: RuleArgs,
    /// How many ticks
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub count: u32,
    /// Ticks after this time; after now if left out
    #[arg(long, value_name = "TIME")]
    pub after: Option<DateTime<Utc>>,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `ruche schedules backfill`
#[derive(Debug, Args)]
pub struct BackfillArgs {
    /// The schedule
    pub name: ScheduleName,
    /// Ticks from here on, e.g. 2027-01-31T12:00:00Z
    #[arg(long, value_name = "TIME")]
    pub from: DateTime<Utc>,
    /// Ticks before this; at most 1000 ticks
    #[arg(long, value_name = "TIME")]
    pub until: DateTime<Utc>,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `ruche schedules history`
#[derive(Debug, Args)]
pub struct HistoryArgs {
    /// The schedule
    pub name: ScheduleName,
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

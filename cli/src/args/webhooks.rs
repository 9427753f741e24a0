//! `ruche webhooks`

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand, ValueEnum};
use ruche_domain::{
    QueueName, TaskName, WebhookName,
    webhook::{DeliveryId, DeliveryState},
};

use super::{OutputArgs, ServerArgs};

/// `ruche webhooks`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct WebhooksArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: Option<WebhookAction>,
    /// How to list.
    #[command(flatten)]
    pub list: ListArgs,
}

/// What to do with webhooks.
#[derive(Debug, Subcommand)]
pub enum WebhookAction {
    /// List webhooks, by name
    List(ListArgs),
    /// Show a webhook
    Show(OneArgs),
    /// Create a webhook; prints its secret, this once
    Create(CreateArgs),
    /// Change what is given of a webhook; the rest stays as it is
    Update(UpdateArgs),
    /// Delete a webhook with its deliveries
    Delete(OneArgs),
    /// Send nothing, and record nothing, until it is resumed
    Pause(OneArgs),
    /// Send what waits, and what happens from now on
    Resume(OneArgs),
    /// Replace a webhook's secret; prints the new one, this once
    Rotate(RotateArgs),
    /// Send a test event
    Test(OneArgs),
    /// Show what became of events, the latest first
    Deliveries(DeliveriesArgs),
    /// Deliver once more: one delivery, or all that failed since a time
    Replay(ReplayArgs),
}

/// `ruche webhooks list`
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

/// Commands on one webhook.
#[derive(Debug, Args)]
pub struct OneArgs {
    /// The webhook
    pub name: WebhookName,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `ruche webhooks create`
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// Name of the webhook, e.g. billing
    pub name: WebhookName,
    /// Where to send events: an http or https URL
    pub url: String,
    /// Which events, separated by commas
    #[arg(long = "events", value_name = "EVENTS", value_enum, value_delimiter = ',', required = true)]
    pub events: Vec<EventArg>,
    /// Only of these queues, separated by commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub queues: Vec<QueueName>,
    /// Only of tasks of these names, separated by commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub tasks: Vec<TaskName>,
    /// What of the task's payload to send along, separated by commas
    #[arg(long, value_name = "PARTS", value_enum, value_delimiter = ',')]
    pub include: Vec<IncludeArg>,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
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

/// `ruche webhooks update`
#[derive(Debug, Args)]
pub struct UpdateArgs {
    /// The webhook
    pub name: WebhookName,
    /// Where to send events
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// Which events, separated by commas
    #[arg(long = "events", value_name = "EVENTS", value_enum, value_delimiter = ',')]
    pub events: Vec<EventArg>,
    /// Only of these queues, separated by commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub queues: Vec<QueueName>,
    /// Of all queues
    #[arg(long, conflicts_with = "queues")]
    pub all_queues: bool,
    /// Only of tasks of these names, separated by commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub tasks: Vec<TaskName>,
    /// Of all tasks
    #[arg(long, conflicts_with = "tasks")]
    pub all_tasks: bool,
    /// What of the task's payload to send along, separated by commas
    #[arg(long, value_name = "PARTS", value_enum, value_delimiter = ',')]
    pub include: Vec<IncludeArg>,
    /// Send nothing of the payload
    #[arg(long, conflicts_with = "include")]
    pub no_payload: bool,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `ruche webhooks rotate`
#[derive(Debug, Args)]
pub struct RotateArgs {
    /// The webhook
    pub name: WebhookName,
    /// How long the secret before signs too; 24 hours if left out, at most 7 days
    #[arg(long, value_name = "SECONDS")]
    pub previous_valid: Option<f64>,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `ruche webhooks deliveries`
#[derive(Debug, Args)]
pub struct DeliveriesArgs {
    /// The webhook
    pub name: WebhookName,
    /// Only these: pending, sending, delivered or failed
    #[arg(long)]
    pub state: Option<DeliveryState>,
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

/// `ruche webhooks replay`
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// The webhook
    pub name: WebhookName,
    /// The delivery
    #[arg(required_unless_present = "failed_since", conflicts_with = "failed_since")]
    pub delivery: Option<DeliveryId>,
    /// All that failed of events since this time, e.g. 2027-01-31T12:00:00Z
    #[arg(long, value_name = "TIME")]
    pub failed_since: Option<DateTime<Utc>>,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// A kind of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EventArg {
    /// A task succeeded
    #[value(name = "task.succeeded")]
    Succeeded,
    /// A task failed for good
    #[value(name = "task.failed")]
    Failed,
    /// A task was cancelled
    #[value(name = "task.cancelled")]
    Cancelled,
    /// A task's time was over before it ran
    #[value(name = "task.expired")]
    Expired,
    /// An attempt failed, and the task is tried again
    #[value(name = "task.retrying")]
    Retrying,
}

/// A part of a task's payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum IncludeArg {
    /// Its positional arguments
    Args,
    /// Its keyword arguments
    Kwargs,
    /// Its result
    Result,
}

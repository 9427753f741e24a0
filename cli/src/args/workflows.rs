//! `ruche workflows`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use ruche_domain::WorkflowId;

use super::{OutputArgs, ServerArgs};

/// `ruche workflows`
#[derive(Debug, Args)]
pub struct WorkflowsArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: WorkflowsAction,
}

/// What to do with workflows.
#[derive(Debug, Subcommand)]
pub enum WorkflowsAction {
    /// List workflows, newest first
    List(ListWorkflowsArgs),
    /// Show a workflow: its graph, with the state of each node
    Show(OneWorkflowArgs),
    /// Create a workflow from JSON, as the API takes it
    Create(CreateWorkflowArgs),
    /// Cancel every node that waits, ask those that run to stop
    Cancel(OneWorkflowArgs),
    /// Run the nodes again that did not succeed, and what depends on them
    Retry(OneWorkflowArgs),
}

/// `ruche workflows list`
#[derive(Debug, Args)]
pub struct ListWorkflowsArgs {
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

/// `ruche workflows show`, `cancel` and `retry`
#[derive(Debug, Args)]
pub struct OneWorkflowArgs {
    /// The workflow
    pub id: WorkflowId,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `ruche workflows create`
#[derive(Debug, Args)]
pub struct CreateWorkflowArgs {
    /// File with the workflow; - reads it from standard input
    ///
    /// An object with one of `chain`, `group`, `chord` and `nodes`, e.g.
    /// {"chain": [{"key": "nap", "task": {"task": "ruche.sleep", "kwargs": {"milliseconds": 500}}}]}
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Makes it safe to repeat the command: the same key creates the workflow once
    #[arg(long, value_name = "KEY")]
    pub idempotency_key: Option<String>,
    /// How to print.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How to reach the server.
    #[command(flatten)]
    pub server: ServerArgs,
}

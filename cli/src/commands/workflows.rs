//! `ruche workflows`

mod graph;

use std::{fs, io::Read, path::Path};

use ruche_api::{CreateWorkflow, Workflow, WorkflowSummary};
use ruche_bootstrap::{ExitCode, Failure, OrExit};
use ruche_domain::{Clock, SystemClock, Timestamp};

use crate::{
    api::{Client, pages},
    args::{
        OutputArgs,
        workflows::{CreateWorkflowArgs, ListWorkflowsArgs, OneWorkflowArgs, WorkflowsAction, WorkflowsArgs},
    },
    output::{self, Table, ago, clean},
};

/// Lists workflows, shows, creates, cancels or retries one.
pub async fn run(args: WorkflowsArgs) -> Result<ExitCode, Failure> {
    match args.action {
        WorkflowsAction::List(args) => list(args).await,
        WorkflowsAction::Show(args) => show(args).await,
        WorkflowsAction::Create(args) => create(args).await,
        WorkflowsAction::Cancel(args) => change(args, "cancel").await,
        WorkflowsAction::Retry(args) => change(args, "retry").await,
    }
}

async fn list(args: ListWorkflowsArgs) -> Result<ExitCode, Failure> {
    let client = Client::new(&args.server)?;
    let (mut table, now) = (Table::new(&["id", "state", "ended", "created", "name"]), SystemClock.now());
    pages::walk(
        args.limit,
        async |most, cursor| client.workflows(most, cursor).await,
        |page| {
            if args.output.json {
                return page.iter().try_for_each(output::json);
            }
            page.iter().for_each(|workflow| table.row(row(workflow, now)));
            Ok(())
        },
    )
    .await?;
    table.print()?;
    Ok(ExitCode::Success)
}

fn row(workflow: &WorkflowSummary, now: Timestamp) -> [String; 5] {
    [
        workflow.id.to_string(),
        graph::word(workflow.state).to_owned(),
        format!("{}/{}", workflow.node_count.saturating_sub(workflow.open), workflow.node_count),
        ago(workflow.created_at, now),
        clean(workflow.name.as_deref().unwrap_or_default()),
    ]
}

async fn show(args: OneWorkflowArgs) -> Result<ExitCode, Failure> {
    print(&Client::new(&args.server)?.workflow(args.id).await?, args.output)
}

async fn change(args: OneWorkflowArgs, verb: &str) -> Result<ExitCode, Failure> {
    print(&Client::new(&args.server)?.change_workflow(args.id, verb).await?, args.output)
}

async fn create(args: CreateWorkflowArgs) -> Result<ExitCode, Failure> {
    let text = read(&args.file)?;
    let workflow: CreateWorkflow = serde_json::from_str(&text)
        .map_err(|error| Failure::message(ExitCode::Usage, format!("{} is no workflow: {error}", args.file.display())))?;
    let created = Client::new(&args.server)?.create_workflow(&workflow, args.idempotency_key.as_deref()).await?;
    print(&created, args.output)
}

/// The text of a file, or of standard input.
fn read(file: &Path) -> Result<String, Failure> {
    if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).or_exit(ExitCode::Usage)?;
        return Ok(text);
    }
    fs::read_to_string(file)
        .map_err(|error| Failure::message(ExitCode::Usage, format!("couldn't read {}: {error}", file.display())))
}

fn print(workflow: &Workflow, output: OutputArgs) -> Result<ExitCode, Failure> {
    if output.json {
        output::json(workflow)?;
        return Ok(ExitCode::Success);
    }
    let ended = workflow.nodes.iter().filter(|node| ruche_domain::TaskState::from(node.state).is_terminal()).count();
    let name = workflow.name.as_deref().map(|name| format!("  {}", clean(name))).unwrap_or_default();
    let count = workflow.nodes.len();
    output::line(format!("{}  {}: {ended} of {count} nodes have ended{name}", workflow.id, graph::word(workflow.state)))?;
    graph::table(workflow, SystemClock.now()).print()?;
    Ok(ExitCode::Success)
}

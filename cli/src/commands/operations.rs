//! `ruche operations`

mod follow;

use ruche_api::{NewOperation, Operation, OperationAction, OperationFilter, OperationParameters, OperationPreview};
use ruche_bootstrap::{ExitCode, Failure};
use ruche_domain::{Clock, SystemClock, Timestamp};

pub use self::follow::follow;
use crate::{
    api::{Client, pages},
    args::{
        OutputArgs,
        operations::{ListOperationsArgs, OneOperationArgs, OperationsAction, OperationsArgs, RunArgs, Verb, WhichArgs},
    },
    output::{self, Table, ago, clean},
};

/// Lists operations, shows one, begins or stops one.
pub async fn run(args: OperationsArgs) -> Result<ExitCode, Failure> {
    match args.action {
        OperationsAction::List(args) => list(args).await,
        OperationsAction::Show(args) => show(args).await,
        OperationsAction::Run(args) => begin(args).await,
        OperationsAction::Cancel(args) => stop(args).await,
    }
}

async fn list(args: ListOperationsArgs) -> Result<ExitCode, Failure> {
    let client = Client::new(&args.server)?;
    let (mut table, now) = (Table::new(&["id", "action", "state", "changed", "skipped", "created"]), SystemClock.now());
    pages::walk(
        args.limit,
        async |most, cursor| client.operations(most, cursor).await,
        |page| {
            if args.output.json {
                return page.iter().try_for_each(output::json);
            }
            page.iter().for_each(|operation| table.row(row(operation, now)));
            Ok(())
        },
    )
    .await?;
    table.print()?;
    Ok(ExitCode::Success)
}

fn row(operation: &Operation, now: Timestamp) -> [String; 6] {
    [
        operation.id.to_string(),
        word(&operation.action),
        word(&operation.state),
        operation.changed.to_string(),
        operation.skipped.to_string(),
        ago(operation.created_at, now),
    ]
}

async fn show(args: OneOperationArgs) -> Result<ExitCode, Failure> {
    let operation = Client::new(&args.server)?.operation(args.id).await?;
    print(&operation, args.output)?;
    Ok(ExitCode::Success)
}

async fn stop(args: OneOperationArgs) -> Result<ExitCode, Failure> {
    let operation = Client::new(&args.server)?.stop_operation(args.id).await?;
    print(&operation, args.output)?;
    Ok(ExitCode::Success)
}

async fn begin(args: RunArgs) -> Result<ExitCode, Failure> {
    let client = Client::new(&args.server)?;
    let wish = wish(&args);
    if args.dry_run {
        preview(&client.preview(&wish).await?, args.output)?;
        return Ok(ExitCode::Success);
    }
    // What a bar measures itself against; not worth failing for.
    let expected =
        if args.detach { None } else { client.preview(&NewOperation { dry_run: Some(true), ..wish.clone() }).await.ok() };
    let operation = client.begin(&wish, args.idempotency_key.as_deref()).await?;
    follow(
        &client,
        operation,
        expected.filter(|counted| !counted.at_least).map(|counted| counted.count),
        args.detach,
        args.output,
    )
    .await
}

fn wish(args: &RunArgs) -> NewOperation {
    let WhichArgs { state, name, queue, worker, from, before, fingerprint } = args.filter.clone();
    let parameters = OperationParameters { queue: args.to.clone().map(Into::into), priority: args.priority };
    NewOperation {
        action: match args.verb {
            Verb::Cancel => OperationAction::Cancel,
            Verb::Retry => OperationAction::Retry,
            Verb::Delete => OperationAction::Delete,
            Verb::Move => OperationAction::Move,
            Verb::SetPriority => OperationAction::SetPriority,
        },
        filter: OperationFilter {
            state: state.map(Into::into),
            task: name.map(Into::into),
            queue: queue.map(Into::into),
            worker: worker.map(Into::into),
            created_from: from,
            created_before: before,
            fingerprint: fingerprint.map(Into::into),
        },
        parameters: Some(parameters).filter(|parameters| *parameters != OperationParameters::default()),
        dry_run: args.dry_run.then_some(true),
    }
}

fn preview(preview: &OperationPreview, output: OutputArgs) -> anyhow::Result<()> {
    if output.json {
        return output::json(preview);
    }
    let least = |at_least: bool| if at_least { "at least " } else { "" };
    for counted in &preview.states {
        output::line(format!("  {:<9} {}{}", output::state(counted.state), least(counted.at_least), counted.count))?;
    }
    output::line(format!("{} would change {}{}", word(&preview.action), least(preview.at_least), tasks(preview.count)))
}

fn tasks(count: u64) -> String {
    format!("{count} task{}", if count == 1 { "" } else { "s" })
}

/// Prints an operation.
///
/// # Errors
/// When standard output is closed.
pub fn print(operation: &Operation, output: OutputArgs) -> anyhow::Result<()> {
    if output.json {
        return output::json(operation);
    }
    let Operation { id, action, state, matched, changed, skipped, .. } = operation;
    output::line(format!("{id}  {} {}: {changed} of {} changed, {skipped} skipped", word(action), word(state), tasks(*matched)))?;
    for skipped in &operation.skipped_tasks {
        output::line(format!("  {} {}", skipped.id, word(&skipped.reason)))?;
    }
    operation.error.as_ref().map_or(Ok(()), |error| output::line(format!("  {}", clean(error))))
}

/// A word of the API.
fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default().trim_matches('"').to_owned()
}

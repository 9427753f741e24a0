//! `ruche dead`

use ruche_api::{AnyJson, DeadLetter, RetryTask};
use ruche_bootstrap::{ExitCode, Failure};
use ruche_domain::{Clock, SystemClock};

use super::operations;
use crate::{
    api::{Client, as_json, pages},
    args::dead::{ChangeDeadArgs, DeadAction, DeadArgs, EditArgs, ListDeadArgs, ShowDeadArgs},
    output::{self, Table, ago, clean},
};

/// Lists groups of failed tasks, shows, replays or discards one, retries one task.
pub async fn run(args: DeadArgs) -> Result<ExitCode, Failure> {
    match args.action {
        DeadAction::List(args) => list(args).await,
        DeadAction::Show(args) => show(args).await,
        DeadAction::Replay(args) => change(args, "replay").await,
        DeadAction::Discard(args) => change(args, "discard").await,
        DeadAction::Retry(args) => retry(args).await,
    }
}

async fn list(args: ListDeadArgs) -> Result<ExitCode, Failure> {
    let client = Client::new(&args.server)?;
    let mut groups = pages::rows(args.limit, async |most, cursor| client.dead_letters(most, cursor).await).await?;
    // The API gives them in an order that pages can keep; people look for what is new.
    groups.sort_by_key(|group| std::cmp::Reverse(group.last_seen));
    if args.output.json {
        groups.iter().try_for_each(output::json)?;
        return Ok(ExitCode::Success);
    }
    table(&groups).print()?;
    Ok(ExitCode::Success)
}

fn table(groups: &[DeadLetter]) -> Table {
    let now = SystemClock.now();
    let mut table = Table::new(&["fingerprint", "task", "count", "first", "last", "says"]);
    for group in groups {
        table.row([
            group.fingerprint.clone(),
            group.task.clone(),
            count(group),
            ago(group.first_seen, now),
            ago(group.last_seen, now),
            says(group),
        ]);
    }
    table
}

fn count(group: &DeadLetter) -> String {
    format!("{}{}", group.count, if group.at_least { "+" } else { "" })
}

fn says(group: &DeadLetter) -> String {
    format!("{}: {}", clean(&group.failure.kind), clean(&group.failure.message))
}

async fn show(args: ShowDeadArgs) -> Result<ExitCode, Failure> {
    let client = Client::new(&args.server)?;
    let group = client.dead_letter(&args.fingerprint).await?;
    let tasks = client.dead_tasks(&args.fingerprint, args.limit.clamp(1, pages::PAGE)).await?.data;
    if args.output.json {
        let mut whole = as_json(&group)?;
        whole["tasks"] = as_json(&tasks)?;
        output::json(&whole)?;
        return Ok(ExitCode::Success);
    }
    output::line(format!("{}  {}  {} failed", group.fingerprint, group.task, count(&group)))?;
    output::line(format!("  {}", says(&group)))?;
    let now = SystemClock.now();
    for task in &tasks {
        let failed = task.finished_at.map_or_else(String::new, |at| ago(at, now));
        output::line(format!("  {} {} attempts, failed {failed}", task.id, task.attempts_used))?;
    }
    Ok(ExitCode::Success)
}

async fn change(args: ChangeDeadArgs, verb: &str) -> Result<ExitCode, Failure> {
    let client = Client::new(&args.server)?;
    let group = client.dead_letter(&args.fingerprint).await?;
    let operation = client.change_dead(&args.fingerprint, verb).await?;
    operations::follow(&client, operation, (!group.at_least).then_some(group.count), args.detach, args.output).await
}

async fn retry(args: EditArgs) -> Result<ExitCode, Failure> {
    let edit = RetryTask {
        args: args.args.map(AnyJson),
        kwargs: args.kwargs.map(AnyJson),
        queue: args.queue.map(Into::into),
        priority: args.priority,
        max_attempts: args.max_attempts,
    };
    let task = Client::new(&args.server)?.edit_and_retry(args.id, &edit).await?;
    if args.output.json {
        output::json(&task)?;
    } else {
        output::line(format!("{} is {}", task.id, output::state(task.state)))?;
    }
    Ok(ExitCode::Success)
}

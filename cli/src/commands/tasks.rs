//! `ruche tasks`

use ruche_api::TaskSummary;
use ruche_bootstrap::{ExitCode, Failure};
use ruche_domain::{Clock, SystemClock, TaskId};

use super::task;
use crate::{
    api::{Client, as_json, pages},
    args::{
        OutputArgs, ServerArgs,
        tasks::{FilterArgs, OneTaskArgs, TaskAction, TasksArgs},
    },
    output::{self, Table, ago, clean},
};

/// Lists tasks, shows one, cancels or retries it.
pub async fn run(args: TasksArgs) -> Result<ExitCode, Failure> {
    match (args.action, args.id) {
        (Some(TaskAction::Cancel(one)), _) => change(one, Change::Cancel).await,
        (Some(TaskAction::Retry(one)), _) => change(one, Change::Retry).await,
        (Some(TaskAction::List(list)), _) => self::list(&list.filter, list.output, &list.server).await,
        (None, Some(id)) => show(id, args.logs, args.output, &args.server).await,
        (None, None) => list(&args.filter, args.output, &args.server).await,
    }
}

#[derive(Debug, Clone, Copy)]
enum Change {
    Cancel,
    Retry,
}

async fn change(args: OneTaskArgs, change: Change) -> Result<ExitCode, Failure> {
    let client = Client::new(&args.server)?;
    let task = match change {
        Change::Cancel => client.cancel(args.id).await?,
        Change::Retry => client.retry(args.id).await?,
    };
    if args.output.json {
        output::json(&task)?;
    } else if task.cancel_requested {
        output::line(format!("{} runs and was asked to stop", task.id))?;
    } else {
        output::line(format!("{} is {}", task.id, output::state(task.state)))?;
    }
    Ok(ExitCode::Success)
}

async fn show(id: TaskId, logs: bool, output: OutputArgs, server: &ServerArgs) -> Result<ExitCode, Failure> {
    let client = Client::new(server)?;
    let task = client.task(id).await?;
    let attempts = client.attempts(id).await?.data;
    if output.json {
        return show_json(&client, &task, &attempts, logs).await;
    }
    task::print(&task)?;
    for attempt in attempts.iter().filter(|_| attempts.len() > 1) {
        let failure = attempt.failure.as_ref().map_or_else(String::new, |failure| clean(&failure.message));
        let worker = attempt.worker.as_deref().unwrap_or("-");
        let lasted = attempt.finished_at.map_or_else(String::new, |end| output::in_words(end - attempt.started_at));
        output::line(format!(
            "  attempt {} {:<9} {lasted:>8} {worker} {failure}",
            attempt.attempt,
            output::state(attempt.state)
        ))?;
    }
    if logs {
        task::each_log(&client, id, 0, |line| output::line(task::log_line(line))).await??;
    }
    Ok(ExitCode::Success)
}

async fn show_json(
    client: &Client,
    task: &ruche_api::Task,
    attempts: &[ruche_api::Attempt],
    logs: bool,
) -> Result<ExitCode, Failure> {
    let mut whole = as_json(task)?;
    whole["attempts"] = as_json(&attempts)?;
    if logs {
        let mut lines = Vec::new();
        let collected = task::each_log(client, task.id.into(), 0, |line| {
            lines.push(as_json(line)?);
            Ok(())
        });
        collected.await??;
        whole["logs"] = lines.into();
    }
    output::json(&whole)?;
    Ok(ExitCode::Success)
}

async fn list(filter: &FilterArgs, output: OutputArgs, server: &ServerArgs) -> Result<ExitCode, Failure> {
    let client = Client::new(server)?;
    let mut rows = Vec::new();
    pages::walk(
        filter.limit,
        async |most, cursor| client.tasks(&filter.which, most, cursor).await,
        |page| {
            if output.json {
                return page.iter().try_for_each(output::json);
            }
            rows.extend(page);
            Ok(())
        },
    )
    .await?;
    table(&rows).print()?;
    Ok(ExitCode::Success)
}

fn table(tasks: &[TaskSummary]) -> Table {
    let now = SystemClock.now();
    let mut table = Table::new(&["id", "task", "state", "queue", "attempts", "created", "says"]);
    for task in tasks {
        let says = match (&task.failure, &task.progress) {
            (Some(failure), _) => format!("{}: {}", clean(&failure.kind), clean(&failure.message)),
            (None, Some(progress)) => task::progress(progress),
            (None, None) => String::new(),
        };
        table.row([
            task.id.to_string(),
            task.task.clone(),
            output::state(task.state).to_string(),
            task.queue.clone(),
            format!("{}/{}", task.attempts_used, task.max_attempts),
            ago(task.created_at, now),
            says,
        ]);
    }
    table
}

//! `ruche schedules`

mod print;
mod write;

use ruche_api::{BackfillSchedule, Schedule};
use ruche_bootstrap::{ExitCode, Failure};

use crate::{
    api::{Client, pages},
    args::schedules::{BackfillArgs, HistoryArgs, ListArgs, OneArgs, PreviewArgs, ScheduleAction, SchedulesArgs},
    output,
};

/// Lists schedules, shows, changes and runs them.
pub async fn run(args: SchedulesArgs) -> Result<ExitCode, Failure> {
    match args.action {
        None => list(args.list).await,
        Some(ScheduleAction::List(args)) => list(args).await,
        Some(ScheduleAction::Show(args)) => show(args).await,
        Some(ScheduleAction::Create(args)) => write::create(args).await,
        Some(ScheduleAction::Update(args)) => write::update(args).await,
        Some(ScheduleAction::Delete(args)) => delete(args).await,
        Some(ScheduleAction::Pause(args)) => set_paused(args, true).await,
        Some(ScheduleAction::Resume(args)) => set_paused(args, false).await,
        Some(ScheduleAction::Preview(args)) => preview(args).await,
        Some(ScheduleAction::Run(args)) => run_now(args).await,
        Some(ScheduleAction::Backfill(args)) => backfill(args).await,
        Some(ScheduleAction::History(args)) => history(args).await,
    }
}

async fn list(args: ListArgs) -> Result<ExitCode, Failure> {
    let client = Client::new(&args.server)?;
    let rows = pages::rows(args.limit, async |most, cursor| client.schedules(most, cursor).await).await?;
    if args.output.json {
        rows.iter().try_for_each(output::json)?;
    } else {
        print::list(&rows)?;
    }
    Ok(ExitCode::Success)
}

async fn show(args: OneArgs) -> Result<ExitCode, Failure> {
    let schedule = Client::new(&args.server)?.schedule(&args.name).await?;
    shown(&schedule, args.output.json)
}

fn shown(schedule: &Schedule, json: bool) -> Result<ExitCode, Failure> {
    if json {
        output::json(schedule)?;
    } else {
        print::one(schedule)?;
    }
    Ok(ExitCode::Success)
}

async fn delete(args: OneArgs) -> Result<ExitCode, Failure> {
    Client::new(&args.server)?.delete_schedule(&args.name).await?;
    if !args.output.json {
        output::line(format!("{} is deleted", args.name))?;
    }
    Ok(ExitCode::Success)
}

async fn set_paused(args: OneArgs, paused: bool) -> Result<ExitCode, Failure> {
    let schedule = Client::new(&args.server)?.set_schedule_paused(&args.name, paused).await?;
    if args.output.json {
        output::json(&schedule)?;
    } else {
        output::line(format!("{}: {}", schedule.name, print::next(&schedule)))?;
    }
    Ok(ExitCode::Success)
}

async fn preview(args: PreviewArgs) -> Result<ExitCode, Failure> {
    let client = Client::new(&args.server)?;
    let preview = match &args.name {
        Some(name) => client.preview_schedule(name, args.count, args.after).await?,
        None => client.preview_rule(write::rule(&args.rule)?, args.count, args.after).await?,
    };
    if args.output.json {
        preview.data.iter().try_for_each(output::json)?;
    } else {
        print::coming(&preview.data)?;
    }
    Ok(ExitCode::Success)
}

async fn run_now(args: OneArgs) -> Result<ExitCode, Failure> {
    let task = Client::new(&args.server)?.run_schedule(&args.name).await?;
    if args.output.json {
        output::json(&task)?;
    } else {
        output::line(task.id.to_string())?;
    }
    Ok(ExitCode::Success)
}

async fn backfill(args: BackfillArgs) -> Result<ExitCode, Failure> {
    let window = BackfillSchedule { from: args.from, until: args.until };
    let filled = Client::new(&args.server)?.backfill_schedule(&args.name, &window).await?;
    if args.output.json {
        output::json(&filled)?;
    } else {
        output::line(format!("{} of {} ticks made their task now", filled.data.len(), filled.ticks))?;
    }
    Ok(ExitCode::Success)
}

async fn history(args: HistoryArgs) -> Result<ExitCode, Failure> {
    let client = Client::new(&args.server)?;
    let rows = pages::rows(args.limit, async |most, cursor| client.ticks(&args.name, most, cursor).await).await?;
    if args.output.json {
        rows.iter().try_for_each(output::json)?;
    } else {
        print::history(&rows)?;
    }
    Ok(ExitCode::Success)
}

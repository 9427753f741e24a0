//! `ruche schedules create` and `ruche schedules update`

use ruche_api::{CatchUp, CreateSchedule, EnqueueTask, Overlap, ReplaceSchedule, Schedule, ScheduleRule};
use ruche_bootstrap::{ExitCode, Failure};
use ruche_domain::TaskName;

use super::shown;
use crate::{
    api::Client,
    args::schedules::{CatchUpArg, CreateArgs, OverlapArg, RuleArgs, SettingsArgs, UpdateArgs},
    commands::enqueue::{arguments, definition_of, millis},
};

/// Creates a schedule.
pub async fn create(args: CreateArgs) -> Result<ExitCode, Failure> {
    let client = Client::new(&args.server)?;
    let mut schedule = ReplaceSchedule {
        description: None,
        rule: rule(&args.rule)?,
        task: task(&client, &args.task, &args.arguments).await?,
        overlap: None,
        catch_up: None,
        catch_up_window_ms: None,
        jitter_ms: None,
        paused: Some(args.paused),
    };
    apply(&args.settings, &mut schedule)?;
    let created = client.create_schedule(&CreateSchedule::named(args.name.as_str(), schedule)).await?;
    shown(&created, args.output.json)
}

/// Changes what is given; refused when somebody else changes it in the same moment.
pub async fn update(args: UpdateArgs) -> Result<ExitCode, Failure> {
    let client = Client::new(&args.server)?;
    let found = client.schedule(&args.name).await?;
    let revision = found.revision;
    let mut schedule = as_it_is(found)?;
    if args.rule.is_given() {
        schedule.rule = rule(&args.rule)?;
    }
    if let Some(name) = &args.task {
        schedule.task = task(&client, name, &args.arguments).await?;
    }
    apply(&args.settings, &mut schedule)?;
    let replaced = client.replace_schedule(&args.name, revision, &schedule).await?;
    shown(&replaced, args.output.json)
}

impl RuleArgs {
    fn is_given(&self) -> bool {
        self.cron.is_some() || self.time_zone.is_some() || self.every.is_some() || self.at.is_some()
    }
}

/// The rule that the options give.
pub fn rule(args: &RuleArgs) -> Result<ScheduleRule, Failure> {
    if args.cron.is_none() && args.every.is_none() && args.at.is_none() {
        return Err(Failure::message(ExitCode::Usage, "say when: --cron, --every or --at"));
    }
    Ok(ScheduleRule {
        cron: args.cron.clone(),
        time_zone: args.time_zone.clone(),
        every_ms: args.every.map(|seconds| millis("--every", seconds)).transpose()?,
        anchor: args.anchor,
        at: args.at,
    })
}

async fn task(client: &Client, name: &TaskName, given: &[String]) -> Result<EnqueueTask, Failure> {
    let definition = match arguments::needs_definition(given) {
        true => definition_of(client, name).await?,
        false => None,
    };
    Ok(EnqueueTask { kwargs: arguments::keyword(given, definition.as_ref())?, ..EnqueueTask::named(name.as_str()) })
}

fn as_it_is(schedule: Schedule) -> Result<ReplaceSchedule, Failure> {
    let task = schedule.task.0.decode();
    let task = task.map_err(|error| Failure::new(ExitCode::Failure, error).context("couldn't read the schedule's task"))?;
    Ok(ReplaceSchedule {
        description: Some(schedule.description),
        rule: schedule.rule,
        task,
        overlap: Some(schedule.overlap),
        catch_up: Some(schedule.catch_up),
        catch_up_window_ms: schedule.catch_up_window_ms,
        jitter_ms: Some(schedule.jitter_ms),
        paused: None,
    })
}

fn apply(settings: &SettingsArgs, schedule: &mut ReplaceSchedule) -> Result<(), Failure> {
    let SettingsArgs { description, overlap, catch_up, catch_up_window, jitter, args, queue, priority, max_attempts, timeout } =
        settings;
    let overlap = overlap.map(|overlap| match overlap {
        OverlapArg::Allow => Overlap::Allow,
        OverlapArg::Skip => Overlap::Skip,
        OverlapArg::Cancel => Overlap::Cancel,
    });
    if let Some(catch_up) = catch_up {
        let (policy, keeps_window) = match catch_up {
            CatchUpArg::None => (CatchUp::None, false),
            CatchUpArg::Last => (CatchUp::Last, false),
            CatchUpArg::All => (CatchUp::All, true),
        };
        schedule.catch_up = Some(policy);
        schedule.catch_up_window_ms = schedule.catch_up_window_ms.filter(|_| keeps_window);
    }
    given(&mut schedule.description, description.clone());
    given(&mut schedule.overlap, overlap);
    let window = catch_up_window.map(|seconds| millis("--catch-up-window", seconds)).transpose()?;
    given(&mut schedule.catch_up_window_ms, window);
    given(&mut schedule.jitter_ms, jitter.map(|seconds| millis("--jitter", seconds)).transpose()?);
    let task = &mut schedule.task;
    given(&mut task.args, args.as_deref().map(|text| arguments::json("--args", text)).transpose()?);
    given(&mut task.queue, queue.as_ref().map(ToString::to_string));
    given(&mut task.priority, *priority);
    given(&mut task.max_attempts, *max_attempts);
    given(&mut task.timeout_ms, timeout.map(|seconds| millis("--timeout", seconds)).transpose()?);
    Ok(())
}

fn given<T>(field: &mut Option<T>, value: Option<T>) {
    if value.is_some() {
        *field = value;
    }
}

//! Schedules for people.

use std::fmt::Write as _;

use chrono::{DateTime, TimeDelta, Utc};
use ruche_api::{CatchUp, ComingTick, Overlap, Schedule, ScheduleRule, ScheduleTick, Skipped, TickKind};
use ruche_domain::{Clock, SystemClock};

use crate::output::{self, Table, ago, clean, in_words};

/// A table of schedules.
pub fn list(schedules: &[Schedule]) -> anyhow::Result<()> {
    let now = SystemClock.now();
    let mut table = Table::new(&["schedule", "when", "next", "last", "task", "is for"]);
    for schedule in schedules {
        table.row([
            schedule.name.clone(),
            rule(&schedule.rule),
            next(schedule),
            schedule.last_tick_at.map_or_else(String::new, |at| ago(at, now)),
            task_name(schedule),
            clean(&schedule.description),
        ]);
    }
    table.print()
}

/// Everything about a schedule.
pub fn one(schedule: &Schedule) -> anyhow::Result<()> {
    let now = SystemClock.now();
    let mut text = format!("{}  {}\n", schedule.name, rule(&schedule.rule));
    let mut field = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            writeln!(text, "  {name:<9} {value}").expect("writing to a string never fails");
        }
    };
    let at = |at: DateTime<Utc>| format!("{} ({})", time(at), ago(at, now));
    field("is for", Some(clean(&schedule.description)).filter(|text| !text.is_empty()));
    field("next", Some(schedule.next_tick_at.map_or_else(|| next(schedule), at)));
    field("due", schedule.due_at.filter(|due| Some(*due) != schedule.next_tick_at).map(at));
    field("last", schedule.last_tick_at.map(at));
    field("last task", schedule.last_task_id.map(|id| id.to_string()));
    field("task", Some(clean(schedule.task.0.as_str())));
    let overlap = match schedule.overlap {
        Overlap::Allow => None,
        Overlap::Skip => Some("skip: nothing is enqueued while the task before has not ended"),
        Overlap::Cancel => Some("cancel: a tick cancels the task before"),
    };
    field("overlap", overlap.map(ToOwned::to_owned));
    field(
        "catch up",
        match (schedule.catch_up, schedule.catch_up_window_ms) {
            (CatchUp::None, _) => None,
            (CatchUp::Last, _) => Some("the last late tick".to_owned()),
            (CatchUp::All, window) => Some(format!("all late ticks within {}", length(window.unwrap_or_default()))),
        },
    );
    field("jitter", (schedule.jitter_ms > 0).then(|| length(schedule.jitter_ms)));
    field("changed", Some(format!("{}, revision {}", at(schedule.updated_at), schedule.revision)));
    output::line(text.trim_end())
}

/// When it ticks next, or why it does not.
pub fn next(schedule: &Schedule) -> String {
    match schedule.next_tick_at {
        Some(at) => ago(at, SystemClock.now()),
        None if schedule.paused => "paused".to_owned(),
        None => "ended".to_owned(),
    }
}

/// Ticks to come.
pub fn coming(ticks: &[ComingTick]) -> anyhow::Result<()> {
    let now = SystemClock.now();
    let mut table = Table::new(&["tick", "on the wall clock", "is"]);
    for tick in ticks {
        table.row([time(tick.tick_at), tick.local.clone().unwrap_or_default(), ago(tick.tick_at, now)]);
    }
    table.print()
}

/// What became of ticks.
pub fn history(ticks: &[ScheduleTick]) -> anyhow::Result<()> {
    let mut table = Table::new(&["tick", "kind", "decided", "task", "says"]);
    for tick in ticks {
        let kind = match tick.kind {
            TickKind::Tick => "tick",
            TickKind::Manual => "manual",
            TickKind::Backfill => "backfill",
        };
        let skipped = match tick.skipped {
            None => String::new(),
            Some(Skipped::Overlap) => "skipped: the task before had not ended".to_owned(),
            Some(Skipped::Missed) => {
                tick.through.map_or_else(|| "missed".to_owned(), |last| format!("missed, and all until {}", time(last)))
            }
            Some(Skipped::Refused) => format!("refused: {}", clean(tick.detail.as_deref().unwrap_or_default())),
        };
        let task = tick.task_id.map_or_else(String::new, |id| id.to_string());
        table.row([time(tick.tick_at), kind.to_owned(), time(tick.decided_at), task, skipped]);
    }
    table.print()
}

fn rule(rule: &ScheduleRule) -> String {
    match (&rule.cron, rule.every_ms, rule.at) {
        (Some(cron), _, _) => format!("{} {}", clean(cron), clean(rule.time_zone.as_deref().unwrap_or("UTC"))),
        (_, Some(every), _) => format!("every {}", length(every)),
        (_, _, Some(at)) => format!("once {}", time(at)),
        _ => String::new(),
    }
}

fn task_name(schedule: &Schedule) -> String {
    let task: Option<serde_json::Value> = schedule.task.0.decode().ok();
    task.and_then(|task| task["task"].as_str().map(clean)).unwrap_or_default()
}

fn length(millis: u64) -> String {
    in_words(TimeDelta::milliseconds(i64::try_from(millis).unwrap_or(i64::MAX / 1_000)))
}

fn time(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

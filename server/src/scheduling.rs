//! From what a caller says of a schedule to a definition that can be stored, and from that to the task of each tick.

use std::time::Duration;

use chrono::SubsecRound;
use ruche_api::{EnqueueTask, FieldError, ReplaceSchedule};
use ruche_domain::{
    CatchUp, Clock, CronRule, EveryRule, InvalidRule, NewTask, Overlap, RawJson, Schedule, ScheduleDefinition, ScheduleRule,
    ScheduledBy, Timestamp,
};
use ruche_store::TaskMaker;

use crate::{
    acceptance::{Desk, Rejection},
    definitions::DefinitionSet,
    problem::{Code, Problem},
    tracing_context,
};

/// Longest reason kept with a tick whose task was refused.
const LONGEST_REASON: usize = 300;

/// Makes the tasks of ticks as requests would: the definition's arguments are checked and its defaults filled in each time.
pub struct Maker<'a> {
    /// What is registered.
    pub definitions: &'a DefinitionSet,
    /// Whether tasks pass that are not.
    pub accept_unregistered: bool,
    /// Gives ids.
    pub clock: &'a dyn Clock,
}

impl Maker<'_> {
    fn accept(&self, wish: EnqueueTask) -> Result<NewTask, Rejection> {
        let desk = Desk {
            definitions: self.definitions,
            accept_unregistered: self.accept_unregistered,
            trace: &tracing_context::of(None, self.clock),
            now: self.clock.now(),
        };
        desk.accept(wish, self.clock.new_task_id())
    }

    /// The definition; errors point into the body.
    pub fn definition(&self, wish: ReplaceSchedule) -> Result<ScheduleDefinition, Problem> {
        let ReplaceSchedule { description, rule, task, overlap, catch_up, catch_up_window_ms, jitter_ms, paused: _ } = wish;
        let mut errors = Vec::new();
        let description = description.unwrap_or_default();
        hold(&mut errors, "/description", description.chars().count() <= ScheduleDefinition::MAX_DESCRIPTION, "at most 1000");
        for (pointer, absent) in [("/task/eta", task.eta.is_none()), ("/task/expires_at", task.expires_at.is_none())] {
            hold(&mut errors, pointer, absent, "each tick has a time of its own");
        }
        hold(&mut errors, "/task/unique", task.unique.is_none(), "not in schedules; see `overlap`");
        let jitter = Duration::from_millis(jitter_ms.unwrap_or_default());
        hold(&mut errors, "/jitter_ms", jitter <= ScheduleDefinition::MAX_JITTER, "at most an hour");
        let catch_up = policy(catch_up.unwrap_or_default(), catch_up_window_ms, &mut errors);
        let rule = rule_of(rule, self.clock.now()).map_err(|error| errors.push(error)).ok();
        let (Some(rule), true) = (rule, errors.is_empty()) else {
            return Err(Problem::new(Code::InvalidBody).errors(errors));
        };
        let text = RawJson::of(&task).map_err(|_| Problem::new(Code::Internal))?;
        self.accept(task).map_err(|rejection| rejection.into_problem("/task"))?;
        let overlap = match overlap.unwrap_or_default() {
            ruche_api::Overlap::Allow => Overlap::Allow,
            ruche_api::Overlap::Skip => Overlap::Skip,
            ruche_api::Overlap::Cancel => Overlap::Cancel,
        };
        Ok(ScheduleDefinition { description, rule, task: text, overlap, catch_up, jitter })
    }
}

impl TaskMaker for Maker<'_> {
    fn make(&self, schedule: &Schedule, tick: Timestamp) -> Result<NewTask, String> {
        let wish = schedule.definition.task.decode().map_err(|_| "unreadable".to_owned())?;
        let mut task = self.accept(wish).map_err(|rejection| reason(&rejection))?;
        task.options.schedule = Some(Box::new(ScheduledBy { name: schedule.name.clone(), tick_at: tick }));
        Ok(task)
    }
}

/// In few words, without payload: the kind of problem and where it is.
fn reason(rejection: &Rejection) -> String {
    let Rejection::Invalid(code, errors) = rejection else { return Code::UnknownTask.as_str().to_owned() };
    let pointers: Vec<_> = errors.iter().filter_map(|error| error.pointer.as_deref()).collect();
    let mut text = format!("{}: {}", code.as_str(), pointers.join(", "));
    text.truncate(text.floor_char_boundary(LONGEST_REASON));
    text
}

/// The rule; the error points into a body that has it at `/rule`.
pub fn rule_of(rule: ruche_api::ScheduleRule, now: Timestamp) -> Result<ScheduleRule, FieldError> {
    let ruche_api::ScheduleRule { cron, time_zone, every_ms, anchor, at } = rule;
    for (pointer, out_of_place) in
        [("/rule/time_zone", time_zone.is_some() && cron.is_none()), ("/rule/anchor", anchor.is_some() && every_ms.is_none())]
    {
        if out_of_place {
            return Err(field_error(pointer, "exclusive", "not with this kind of rule"));
        }
    }
    match (cron, every_ms, at) {
        (Some(cron), None, None) => {
            let zone = time_zone.as_deref().unwrap_or("UTC");
            CronRule::new(&cron, zone).map(ScheduleRule::Cron).map_err(|error| invalid(&error))
        }
        (None, Some(every), None) => {
            let anchor = storable("/rule/anchor", anchor.unwrap_or_else(|| now.trunc_subsecs(0)))?;
            EveryRule::new(Duration::from_millis(every), anchor).map(ScheduleRule::Every).map_err(|error| invalid(&error))
        }
        (None, None, Some(at)) => Ok(ScheduleRule::Once { at: storable("/rule/at", at)? }),
        _ => Err(field_error("/rule", "exclusive", "exactly one of cron, every_ms and at")),
    }
}

/// The problem that a rule has no tick to come.
pub fn never_ticks() -> Problem {
    let error = field_error("/rule", "never_ticks", &ruche_domain::NeverTicks.to_string());
    Problem::new(Code::InvalidBody).detail(error.detail.clone()).errors(vec![error])
}

/// A problem with one field of the body.
pub fn invalid_field(pointer: &str, code: &str, detail: &str) -> Problem {
    Problem::new(Code::InvalidBody).errors(vec![field_error(pointer, code, detail)])
}

fn invalid(error: &InvalidRule) -> FieldError {
    let (pointer, code) = match error {
        InvalidRule::Cron(_) => ("/rule/cron", "cron"),
        InvalidRule::TimeZone => ("/rule/time_zone", "time_zone"),
        InvalidRule::Interval => ("/rule/every_ms", "range"),
    };
    field_error(pointer, code, &error.to_string())
}

fn policy(catch_up: ruche_api::CatchUp, window: Option<u64>, errors: &mut Vec<FieldError>) -> CatchUp {
    let window = window.map(Duration::from_millis);
    let pointer = "/catch_up_window_ms";
    match (catch_up, window) {
        (ruche_api::CatchUp::All, Some(window)) => {
            let within = !window.is_zero() && window <= CatchUp::MAX_WINDOW;
            hold(errors, pointer, within, "1 ms to 31 days");
            CatchUp::All { window }
        }
        (ruche_api::CatchUp::All, None) => {
            hold(errors, pointer, false, "catch_up `all` needs it");
            CatchUp::None
        }
        (other, window) => {
            hold(errors, pointer, window.is_none(), "only with catch_up `all`");
            if other == ruche_api::CatchUp::Last { CatchUp::Last } else { CatchUp::None }
        }
    }
}

/// Times of the years 1970 to 9999, in microseconds.
fn storable(pointer: &str, at: Timestamp) -> Result<Timestamp, FieldError> {
    let within = (0..=253_402_300_799).contains(&at.timestamp());
    let kept = Timestamp::from_timestamp_micros(at.timestamp_micros()).filter(|_| within);
    kept.ok_or_else(|| field_error(pointer, "range", "a time of the years 1970 to 9999"))
}

fn hold(errors: &mut Vec<FieldError>, pointer: &str, ok: bool, detail: &str) {
    if !ok {
        errors.push(field_error(pointer, "range", detail));
    }
}

fn field_error(pointer: &str, code: &str, detail: &str) -> FieldError {
    FieldError { pointer: Some(pointer.to_owned()), parameter: None, code: code.to_owned(), detail: detail.to_owned() }
}

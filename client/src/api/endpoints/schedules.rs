//! Schedules.

use ruche_api::{
    BackfillSchedule, CreateSchedule, FilledSchedule, PreviewSchedule, ReplaceSchedule, Schedule, SchedulePage, SchedulePreview,
    ScheduleRule, Task, TickPage,
};

use super::{super::Ask, PAGE};

pub fn list(cursor: Option<&str>) -> Ask<SchedulePage> {
    Ask::get(&["schedules"]).query("limit", Some(PAGE)).query("cursor", cursor)
}

pub fn get(name: &str) -> Ask<Schedule> {
    Ask::get(&["schedules", name])
}

pub fn create(schedule: &CreateSchedule) -> Ask<Schedule> {
    Ask::post_json(&["schedules"], schedule)
}

/// Replaces it, if it is still at this revision.
pub fn replace(name: &str, schedule: &ReplaceSchedule, revision: u64) -> Ask<Schedule> {
    Ask::put(&["schedules", name], schedule).if_match(revision)
}

pub fn delete(name: &str) -> Ask<()> {
    Ask::delete(&["schedules", name])
}

pub fn pause(name: &str) -> Ask<Schedule> {
    Ask::post(&["schedules", name, "pause"])
}

pub fn resume(name: &str) -> Ask<Schedule> {
    Ask::post(&["schedules", name, "resume"])
}

pub fn run(name: &str) -> Ask<Task> {
    Ask::post(&["schedules", name, "run"])
}

pub fn backfill(name: &str, time: &BackfillSchedule) -> Ask<FilledSchedule> {
    Ask::post_json(&["schedules", name, "backfill"], time)
}

/// The next ticks of a stored schedule.
pub fn preview(name: &str, count: u32) -> Ask<SchedulePreview> {
    Ask::get(&["schedules", name, "preview"]).query("count", Some(count))
}

/// Ticks of a stored schedule from a moment on, past or to come.
pub fn preview_after(name: &str, from: crate::browser::clock::Moment, count: u32) -> Ask<SchedulePreview> {
    // The API takes a moment that ticks come after.
    let after = from - chrono::TimeDelta::milliseconds(1);
    preview(name, count).query("after", Some(crate::i18n::moment::machine(after)))
}

/// The next ticks of a rule that is being written.
pub fn preview_rule(rule: &ScheduleRule, count: u32) -> Ask<SchedulePreview> {
    Ask::post_json(&["schedules", "preview"], &PreviewSchedule { rule: rule.clone() }).query("count", Some(count))
}

pub fn ticks(name: &str, limit: u32, cursor: Option<&str>) -> Ask<TickPage> {
    Ask::get(&["schedules", name, "ticks"]).query("limit", Some(limit)).query("cursor", cursor)
}

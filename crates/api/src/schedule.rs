//! Schedules.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{AnyJson, EnqueueTask};

/// When a schedule ticks: exactly one of `cron`, `every_ms` and `at`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct ScheduleRule {
    /// A cron expression: five fields (minute, hour, day of the month, month, day of the week), six (seconds first), or `@hourly`,
    /// `@daily`, `@weekly`, `@monthly`, `@yearly`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(min_length = 1, max_length = 200)))]
    pub cron: Option<String>,
    /// Time zone of the cron expression, by its name in the IANA database, e.g. `Europe/Paris`; `UTC` if left out. Where the clock
    /// skips a time of the day, a rule with one time of the day ticks right after the gap; where the clock shows it twice, once.
    /// Rules with several times of the day skip the gap, and tick both times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(min_length = 1, max_length = 64)))]
    pub time_zone: Option<String>,
    /// Ticks each time so many milliseconds have passed: 1 second to 366 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(minimum(value = "1000"), maximum(value = "31622400000"))))]
    pub every_ms: Option<u64>,
    /// What `every_ms` counts from, and its first tick; the time of the request if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<DateTime<Utc>>,
    /// Ticks once, at this time, which is still to come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<DateTime<Utc>>,
}

/// What a tick does while the schedule's task before has not ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Enum), oai(rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum Overlap {
    /// Enqueues its task all the same.
    #[default]
    Allow,
    /// Enqueues nothing.
    Skip,
    /// Cancels the task before, then enqueues its own.
    Cancel,
}

/// What becomes of late ticks: those found more than a minute after they were due, because no server ran.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Enum), oai(rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum CatchUp {
    /// They are missed.
    #[default]
    None,
    /// The last of them is made up for, unless a newer tick is due anyway.
    Last,
    /// Each is made up for that was due no longer ago than `catch_up_window_ms`.
    All,
}

/// A schedule to replace one by; what is left out takes its default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct ReplaceSchedule {
    /// What it is for, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(max_length = 1000)))]
    pub description: Option<String>,
    /// When it ticks.
    pub rule: ScheduleRule,
    /// The task of each tick, checked now and again at each tick; without `eta` and `expires_at`.
    pub task: EnqueueTask,
    /// What a tick does while the task before has not ended; `allow` if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overlap: Option<Overlap>,
    /// What becomes of late ticks; `none` if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catch_up: Option<CatchUp>,
    /// With `catch_up` `all`, and only then: how far back, in milliseconds, at most 31 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(minimum(value = "1"), maximum(value = "2678400000"))))]
    pub catch_up_window_ms: Option<u64>,
    /// Each tick's task comes later by less than this, differently for each tick and schedule; at most an hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(maximum(value = "3600000"))))]
    pub jitter_ms: Option<u64>,
    /// Whether it is paused; as it was if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<bool>,
}

/// A new schedule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct CreateSchedule {
    /// Its name; not `preview`, `.` or `..`.
    #[cfg_attr(feature = "openapi", oai(validator(min_length = 1, max_length = 100, pattern = "^[A-Za-z0-9._:-]{1,100}$")))]
    pub name: String,
    /// What it is for, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(max_length = 1000)))]
    pub description: Option<String>,
    /// When it ticks.
    pub rule: ScheduleRule,
    /// The task of each tick, checked now and again at each tick; without `eta` and `expires_at`.
    pub task: EnqueueTask,
    /// What a tick does while the task before has not ended; `allow` if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overlap: Option<Overlap>,
    /// What becomes of late ticks; `none` if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catch_up: Option<CatchUp>,
    /// With `catch_up` `all`, and only then: how far back, in milliseconds, at most 31 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(minimum(value = "1"), maximum(value = "2678400000"))))]
    pub catch_up_window_ms: Option<u64>,
    /// Each tick's task comes later by less than this, differently for each tick and schedule; at most an hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(validator(maximum(value = "3600000"))))]
    pub jitter_ms: Option<u64>,
    /// Whether it begins paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<bool>,
}

impl CreateSchedule {
    /// The name, and everything else.
    #[must_use]
    pub fn split(self) -> (String, ReplaceSchedule) {
        let Self { name, description, rule, task, overlap, catch_up, catch_up_window_ms, jitter_ms, paused } = self;
        let rest = ReplaceSchedule { description, rule, task, overlap, catch_up, catch_up_window_ms, jitter_ms, paused };
        (name, rest)
    }

    /// A name with everything else.
    #[must_use]
    pub fn named(name: impl Into<String>, rest: ReplaceSchedule) -> Self {
        let ReplaceSchedule { description, rule, task, overlap, catch_up, catch_up_window_ms, jitter_ms, paused } = rest;
        Self { name: name.into(), description, rule, task, overlap, catch_up, catch_up_window_ms, jitter_ms, paused }
    }
}

/// A schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct Schedule {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// When it ticks.
    pub rule: ScheduleRule,
    /// The task of each tick: the body of a request to enqueue one.
    pub task: AnyJson,
    /// What a tick does while the task before has not ended.
    pub overlap: Overlap,
    /// What becomes of late ticks.
    pub catch_up: CatchUp,
    /// How far back, with `all`.
    pub catch_up_window_ms: Option<u64>,
    /// Each tick's task comes later by less than this.
    pub jitter_ms: u64,
    /// Whether it is paused.
    pub paused: bool,
    /// The next tick; absent while it is paused, and when no tick is left.
    pub next_tick_at: Option<DateTime<Utc>>,
    /// When the next tick's task is enqueued: the tick with its jitter.
    pub due_at: Option<DateTime<Utc>>,
    /// The last tick that was decided.
    pub last_tick_at: Option<DateTime<Utc>>,
    /// The last task it made by a tick or by hand.
    pub last_task_id: Option<Uuid>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Grows with each change, not with ticks; the `ETag`.
    pub revision: u64,
}

/// A page of schedules, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct SchedulePage {
    /// The schedules.
    pub data: Vec<Schedule>,
    /// Pass it as `cursor` for the next page.
    pub next_cursor: Option<String>,
    /// Whether there is a next page.
    pub has_more: bool,
}

/// Why there is a tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Enum), oai(rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum TickKind {
    /// The rule.
    Tick,
    /// Somebody asked for a run now.
    Manual,
    /// Somebody asked for the ticks of a time that is past.
    Backfill,
}

/// Why a tick made no task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Enum), oai(rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum Skipped {
    /// The task before had not ended, or a later tick was due at the same moment.
    Overlap,
    /// Nobody was there in time.
    Missed,
    /// The task could not be accepted.
    Refused,
}

/// What became of a tick.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct ScheduleTick {
    /// The instant of the rule; of a manual run when it was asked for.
    pub tick_at: DateTime<Utc>,
    /// Why there is a tick.
    pub kind: TickKind,
    /// When it was decided.
    pub decided_at: DateTime<Utc>,
    /// The task it made.
    pub task_id: Option<Uuid>,
    /// Why it made none.
    pub skipped: Option<Skipped>,
    /// Ticks that were missed together are told as one: the last of them.
    pub through: Option<DateTime<Utc>>,
    /// Says more, for people.
    pub detail: Option<String>,
}

/// A page of ticks, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct TickPage {
    /// The ticks.
    pub data: Vec<ScheduleTick>,
    /// Pass it as `cursor` for the next page.
    pub next_cursor: Option<String>,
    /// Whether there is a next page.
    pub has_more: bool,
}

/// A rule to try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct PreviewSchedule {
    /// The rule.
    pub rule: ScheduleRule,
}

/// A tick to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct ComingTick {
    /// When.
    pub tick_at: DateTime<Utc>,
    /// The same on the wall clock of the rule's time zone, RFC 3339; for cron expressions.
    pub local: Option<String>,
    /// When its task is enqueued: the tick with its jitter; for a schedule that is stored.
    pub due_at: Option<DateTime<Utc>>,
}

/// Ticks to come, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct SchedulePreview {
    /// The ticks.
    pub data: Vec<ComingTick>,
}

/// A time that is past, whose ticks are to make the tasks they have not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct BackfillSchedule {
    /// Ticks from here on.
    pub from: DateTime<Utc>,
    /// Ticks before this, which is not to come; at most 1,000 ticks.
    pub until: DateTime<Utc>,
}

impl BackfillSchedule {
    /// Most ticks in one backfill.
    pub const MAX_TICKS: usize = 1_000;
}

/// A tick with the task it made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct FilledTick {
    /// The tick.
    pub tick_at: DateTime<Utc>,
    /// Its task.
    pub task_id: Uuid,
}

/// What a backfill came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct FilledSchedule {
    /// Ticks of the rule in that time.
    pub ticks: u64,
    /// Those that made their task now; the others had made it before, or are still to be decided.
    pub data: Vec<FilledTick>,
}

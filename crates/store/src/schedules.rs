//! Schedules: their rows, their ticks, and the tasks they make. Any number of servers may call these at once, with clocks that
//! differ: a schedule's row is locked while it is decided, and a tick has one row.

mod firing;

use async_trait::async_trait;
use chrono::TimeDelta;
use ruche_domain::{NewTask, Schedule, ScheduleDefinition, ScheduleName, TaskId, Tick, TickKind, Timestamp};

use crate::{Handover, Page, StoreError};

pub use firing::Firing;

/// Ticks kept per schedule; more than one backfill may have, so that repeating one finds what it did.
pub const HISTORY: u32 = 2_000;

/// Turns a schedule's definition into the task of a tick: what the server knows of task definitions is not the store's.
pub trait TaskMaker: Send + Sync {
    /// A new task, with an id that no stored task has.
    ///
    /// # Errors
    /// Why it cannot be accepted, in few words that hold nothing of its payload.
    fn make(&self, schedule: &Schedule, tick: Timestamp) -> Result<NewTask, String>;
}

/// What somebody changes about a schedule.
#[derive(Debug, Clone)]
pub enum ScheduleChange {
    /// [`Schedule::replace`]; `paused` stays as it is where nothing is said.
    Replace {
        /// The definition.
        definition: Box<ScheduleDefinition>,
        /// Whether it is paused.
        paused: Option<bool>,
    },
    /// [`Schedule::pause`]
    Pause,
    /// [`Schedule::resume`]
    Resume,
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScheduleAnswer {
    /// There is no such schedule.
    NotFound,
    /// Somebody else changed it meanwhile: this is its revision.
    Stale(u64),
    /// With this definition it would never tick.
    NeverTicks,
    /// It stands like this.
    Changed(Box<Schedule>),
}

/// What became of a request to delete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeleteAnswer {
    /// There is no such schedule.
    NotFound,
    /// Somebody else changed it meanwhile: this is its revision.
    Stale(u64),
    /// It is gone, with its history. Its tasks stay.
    Deleted,
}

/// What became of a request to run a schedule now.
#[derive(Debug, Clone)]
pub enum RunAnswer {
    /// There is no such schedule.
    NotFound,
    /// The task before has not ended, and the schedule skips ticks then.
    Overlap(TaskId),
    /// The task could not be accepted, for this reason.
    Refused(String),
    /// The task is committed and to be published.
    Ran {
        /// The task.
        task: Box<NewTask>,
        /// What to publish.
        handover: Handover,
    },
}

/// What became of a backfill.
#[derive(Debug, Clone)]
pub enum BackfillAnswer {
    /// There is no such schedule.
    NotFound,
    /// The task could not be accepted, for this reason; nothing was enqueued.
    Refused(String),
    /// The tasks of these ticks are committed and to be published; the other ticks have had theirs before.
    Filled {
        /// Ticks with the tasks they made now.
        made: Vec<(Timestamp, TaskId)>,
        /// What to publish.
        handover: Handover,
    },
}

/// What a round of the ticker came to.
#[derive(Debug, Clone, Default)]
pub struct Fired {
    /// Schedules that were decided.
    pub decided: u32,
    /// Schedules that cannot be read (another version wrote them, or somebody else did); put off by [`Fired::PUT_OFF`], so that
    /// the others do not wait for them.
    pub unreadable: u32,
    /// The tasks that were made, those that wait for their time included.
    pub made: Vec<NewTask>,
    /// What to publish.
    pub handover: Handover,
}

impl Fired {
    /// How long a schedule that cannot be read is left alone: a minute.
    pub const PUT_OFF: TimeDelta = TimeDelta::minutes(1);
}

/// Where a page of ticks begins: after this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TickCursor {
    /// Its instant.
    pub tick_at: Timestamp,
    /// Its kind.
    pub kind: TickKind,
}

/// Schedules.
#[async_trait]
pub trait Schedules: Send + Sync {
    /// Stores a new schedule; `false` when there is one of this name, which stays as it is.
    ///
    /// # Errors
    /// Any; then nothing changed.
    async fn create_schedule(&self, schedule: &Schedule) -> Result<bool, StoreError>;

    /// One schedule.
    ///
    /// # Errors
    /// Any.
    async fn schedule(&self, name: &ScheduleName) -> Result<Option<Schedule>, StoreError>;

    /// Schedules by name, those after `after`, at most `limit`.
    ///
    /// # Errors
    /// Any.
    async fn schedules(&self, after: Option<&ScheduleName>, limit: u32) -> Result<Page<Schedule, ScheduleName>, StoreError>;

    /// Changes a schedule, if its revision is the expected one where one is given.
    ///
    /// # Errors
    /// Any; then nothing changed.
    async fn change_schedule(
        &self,
        name: &ScheduleName,
        expected: Option<u64>,
        change: &ScheduleChange,
        now: Timestamp,
    ) -> Result<ScheduleAnswer, StoreError>;

    /// Deletes a schedule with its history, if its revision is the expected one where one is given.
    ///
    /// # Errors
    /// Any; then nothing changed.
    async fn delete_schedule(&self, name: &ScheduleName, expected: Option<u64>) -> Result<DeleteAnswer, StoreError>;

    /// When the next tick of any schedule is due.
    ///
    /// # Errors
    /// Any.
    async fn next_tick_due(&self) -> Result<Option<Timestamp>, StoreError>;

    /// Ticker: decides what is due ([`Schedule::plan`]) for at most `limit` schedules, the longest due first; enqueues their
    /// tasks, writes their history and moves them on, all in one transaction. A tick that has its row already makes nothing. Schedules that another server holds are skipped.
    ///
    /// # Errors
    /// Any; then nothing changed.
    async fn fire_due(&self, now: Timestamp, limit: u32, maker: &dyn TaskMaker) -> Result<Fired, StoreError>;

    /// Makes a task now, paused or not, as the overlap policy lets it.
    ///
    /// # Errors
    /// Any; then nothing changed.
    async fn run_schedule(&self, name: &ScheduleName, now: Timestamp, maker: &dyn TaskMaker) -> Result<RunAnswer, StoreError>;

    /// Makes a task for each of these ticks that has made none so far, whatever the overlap policy. Repeating it makes nothing.
    ///
    /// # Errors
    /// Any; then nothing changed.
    async fn backfill_schedule(
        &self,
        name: &ScheduleName,
        ticks: &[Timestamp],
        now: Timestamp,
        maker: &dyn TaskMaker,
    ) -> Result<BackfillAnswer, StoreError>;

    /// A schedule's ticks, the latest first, those after `after`, at most `limit`. Nothing for an unknown schedule.
    ///
    /// # Errors
    /// Any.
    async fn ticks(
        &self,
        name: &ScheduleName,
        after: Option<TickCursor>,
        limit: u32,
    ) -> Result<Page<Tick, TickCursor>, StoreError>;
}

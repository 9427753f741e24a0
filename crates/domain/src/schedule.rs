//! Schedules: rules that enqueue a task at each of their ticks.
//!
//! Everything a replica decides is decided here, from the schedule's row and a time: the stores lock the row, ask, and write
//! what they are told. A tick is an instant of the rule; its task is enqueued at the tick plus its jitter.

pub mod cron;
pub mod definition;
mod jitter;
pub mod plan;
pub mod rule;
pub mod tick;

use crate::{ScheduleDefinition, ScheduleName, TaskId, Timestamp};

/// A schedule as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Its name, unique.
    pub name: ScheduleName,
    /// When it ticks, and what is done then.
    pub definition: ScheduleDefinition,
    /// Whether it ticks not.
    pub paused: bool,
    /// The first tick that has not been decided; `None` while it is paused and when no tick is left.
    pub next_tick_at: Option<Timestamp>,
    /// When that tick is to be decided: the tick with its jitter.
    pub due_at: Option<Timestamp>,
    /// The last tick that was decided.
    pub last_tick_at: Option<Timestamp>,
    /// The last task it made by a tick or by hand; what the overlap policy looks at.
    pub last_task: Option<TaskId>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When somebody last changed it.
    pub updated_at: Timestamp,
    /// Grows with every change somebody makes, not with ticks.
    pub revision: u64,
}

/// The rule has no tick within the next 50 years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("never ticks: no such time comes within the next 50 years")]
pub struct NeverTicks;

impl Schedule {
    /// A new schedule; its first tick comes after `now`.
    ///
    /// # Errors
    /// When it would never tick.
    pub fn begin(name: ScheduleName, definition: ScheduleDefinition, paused: bool, now: Timestamp) -> Result<Self, NeverTicks> {
        definition.rule.next_after(now).ok_or(NeverTicks)?;
        let schedule = Self {
            name,
            definition,
            paused,
            next_tick_at: None,
            due_at: None,
            last_tick_at: None,
            last_task: None,
            created_at: now,
            updated_at: now,
            revision: 1,
        };
        Ok(schedule.wait_for(now))
    }

    /// Another definition; ticks at or before `now` that were not decided are forgotten.
    ///
    /// # Errors
    /// When it would never tick.
    pub fn replace(self, definition: ScheduleDefinition, paused: Option<bool>, now: Timestamp) -> Result<Self, NeverTicks> {
        definition.rule.next_after(now).ok_or(NeverTicks)?;
        let paused = paused.unwrap_or(self.paused);
        Ok(Self { definition, paused, ..self }.changed(now).wait_for(now))
    }

    /// Ticks no more until resumed. Pausing twice changes nothing.
    #[must_use]
    pub fn pause(self, now: Timestamp) -> Self {
        if self.paused { self } else { Self { paused: true, ..self }.changed(now).wait_for(now) }
    }

    /// Ticks again, from `now` on: what would have come while it was paused is not caught up. Resuming twice changes nothing.
    #[must_use]
    pub fn resume(self, now: Timestamp) -> Self {
        if self.paused { Self { paused: false, ..self }.changed(now).wait_for(now) } else { self }
    }

    /// Waits for this tick, as far as there is one.
    #[must_use]
    pub fn awaiting(self, tick: Option<Timestamp>) -> Self {
        let due_at = tick.map(|tick| self.due(tick));
        Self { next_tick_at: tick, due_at, ..self }
    }

    /// When a tick is to be decided: the same in every replica.
    #[must_use]
    pub fn due(&self, tick: Timestamp) -> Timestamp {
        tick + jitter::of(&self.name, tick, self.definition.jitter)
    }

    fn changed(self, now: Timestamp) -> Self {
        Self { updated_at: now, revision: self.revision + 1, ..self }
    }

    fn wait_for(self, now: Timestamp) -> Self {
        let next = if self.paused { None } else { self.definition.rule.next_after(now) };
        self.awaiting(next)
    }
}

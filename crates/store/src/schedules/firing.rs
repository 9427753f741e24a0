//! What a store writes for a schedule that is locked: decided once here, for both databases.

use std::collections::HashSet;

use ruche_domain::{Fate, NewTask, Overlap, Plan, Schedule, Skipped, TaskId, Tick, TickKind, Timestamp};

use super::TaskMaker;

/// What is to be written.
#[derive(Debug)]
pub struct Firing {
    /// The schedule as it stands afterwards.
    pub schedule: Schedule,
    /// Rows of history. Where there is one of the same instant and kind already, that one stays.
    pub ticks: Vec<Tick>,
    /// The task before, to cancel.
    pub cancel: Option<TaskId>,
    tasks: Vec<NewTask>,
}

impl Firing {
    /// The task whose end matters for what is due at `now`; the caller finds out whether it lives.
    #[must_use]
    pub fn task_before(schedule: &Schedule) -> Option<TaskId> {
        schedule.last_task.filter(|_| schedule.definition.overlap != Overlap::Allow)
    }

    /// Decides what is due at `now`. `live`: whether [`Self::task_before`] has not ended.
    #[must_use]
    pub fn of(schedule: Schedule, now: Timestamp, live: bool, maker: &dyn TaskMaker) -> Self {
        let plan = schedule.plan(now);
        let (fates, cancel) = plan.fates(schedule.definition.overlap, live);
        let Plan { act, missed, next } = plan;
        let (mut ticks, mut tasks) = (Vec::with_capacity(act.len() + 1), Vec::new());
        if let Some((first, last)) = missed {
            let through = (last > first).then_some(last);
            ticks.push(Tick { through, ..Tick::skipped(first, now, Skipped::Missed) });
        }
        for (tick, fate) in fates {
            ticks.push(match fate {
                Fate::Overlap => Tick::skipped(tick, now, Skipped::Overlap),
                Fate::Run => match maker.make(&schedule, tick) {
                    Ok(task) => {
                        let ran = Tick::ran(tick, TickKind::Tick, now, task.id);
                        tasks.push(task);
                        ran
                    }
                    Err(detail) => Tick { detail: Some(detail), ..Tick::skipped(tick, now, Skipped::Refused) },
                },
            });
        }
        let last_tick_at = act.last().copied().or(missed.map(|(_, last)| last)).or(schedule.last_tick_at);
        // A tick that can make no task takes none away.
        let cancel = schedule.last_task.filter(|_| cancel && !tasks.is_empty());
        Self { schedule: Schedule { last_tick_at, ..schedule.awaiting(next) }, ticks, cancel, tasks }
    }

    /// A run by hand, under an instant that is its own.
    #[must_use]
    pub fn by_hand(schedule: Schedule, now: Timestamp, tick_at: Timestamp, live: bool, task: NewTask) -> Self {
        let ticks = vec![Tick::ran(tick_at, TickKind::Manual, now, task.id)];
        let cancel = schedule.last_task.filter(|_| live && schedule.definition.overlap == Overlap::Cancel);
        Self { schedule, ticks, cancel, tasks: vec![task] }
    }

    /// Ticks of a time that is past. The task before stays the one it is: overlap is of no account here.
    ///
    /// # Errors
    /// Why a task cannot be accepted.
    pub fn backfill(
        schedule: Schedule,
        now: Timestamp,
        ticks: impl Iterator<Item = Timestamp>,
        maker: &dyn TaskMaker,
    ) -> Result<Self, String> {
        let tasks: Vec<_> = ticks.map(|tick| Ok((tick, maker.make(&schedule, tick)?))).collect::<Result<_, String>>()?;
        let ticks = tasks.iter().map(|(tick, task)| Tick::ran(*tick, TickKind::Backfill, now, task.id)).collect();
        Ok(Self { schedule, ticks, cancel: None, tasks: tasks.into_iter().map(|(_, task)| task).collect() })
    }

    /// The tasks of the ticks whose rows were written now, given their instants, and the schedule that remembers the last of
    /// them.
    #[must_use]
    pub fn settle(self, written: &HashSet<Timestamp>) -> (Schedule, Vec<NewTask>) {
        let kept: HashSet<TaskId> =
            self.ticks.iter().filter(|tick| written.contains(&tick.tick_at)).filter_map(|tick| tick.task).collect();
        let backfilled = self.ticks.first().is_some_and(|tick| tick.kind == TickKind::Backfill);
        let tasks: Vec<_> = self.tasks.into_iter().filter(|task| kept.contains(&task.id)).collect();
        let last_task = tasks.last().map(|task| task.id).filter(|_| !backfilled).or(self.schedule.last_task);
        (Schedule { last_task, ..self.schedule }, tasks)
    }
}

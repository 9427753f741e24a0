//! What happened in the last hour, in steps of half a minute: how many tasks entered each state, how many waited and ran. Every server hears
//! of all changes, so each has the whole of it, since it started; it is for people to look at, and is not stored.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::DurationRound;
use ruche_api::{HistoryStep, StatsHistory};
use ruche_domain::{ChangeKind, Changes, TaskState, Timestamp};
use ruche_store::QueueView;

/// The length of a step.
const STEP: chrono::TimeDelta = chrono::TimeDelta::seconds(30);

/// How many steps are remembered: an hour.
const STEPS: usize = 120;

/// The memory.
#[derive(Debug, Default)]
pub struct History(Mutex<VecDeque<Step>>);

#[derive(Debug)]
struct Step {
    from: Timestamp,
    entered: BTreeMap<TaskState, u64>,
    /// Tasks that waited and that ran, when the database was last asked.
    live: Option<(u64, u64)>,
}

impl History {
    /// Counts what a notice tells.
    pub fn heard(&self, changes: &Changes, now: Timestamp) {
        let mut steps = self.steps();
        let step = current(&mut steps, now);
        match changes {
            Changes::Each(changes) => {
                for change in changes {
                    if let ChangeKind::State(state) = change.kind {
                        *step.entered.entry(state).or_default() += 1;
                    }
                }
            }
            Changes::Summary(counts) => {
                for (state, count) in counts {
                    *step.entered.entry(*state).or_default() += count;
                }
            }
            Changes::Registry | Changes::Released | Changes::Lost => {}
        }
    }

    /// Notes how many tasks wait and run.
    pub fn looked(&self, queues: &[QueueView], now: Timestamp) {
        let live = queues.iter().flat_map(|queue| &queue.live);
        let (mut waiting, mut running) = (0, 0);
        for (state, count) in live {
            match state {
                TaskState::Running => running += count,
                TaskState::Queued => waiting += count,
                _ => {}
            }
        }
        current(&mut self.steps(), now).live = Some((waiting, running));
    }

    /// All of it, in order, with nothing left out since it began.
    pub fn told(&self, now: Timestamp) -> StatsHistory {
        let mut steps = self.steps();
        current(&mut steps, now);
        let told = |step: &Step| HistoryStep {
            from: step.from,
            entered: step.entered.iter().map(|(state, count)| (state.as_str().to_owned(), *count)).collect(),
            waiting: step.live.map(|(waiting, _)| waiting),
            running: step.live.map(|(_, running)| running),
        };
        StatsHistory { step_ms: STEP.num_milliseconds().unsigned_abs(), data: steps.iter().map(told).collect() }
    }

    fn steps(&self) -> MutexGuard<'_, VecDeque<Step>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The step of this moment. Those in which nothing was heard are filled in; a clock that was set back counts for the last one.
fn current(steps: &mut VecDeque<Step>, now: Timestamp) -> &mut Step {
    let from = now.duration_trunc(STEP).unwrap_or(now);
    let mut next = steps.back().map_or(from, |last| last.from + STEP);
    if from - next > STEP * i32::try_from(STEPS).unwrap_or(i32::MAX) {
        steps.clear();
        next = from;
    }
    while next <= from {
        if steps.len() >= STEPS {
            steps.pop_front();
        }
        steps.push_back(Step { from: next, entered: BTreeMap::new(), live: None });
        next += STEP;
    }
    steps.back_mut().expect("a step was just made, if there was none")
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn summary(count: u64) -> Changes {
        Changes::Summary(BTreeMap::from([(TaskState::Succeeded, count)]))
    }

    #[test]
    fn quiet_steps_are_told_too() {
        let history = History::default();
        history.heard(&summary(3), at(1));
        history.heard(&summary(4), at(29));
        history.heard(&summary(5), at(95));
        let told = history.told(at(130));
        let counts: Vec<_> = told.data.iter().map(|step| step.entered.get("succeeded").copied().unwrap_or_default()).collect();
        assert_eq!((told.step_ms, counts), (30_000, vec![7, 0, 0, 5, 0]));
    }

    #[test]
    fn an_hour_is_remembered_whatever_the_clock_does() {
        let history = History::default();
        for minute in 0..90 {
            history.heard(&summary(1), at(minute * 60));
        }
        assert_eq!(history.told(at(90 * 60)).data.len(), STEPS);
        history.heard(&summary(1), at(0) - TimeDelta::days(1));
        assert_eq!(history.told(at(90 * 60)).data.len(), STEPS);
        assert_eq!(history.told(at(0) + TimeDelta::days(30)).data.len(), 1);
    }
}

//! The handles for one queue's and task's events.

use std::{sync::OnceLock, time::Duration};

use chrono::TimeDelta;
use prometheus::{Histogram, HistogramVec, IntCounter, IntCounterVec};
use ruche_domain::{AttemptOutcome, TaskFailure};

use super::Families;

/// Failures of every task, known before they happen.
const USUAL_REASONS: [&str; 3] = ["error", "panicked", "timed_out"];

/// How an attempt ended, as a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Succeeded,
    Failed,
    TimedOut,
    Cancelled,
    Lost,
    Released,
}

impl Outcome {
    const fn label(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::TimedOut => "timed_out",
            Self::Cancelled => "cancelled",
            Self::Lost => "lost",
            Self::Released => "released",
        }
    }

    fn of(outcome: &AttemptOutcome) -> Self {
        match outcome {
            AttemptOutcome::Succeeded { .. } => Self::Succeeded,
            AttemptOutcome::Retrying { failure, .. } | AttemptOutcome::Failed { failure } if failure.kind == "timed_out" => {
                Self::TimedOut
            }
            AttemptOutcome::Retrying { .. } | AttemptOutcome::Failed { .. } => Self::Failed,
            AttemptOutcome::Cancelled => Self::Cancelled,
            AttemptOutcome::Released => Self::Released,
        }
    }
}

/// How many there are, to index by.
const OUTCOMES: usize = Outcome::Released as usize + 1;

/// The handles for one queue's and task's events.
pub(in crate::engine) struct Series {
    queue: String,
    task: String,
    /// By outcome; those of attempts that are not the last, then of those that are.
    attempts: [[OnceLock<IntCounter>; OUTCOMES]; 2],
    run: [OnceLock<Histogram>; OUTCOMES],
    queue_wait: Histogram,
    end_to_end: Histogram,
    attempts_to_finish: Histogram,
    all_attempts: IntCounterVec,
    all_runs: HistogramVec,
    retries: IntCounterVec,
    dead_lettered: IntCounterVec,
}

/// An attempt whose outcome was recorded.
#[derive(Debug, Clone, Copy)]
pub(in crate::engine) struct Recorded<'a> {
    pub(in crate::engine) outcome: &'a AttemptOutcome,
    /// How long the code ran.
    pub(in crate::engine) ran: Duration,
    /// From accepted to ended.
    pub(in crate::engine) since_created: TimeDelta,
    pub(in crate::engine) attempts_used: u32,
}

impl Families {
    pub(super) fn series(&self, queue: &str, task: &str) -> Series {
        let labels = [queue, task];
        let series = Series {
            queue: queue.to_owned(),
            task: task.to_owned(),
            attempts: Default::default(),
            run: Default::default(),
            queue_wait: self.queue_wait.with_label_values(&labels),
            end_to_end: self.end_to_end.with_label_values(&labels),
            attempts_to_finish: self.attempts_to_finish.with_label_values(&labels),
            all_attempts: self.attempts.clone(),
            all_runs: self.run.clone(),
            retries: self.retries.clone(),
            dead_lettered: self.dead_lettered.clone(),
        };
        series.begin_at_zero();
        series
    }
}

impl Series {
    /// Makes the series that queries expect to be there before anything happened.
    fn begin_at_zero(&self) {
        use Outcome::{Cancelled, Failed, Lost, Released, Succeeded, TimedOut};
        for (outcome, last) in [
            (Succeeded, true),
            (Failed, false),
            (Failed, true),
            (TimedOut, false),
            (TimedOut, true),
            (Cancelled, true),
            (Lost, false),
            (Released, false),
        ] {
            self.attempts(outcome, last);
        }
        self.run(Succeeded);
        self.run(Failed);
        for reason in USUAL_REASONS {
            self.retries.with_label_values(&[&*self.queue, &*self.task, reason]);
            self.dead_lettered.with_label_values(&[&*self.queue, &*self.task, reason]);
        }
    }

    /// An attempt began, so long after its task had become runnable.
    pub(in crate::engine) fn started(&self, waited: TimeDelta) {
        self.queue_wait.observe(seconds(waited));
    }

    /// An attempt's lease was lost, or its outcome was not taken.
    pub(in crate::engine) fn lost(&self) {
        self.attempts(Outcome::Lost, false).inc();
    }

    /// An attempt's outcome was recorded.
    pub(in crate::engine) fn recorded(&self, recorded: &Recorded<'_>) {
        let outcome = Outcome::of(recorded.outcome);
        let last = !matches!(recorded.outcome, AttemptOutcome::Retrying { .. } | AttemptOutcome::Released);
        self.attempts(outcome, last).inc();
        self.run(outcome).observe(recorded.ran.as_secs_f64());
        if last {
            self.end_to_end.observe(seconds(recorded.since_created));
            self.attempts_to_finish.observe(f64::from(recorded.attempts_used));
        }
        match recorded.outcome {
            AttemptOutcome::Retrying { failure, .. } => self.reason(&self.retries, failure),
            AttemptOutcome::Failed { failure } => self.reason(&self.dead_lettered, failure),
            AttemptOutcome::Succeeded { .. } | AttemptOutcome::Cancelled | AttemptOutcome::Released => {}
        }
    }

    fn reason(&self, family: &IntCounterVec, failure: &TaskFailure) {
        family.with_label_values(&[&*self.queue, &*self.task, &*failure.kind]).inc();
    }

    fn attempts(&self, outcome: Outcome, last: bool) -> &IntCounter {
        self.attempts[usize::from(last)][outcome as usize].get_or_init(|| {
            let last = if last { "true" } else { "false" };
            self.all_attempts.with_label_values(&[&*self.queue, &*self.task, outcome.label(), last])
        })
    }

    fn run(&self, outcome: Outcome) -> &Histogram {
        self.run[outcome as usize].get_or_init(|| self.all_runs.with_label_values(&[&*self.queue, &*self.task, outcome.label()]))
    }
}

/// Seconds; zero if the clock went backwards.
fn seconds(time: TimeDelta) -> f64 {
    time.to_std().unwrap_or_default().as_secs_f64()
}

//! What the end of an attempt's code means for its task. Pure.

use std::{any::Any, time::Duration};

use ruche_domain::{AttemptOutcome, Lifecycle, RawJson, RetryDecision, RetryPolicy, TaskFailure, TaskName, Timestamp};

use crate::{TaskError, engine::live::Stop};

/// Largest result kept, in bytes of JSON.
const LARGEST_RESULT: usize = 1_024 * 1_024;

/// Longest details of a failure kept, in bytes.
const LONGEST_DETAILS: usize = 16 * 1_024;

/// How an attempt's code came to its end.
#[derive(Debug)]
pub(super) enum Ending {
    /// It returned.
    Returned(Result<RawJson, TaskError>),
    /// It panicked, with this message.
    Panicked(String),
    /// It ran longer than allowed and was dropped.
    TimedOut(Duration),
    /// It did not stop in time when asked to, and was dropped.
    Dropped,
}

/// What the decision depends on beside the ending.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    pub(super) attempts_used: u32,
    pub(super) max_attempts: u32,
    pub(super) policy: RetryPolicy,
    /// Whether and why the attempt was asked to stop.
    pub(super) stop: Stop,
}

impl Ending {
    /// Whether the code did what it was to do.
    pub(super) const fn is_success(&self) -> bool {
        matches!(self, Self::Returned(Ok(_)))
    }

    /// Nobody wrote the code.
    pub(super) fn not_registered(name: &TaskName) -> Self {
        Self::Returned(Err(TaskError::fail(format!("no task is registered as {name} in this worker")).kind("not_registered")))
    }

    /// A panic's payload.
    pub(super) fn panicked(payload: &(dyn Any + Send)) -> Self {
        let text = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        Self::Panicked(text.unwrap_or("the task panicked").to_owned())
    }

    /// What is to be recorded; nothing when the lease is lost.
    pub(super) fn outcome(self, rules: &Rules, now: Timestamp, random: impl FnOnce() -> f64) -> Option<AttemptOutcome> {
        let error = match (self, rules.stop) {
            (_, Stop::Lost) => return None,
            // It finished in time, whatever was asked.
            (Self::Returned(Ok(result)), _) => match bounded(result) {
                Ok(result) => return Some(AttemptOutcome::Succeeded { result }),
                Err(error) => error,
            },
            (_, Stop::Cancel) => return Some(AttemptOutcome::Cancelled),
            (_, Stop::Drain) | (Self::Dropped, Stop::No) => return Some(AttemptOutcome::Released),
            (Self::Returned(Err(error)), Stop::No) => error,
            (Self::Panicked(message), Stop::No) => TaskError::retry(message).kind("panicked"),
            (Self::TimedOut(limit), Stop::No) => TaskError::retry(format!("ran longer than {limit:?}")).kind("timed_out"),
        };
        let failure = presentable(error.failure);
        let random = if error.decision == RetryDecision::Backoff { random() } else { 0.0 };
        let Rules { attempts_used, max_attempts, policy, stop: _ } = rules;
        Some(Lifecycle::after_failure(*attempts_used, *max_attempts, policy, error.decision, failure, now, random))
    }
}

fn bounded(result: RawJson) -> Result<RawJson, TaskError> {
    let size = result.as_str().len();
    if size <= LARGEST_RESULT {
        return Ok(result);
    }
    Err(TaskError::fail(format!("the result has {size} bytes of JSON, at most {LARGEST_RESULT} are kept"))
        .kind("result_too_large"))
}

/// A failure as it may be stored, whoever made it.
fn presentable(failure: TaskFailure) -> TaskFailure {
    let details = failure.details.map(|mut details| {
        details.truncate(details.floor_char_boundary(LONGEST_DETAILS));
        details.replace('\0', "\u{fffd}")
    });
    TaskFailure { details, ..TaskFailure::new(&failure.kind, failure.message) }
}

#[cfg(test)]
mod tests;

//! Unique tasks: while a task holds a key, another one with the same key is not simply added.
//!
//! The store finds the task that holds the key, locks its row, and asks [`Uniqueness::decide`].

pub mod canonical;

use std::time::Duration;

use chrono::TimeDelta;

use crate::{NewTask, TaskId, TaskState, Timestamp};

/// What tasks are alike by: SHA-256 over the task's name, the caller's key and, where they count, the arguments in their
/// [canonical form](crate::canonical_json).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UniqueKey(pub [u8; 32]);

/// What is done with a task whose key is held by another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UniquePolicy {
    /// It is refused.
    Reject,
    /// The holder stands for it.
    Existing,
    /// A holder that waits takes over its arguments, priority, ETA and expiry. One that waits for other tasks, or for its next
    /// attempt, goes on waiting as long. A holder that does not wait is left alone, and the task refused: nothing would run
    /// with its arguments.
    Replace,
    /// Like [`Self::Replace`], but a `scheduled` holder is put off to the task's ETA, and a `queued` one stays where it is.
    Debounce {
        /// A holder is put off to no later than this after it was accepted.
        max_wait: Duration,
    },
}

/// A task's wish to be the only one of its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uniqueness {
    /// The kind.
    pub key: UniqueKey,
    /// The key is held for no longer than this after its holder was accepted.
    pub period: Option<Duration>,
    /// The key is held while its holder is in one of these states.
    pub states: Vec<TaskState>,
    /// What is done while it is held.
    pub policy: UniquePolicy,
}

/// The task a key was given to last, as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// The task.
    pub id: TaskId,
    /// Where it stands.
    pub state: TaskState,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When it is due, while it waits for that.
    pub due_at: Option<Timestamp>,
    /// Its ETA.
    pub eta: Option<Timestamp>,
    /// From this time on it does not hold the key, whatever its state.
    pub taken_until: Option<Timestamp>,
}

/// What becomes of a task that wishes to be unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UniqueDecision {
    /// It is accepted, and holds the key from now on.
    Create,
    /// It is refused.
    Reject,
    /// The holder stands for it, unchanged.
    Existing,
    /// The holder takes over its arguments, priority and expiry, and stands like this.
    Amend(Amendment),
}

/// Where a waiting task stands after it was amended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amendment {
    /// Its state: it still waits.
    pub state: TaskState,
    /// When it is due; set for `scheduled` and `retrying`.
    pub due_at: Option<Timestamp>,
    /// Its ETA.
    pub eta: Option<Timestamp>,
}

impl Uniqueness {
    /// Longest key a caller may give, in characters.
    pub const MAX_KEY: usize = 255;
    /// Longest period, and longest `max_wait`.
    pub const MAX_PERIOD: Duration = Duration::from_secs(31 * 24 * 60 * 60);
    /// States in which a task waits or runs.
    pub const LIVE: [TaskState; 5] =
        [TaskState::Blocked, TaskState::Scheduled, TaskState::Queued, TaskState::Running, TaskState::Retrying];
    /// States in which a task waits.
    pub const WAITING: [TaskState; 4] = [TaskState::Blocked, TaskState::Scheduled, TaskState::Queued, TaskState::Retrying];

    /// The states in which a key is held where the caller names none: while the holder waits or runs; with a period also when it
    /// has succeeded. `replace` and `debounce` want the newest arguments to run, which a holder that runs already cannot do: there,
    /// only while it waits.
    #[must_use]
    pub fn usual_states(policy: UniquePolicy, period: bool) -> Vec<TaskState> {
        match policy {
            UniquePolicy::Replace | UniquePolicy::Debounce { .. } => Self::WAITING.to_vec(),
            UniquePolicy::Reject | UniquePolicy::Existing if period => {
                Self::LIVE.into_iter().chain([TaskState::Succeeded]).collect()
            }
            UniquePolicy::Reject | UniquePolicy::Existing => Self::LIVE.to_vec(),
        }
    }

    /// Until when a task accepted at `created_at` holds the key at the longest.
    #[must_use]
    pub fn taken_until(&self, created_at: Timestamp) -> Option<Timestamp> {
        self.period.map(|period| later(created_at, period))
    }

    /// What becomes of `task` at `now`, given who was given the key last (`None`: nobody, or a task that is gone).
    #[must_use]
    pub fn decide(&self, holder: Option<&Holder>, task: &NewTask, now: Timestamp) -> UniqueDecision {
        let held = |holder: &&Holder| self.states.contains(&holder.state) && holder.taken_until.is_none_or(|until| now < until);
        let Some(holder) = holder.filter(held) else { return UniqueDecision::Create };
        match self.policy {
            UniquePolicy::Reject => UniqueDecision::Reject,
            UniquePolicy::Existing => UniqueDecision::Existing,
            _ if !holder.state.is_waiting() => UniqueDecision::Reject,
            UniquePolicy::Replace => UniqueDecision::Amend(replaced(holder, task, now)),
            UniquePolicy::Debounce { max_wait } => UniqueDecision::Amend(put_off(holder, task, now, max_wait)),
        }
    }
}

fn replaced(holder: &Holder, task: &NewTask, now: Timestamp) -> Amendment {
    match holder.state {
        TaskState::Scheduled | TaskState::Queued => match task.eta.filter(|eta| *eta > now) {
            Some(eta) => Amendment { state: TaskState::Scheduled, due_at: Some(eta), eta: Some(eta) },
            None => Amendment { state: TaskState::Queued, due_at: None, eta: task.eta },
        },
        _ => unmoved(holder),
    }
}

fn put_off(holder: &Holder, task: &NewTask, now: Timestamp, max_wait: Duration) -> Amendment {
    if holder.state != TaskState::Scheduled {
        return unmoved(holder);
    }
    let due = task.eta.unwrap_or(now).min(later(holder.created_at, max_wait));
    Amendment { state: TaskState::Scheduled, due_at: Some(due), eta: Some(due) }
}

fn unmoved(holder: &Holder) -> Amendment {
    Amendment { state: holder.state, due_at: holder.due_at, eta: holder.eta }
}

/// For durations beyond all time, the end of time.
fn later(at: Timestamp, by: Duration) -> Timestamp {
    TimeDelta::from_std(by).ok().and_then(|by| at.checked_add_signed(by)).unwrap_or(Timestamp::MAX_UTC)
}

#[cfg(test)]
mod tests;

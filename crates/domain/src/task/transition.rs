//! The lifecycle as pure functions: which state may follow which, and what changes with it.
//!
//! ```text
//! blocked ─► scheduled ─► queued ─► running ─► succeeded | failed | cancelled
//!                           ▲  ▲       │
//!                           │  └───────┤ released, lease lost
//!                       retrying ◄─────┘ failed, attempts left
//! any waiting state ─► cancelled | expired        any terminal state ─► queued (retried by hand)
//! blocked ─► queued | failed (arguments cannot be made)   failed, cancelled, expired ─► blocked (workflow retried)
//! ```
//!
//! The stores repeat each of these as a guard in SQL; the conformance suite holds both to the same answers.

use crate::{AttemptOutcome, RetryPolicy, TaskFailure, TaskState, Timestamp, WorkerName};

/// A task's state with the data that exists only in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// See [`TaskState::Blocked`].
    Blocked,
    /// See [`TaskState::Scheduled`].
    Scheduled {
        /// When it becomes due.
        due_at: Timestamp,
    },
    /// See [`TaskState::Queued`].
    Queued {
        /// Since when it may run.
        queued_at: Timestamp,
    },
    /// See [`TaskState::Running`].
    Running {
        /// Who runs it.
        worker: WorkerName,
        /// Until when, unless renewed.
        lease_until: Timestamp,
        /// Since when.
        started_at: Timestamp,
        /// Whether somebody asked that it stop.
        cancel_requested: bool,
    },
    /// See [`TaskState::Retrying`].
    Retrying {
        /// When it becomes due.
        due_at: Timestamp,
        /// Why the last attempt failed.
        failure: TaskFailure,
    },
    /// See [`TaskState::Succeeded`].
    Succeeded {
        /// When it ended.
        finished_at: Timestamp,
    },
    /// See [`TaskState::Failed`].
    Failed {
        /// When it ended.
        finished_at: Timestamp,
        /// Why.
        failure: TaskFailure,
    },
    /// See [`TaskState::Cancelled`].
    Cancelled {
        /// When it ended.
        finished_at: Timestamp,
    },
    /// See [`TaskState::Expired`].
    Expired {
        /// When it was found to be too late.
        finished_at: Timestamp,
    },
}

/// One task's life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lifecycle {
    /// Where it stands.
    pub phase: Phase,
    /// Number of the current or last attempt; 0 before the first. Only grows: it fences the outcomes of lost workers.
    pub attempt: u32,
    /// Attempts that count against `max_attempts`: those not handed back.
    pub attempts_used: u32,
    /// Attempts allowed.
    pub max_attempts: u32,
    /// Not to start after this time.
    pub expires_at: Option<Timestamp>,
}

/// The transition is not allowed from the state the task is in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot {action} a task that is {from}")]
pub struct InvalidTransition {
    /// What was tried.
    pub action: &'static str,
    /// The state it was tried in.
    pub from: TaskState,
}

type Transition = Result<Lifecycle, InvalidTransition>;

impl Lifecycle {
    /// A new task's life: `scheduled` until `eta` if that is still to come, else `queued`.
    #[must_use]
    pub fn begin(now: Timestamp, eta: Option<Timestamp>, expires_at: Option<Timestamp>, max_attempts: u32) -> Self {
        let phase = match eta {
            Some(due_at) if due_at > now => Phase::Scheduled { due_at },
            _ => Phase::Queued { queued_at: now },
        };
        Self { phase, attempt: 0, attempts_used: 0, max_attempts: max_attempts.max(1), expires_at }
    }

    /// The life of a new task that waits for others: `blocked`.
    #[must_use]
    pub fn begin_blocked(expires_at: Option<Timestamp>, max_attempts: u32) -> Self {
        Self { phase: Phase::Blocked, attempt: 0, attempts_used: 0, max_attempts: max_attempts.max(1), expires_at }
    }

    /// The state's word.
    #[must_use]
    pub const fn state(&self) -> TaskState {
        match self.phase {
            Phase::Blocked => TaskState::Blocked,
            Phase::Scheduled { .. } => TaskState::Scheduled,
            Phase::Queued { .. } => TaskState::Queued,
            Phase::Running { .. } => TaskState::Running,
            Phase::Retrying { .. } => TaskState::Retrying,
            Phase::Succeeded { .. } => TaskState::Succeeded,
            Phase::Failed { .. } => TaskState::Failed,
            Phase::Cancelled { .. } => TaskState::Cancelled,
            Phase::Expired { .. } => TaskState::Expired,
        }
    }

    /// A worker takes the task: `queued` and not expired → `running`, the attempt's number grows by one.
    ///
    /// # Errors
    /// In any other state, and after `expires_at`.
    pub fn claim(self, now: Timestamp, worker: WorkerName, lease_until: Timestamp) -> Transition {
        if self.is_overdue(now) || !matches!(self.phase, Phase::Queued { .. }) {
            return self.refuse("claim");
        }
        let phase = Phase::Running { worker, lease_until, started_at: now, cancel_requested: false };
        Ok(Self { phase, attempt: self.attempt + 1, attempts_used: self.attempts_used + 1, ..self })
    }

    /// The attempt `attempt` ends. Fenced: only the attempt that runs may end.
    ///
    /// # Errors
    /// When the task does not run, or runs another attempt.
    pub fn finish(self, now: Timestamp, attempt: u32, outcome: AttemptOutcome) -> Transition {
        if attempt != self.attempt || !matches!(self.phase, Phase::Running { .. }) {
            return self.refuse("finish");
        }
        let attempts_used = match outcome {
            AttemptOutcome::Released => self.attempts_used.saturating_sub(1),
            _ => self.attempts_used,
        };
        let cancel_requested = matches!(self.phase, Phase::Running { cancel_requested: true, .. });
        let phase = match outcome {
            AttemptOutcome::Succeeded { .. } => Phase::Succeeded { finished_at: now },
            AttemptOutcome::Failed { failure } => Phase::Failed { finished_at: now, failure },
            // Somebody asked it to stop: it is not tried again.
            AttemptOutcome::Retrying { .. } | AttemptOutcome::Released if cancel_requested => {
                Phase::Cancelled { finished_at: now }
            }
            AttemptOutcome::Cancelled => Phase::Cancelled { finished_at: now },
            // No attempt is left: whatever the worker thought, this failure is the last.
            AttemptOutcome::Retrying { failure, .. } if self.attempts_used >= self.max_attempts => {
                Phase::Failed { finished_at: now, failure }
            }
            AttemptOutcome::Retrying { due_at, failure } => Phase::Retrying { due_at, failure },
            AttemptOutcome::Released => Phase::Queued { queued_at: now },
        };
        Ok(Self { phase, attempts_used, ..self })
    }

    /// The rescuer finds the lease run out: `queued` again if attempts are left, else `failed` (`lost`); `cancelled` if that
    /// had been asked for.
    ///
    /// # Errors
    /// When the task does not run, or its lease still holds.
    pub fn rescue(self, now: Timestamp) -> Transition {
        match self.phase {
            Phase::Running { lease_until, cancel_requested, .. } if lease_until <= now => {
                let phase = if cancel_requested {
                    Phase::Cancelled { finished_at: now }
                } else if self.attempts_used >= self.max_attempts {
                    Phase::Failed { finished_at: now, failure: Self::lost() }
                } else {
                    Phase::Queued { queued_at: now }
                };
                Ok(Self { phase, ..self })
            }
            _ => self.refuse("rescue"),
        }
    }

    /// The failure recorded for an attempt whose worker went away.
    #[must_use]
    pub fn lost() -> TaskFailure {
        TaskFailure::new("lost", "the worker's lease ran out before the attempt reported an outcome")
    }

    /// The scheduler finds the task due: `scheduled` or `retrying` → `queued`.
    ///
    /// # Errors
    /// In any other state, and before it is due.
    pub fn release(self, now: Timestamp) -> Transition {
        match self.phase {
            Phase::Scheduled { due_at } | Phase::Retrying { due_at, .. } if due_at <= now => {
                Ok(Self { phase: Phase::Queued { queued_at: now }, ..self })
            }
            _ => self.refuse("release"),
        }
    }

    /// Somebody asks that the task stop: a waiting one is `cancelled` at once, a running one is asked to stop.
    ///
    /// # Errors
    /// When it has ended already.
    pub fn cancel(self, now: Timestamp) -> Transition {
        match self.phase {
            Phase::Running { worker, lease_until, started_at, .. } => {
                Ok(Self { phase: Phase::Running { worker, lease_until, started_at, cancel_requested: true }, ..self })
            }
            _ if self.state().is_waiting() => Ok(Self { phase: Phase::Cancelled { finished_at: now }, ..self }),
            _ => self.refuse("cancel"),
        }
    }

    /// The task did not start in time: any waiting state → `expired`.
    ///
    /// # Errors
    /// When it does not wait, or has time left.
    pub fn expire(self, now: Timestamp) -> Transition {
        if self.state().is_waiting() && self.is_overdue(now) {
            return Ok(Self { phase: Phase::Expired { finished_at: now }, ..self });
        }
        self.refuse("expire")
    }

    /// An operator retries an ended task, or does not wait for a retry: → `queued`, with one more attempt allowed if all were
    /// used. An expiry is lifted.
    ///
    /// # Errors
    /// When the task waits for something else, or runs.
    pub fn retry(self, now: Timestamp) -> Transition {
        if !self.state().is_terminal() && self.state() != TaskState::Retrying {
            return self.refuse("retry");
        }
        let max_attempts = self.max_attempts.max(self.attempts_used + 1);
        Ok(Self { phase: Phase::Queued { queued_at: now }, max_attempts, expires_at: None, ..self })
    }

    /// The last of the tasks it waits for has ended: `blocked` → `scheduled` until `eta` if that is still to come, else `queued`.
    ///
    /// # Errors
    /// In any other state.
    pub fn unblock(self, now: Timestamp, eta: Option<Timestamp>) -> Transition {
        if self.phase != Phase::Blocked {
            return self.refuse("unblock");
        }
        let phase = match eta {
            Some(due_at) if due_at > now => Phase::Scheduled { due_at },
            _ => Phase::Queued { queued_at: now },
        };
        Ok(Self { phase, ..self })
    }

    /// Its arguments cannot be made from the results it waited for: `blocked` → `failed`.
    ///
    /// # Errors
    /// In any other state.
    pub fn fail_blocked(self, now: Timestamp, failure: TaskFailure) -> Transition {
        if self.phase != Phase::Blocked {
            return self.refuse("fail");
        }
        Ok(Self { phase: Phase::Failed { finished_at: now, failure }, ..self })
    }

    /// Its workflow is retried: `failed`, `cancelled` or `expired` → `blocked`, with one more attempt allowed if all were used.
    /// An expiry is lifted. A task that waits for nothing is unblocked in the same transaction.
    ///
    /// # Errors
    /// In any other state.
    pub fn block_again(self) -> Transition {
        if !matches!(self.phase, Phase::Failed { .. } | Phase::Cancelled { .. } | Phase::Expired { .. }) {
            return self.refuse("retry");
        }
        let max_attempts = self.max_attempts.max(self.attempts_used + 1);
        Ok(Self { phase: Phase::Blocked, max_attempts, expires_at: None, ..self })
    }

    /// What follows a failure of the running attempt: another try, if the error allows one and attempts are left.
    #[must_use]
    pub fn after_failure(
        attempts_used: u32,
        max_attempts: u32,
        policy: &RetryPolicy,
        retry: RetryDecision,
        failure: TaskFailure,
        now: Timestamp,
        random: f64,
    ) -> AttemptOutcome {
        let wait = match retry {
            _ if attempts_used >= max_attempts => return AttemptOutcome::Failed { failure },
            RetryDecision::Never => return AttemptOutcome::Failed { failure },
            RetryDecision::Backoff => policy.delay(attempts_used, random),
            RetryDecision::After(wait) => wait.min(RetryPolicy::LONGEST_WAIT),
        };
        let due_at = now + chrono::TimeDelta::from_std(wait).unwrap_or(chrono::TimeDelta::MAX);
        AttemptOutcome::Retrying { due_at, failure }
    }

    fn is_overdue(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }

    fn refuse(self, action: &'static str) -> Transition {
        Err(InvalidTransition { action, from: self.state() })
    }
}

/// What a failed attempt says of another try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryDecision {
    /// Another try would fail as well.
    Never,
    /// Try again when the policy says.
    Backoff,
    /// Try again after this wait.
    After(std::time::Duration),
}

#[cfg(test)]
mod tests;

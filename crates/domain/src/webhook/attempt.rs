//! What one try came to.

use std::time::Duration;

use chrono::TimeDelta;

use crate::{TaskId, Timestamp};

use super::DeliveryId;

/// Waits between tries: the example of the Standard Webhooks specification.
const WAITS: [u64; 9] = [5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600];

/// Tries in all, the first included.
pub const MAX_TRIES: u32 = WAITS.len() as u32 + 1;

/// A receiver that asks for more patience than this is asked again after it.
const LONGEST_WAIT: Duration = Duration::from_hours(24);

/// What the receiver answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// This status, with how long it wants to be left alone.
    Status(u16, Option<Duration>),
    /// None: it could not be reached, or not in time.
    None,
}

/// What follows from a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The receiver took it.
    Delivered,
    /// Another try comes after this.
    Again {
        /// How long to wait.
        wait: Duration,
    },
    /// That was the last try.
    GaveUp,
    /// The receiver wants nothing any more: the subscription is paused.
    Gone,
}

/// A try, as the worker reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempted {
    /// Of this delivery.
    pub delivery: DeliveryId,
    /// By this task; one that is not the delivery's any more reports in vain.
    pub by: TaskId,
    /// What was answered, if anything was.
    pub status: Option<u16>,
    /// Why it failed, for people; without the address.
    pub error: Option<String>,
    /// What follows.
    pub verdict: Verdict,
}

/// How a try changes its delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given {
    /// Where it stands then.
    pub state: super::DeliveryState,
    /// When it is tried again.
    pub next_try_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// When somebody looks whether its task still lives.
    pub look_at: Option<Timestamp>,
}

impl Attempted {
    /// Longest error kept, in bytes.
    pub const MAX_ERROR: usize = 300;
    /// A delivery nobody has heard of for so long, after it should have been tried, is looked after.
    pub const SILENCE: TimeDelta = TimeDelta::hours(1);

    /// What the delivery is after this try.
    #[must_use]
    pub fn given(&self, now: Timestamp) -> Given {
        use super::DeliveryState::{Delivered, Failed, Sending};
        let ended = |state| Given { state, next_try_at: None, ended_at: Some(now), look_at: None };
        match self.verdict {
            Verdict::Delivered => ended(Delivered),
            Verdict::GaveUp | Verdict::Gone => ended(Failed),
            Verdict::Again { wait } => {
                let next = now + TimeDelta::from_std(wait).unwrap_or(TimeDelta::MAX);
                Given { state: Sending, next_try_at: Some(next), ended_at: None, look_at: Some(next + Self::SILENCE) }
            }
        }
    }
}

impl Verdict {
    /// What follows from the answer to try number `tries` (from 1). `random` is from `0.0..1.0`: the wait is up to a tenth shorter
    /// or longer, so that what failed together does not come back together.
    #[must_use]
    pub fn of(answer: Answer, tries: u32, random: f64) -> Self {
        let after = match answer {
            Answer::Status(200..=299, _) => return Self::Delivered,
            Answer::Status(410, _) => return Self::Gone,
            Answer::Status(_, after) => after.unwrap_or_default().min(LONGEST_WAIT),
            Answer::None => Duration::ZERO,
        };
        let wait = usize::try_from(tries.max(1) - 1).ok().and_then(|tried| WAITS.get(tried));
        wait.map_or(Self::GaveUp, |seconds| {
            let wait = Duration::from_secs(*seconds).mul_f64(0.9 + 0.2 * random.clamp(0.0, 1.0));
            Self::Again { wait: wait.max(after) }
        })
    }
}

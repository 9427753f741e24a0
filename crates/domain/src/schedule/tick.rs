//! Ticks, as history keeps them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{TaskId, Timestamp};

/// Why there is a tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TickKind {
    /// Somebody asked for the ticks of a time that is past.
    Backfill,
    /// Somebody asked for a run now.
    Manual,
    /// The rule.
    Tick,
}

/// Why a tick made no task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Skipped {
    /// The task before had not ended, or a later tick was due at the same moment.
    Overlap,
    /// Nobody was there in time, and the catch-up policy does not make up for it.
    Missed,
    /// The task could not be accepted: no worker knows it any more, or its arguments are wrong by now.
    Refused,
}

/// What became of a tick; a schedule has at most one of each kind for an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tick {
    /// The instant of the rule; of a manual run when it was asked for.
    pub tick_at: Timestamp,
    /// Why there is a tick.
    pub kind: TickKind,
    /// When it was decided.
    pub decided_at: Timestamp,
    /// The task it made.
    pub task: Option<TaskId>,
    /// Why it made none.
    pub skipped: Option<Skipped>,
    /// Of missed ticks, which are kept as one for all that were missed together: the last of them.
    pub through: Option<Timestamp>,
    /// Says more, for people.
    pub detail: Option<String>,
}

impl Tick {
    /// A tick that made a task.
    #[must_use]
    pub const fn ran(tick_at: Timestamp, kind: TickKind, decided_at: Timestamp, task: TaskId) -> Self {
        Self { tick_at, kind, decided_at, task: Some(task), skipped: None, through: None, detail: None }
    }

    /// A tick of the rule that made none.
    #[must_use]
    pub const fn skipped(tick_at: Timestamp, decided_at: Timestamp, why: Skipped) -> Self {
        let kind = TickKind::Tick;
        Self { tick_at, kind, decided_at, task: None, skipped: Some(why), through: None, detail: None }
    }
}

/// The word names no kind of tick, or no reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown word")]
pub struct UnknownWord;

macro_rules! words {
    ($type:ident: $($variant:ident $word:literal)*) => {
        impl $type {
            /// The word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $type {
            type Err = UnknownWord;

            fn from_str(word: &str) -> Result<Self, UnknownWord> {
                match word {
                    $($word => Ok(Self::$variant),)*
                    _ => Err(UnknownWord),
                }
            }
        }
    };
}

words!(TickKind: Backfill "backfill" Manual "manual" Tick "tick");
words!(Skipped: Overlap "overlap" Missed "missed" Refused "refused");

//! What an attempt leaves behind.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{RawJson, Timestamp};

/// Why an attempt failed. Never holds payloads or secrets: it is shown and stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskFailure {
    /// A stable word for the kind of failure, e.g. `timed_out`, `panicked`, `lost`, `http_status`, `not_registered`.
    pub kind: String,
    /// For people; at most [`TaskFailure::MAX_MESSAGE`] bytes.
    pub message: String,
    /// Details for people (a backtrace, an output's tail), where there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
}

impl TaskFailure {
    /// Longest message kept, in bytes.
    pub const MAX_MESSAGE: usize = 4_096;

    /// A failure; the message is cut to [`Self::MAX_MESSAGE`] at a character boundary and NUL characters are replaced
    /// (PostgreSQL keeps none).
    #[must_use]
    pub fn new(kind: &str, message: impl Into<String>) -> Self {
        let mut message: String = message.into();
        if message.len() > Self::MAX_MESSAGE {
            message.truncate(message.floor_char_boundary(Self::MAX_MESSAGE));
        }
        Self { kind: kind.to_owned(), message: message.replace('\0', "\u{fffd}"), details: None }
    }
}

impl fmt::Display for TaskFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.message)
    }
}

/// How an attempt ended, as the worker reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// It returned a result.
    Succeeded {
        /// The result as JSON.
        result: RawJson,
    },
    /// It failed and is tried again at `due_at`.
    Retrying {
        /// When the next attempt may run.
        due_at: Timestamp,
        /// Why this one failed.
        failure: TaskFailure,
    },
    /// It failed for good.
    Failed {
        /// Why.
        failure: TaskFailure,
    },
    /// It stopped because somebody asked.
    Cancelled,
    /// The worker hands it back unfinished (it is shutting down): queued again, the attempt does not count against the limit.
    Released,
}

/// How far an attempt has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Units done.
    pub current: u64,
    /// Units in all, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// What is being done; at most 200 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// How important a log line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    /// For the author.
    Debug,
    /// Usual events.
    Info,
    /// Something to look at.
    Warn,
    /// Something failed.
    Error,
}

impl LogLevel {
    /// The level's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

/// The word names no level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a log level: expected debug, info, warn or error")]
pub struct UnknownLevel;

impl FromStr for LogLevel {
    type Err = UnknownLevel;

    fn from_str(word: &str) -> Result<Self, UnknownLevel> {
        [Self::Debug, Self::Info, Self::Warn, Self::Error].into_iter().find(|level| level.as_str() == word).ok_or(UnknownLevel)
    }
}

/// One line of an attempt's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// When it was written.
    pub at: Timestamp,
    /// How important it is.
    pub level: LogLevel,
    /// The text; at most 8 KiB, no NUL characters.
    pub message: String,
}

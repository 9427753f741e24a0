//! What attempts log.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How important a log line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Enum), oai(rename_all = "snake_case"))]
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

impl From<ruche_domain::LogLevel> for LogLevel {
    fn from(level: ruche_domain::LogLevel) -> Self {
        match level {
            ruche_domain::LogLevel::Debug => Self::Debug,
            ruche_domain::LogLevel::Info => Self::Info,
            ruche_domain::LogLevel::Warn => Self::Warn,
            ruche_domain::LogLevel::Error => Self::Error,
        }
    }
}

/// A log line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct LogLine {
    /// Grows within a task.
    pub seq: i64,
    /// Attempt that wrote it.
    pub attempt: u32,
    /// When.
    pub at: DateTime<Utc>,
    /// How important it is.
    pub level: LogLevel,
    /// The text.
    pub message: String,
}

/// Log lines, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct LogPage {
    /// The lines.
    pub data: Vec<LogLine>,
    /// Pass it as `after` for the lines that follow, also for those yet to be written.
    pub next_after: i64,
    /// Whether there are more lines already.
    pub has_more: bool,
}

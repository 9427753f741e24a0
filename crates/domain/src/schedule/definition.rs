//! What a schedule is told.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{RawJson, ScheduleRule};

/// When a schedule ticks, and what is done then. Kept as one JSON document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleDefinition {
    /// What it is for, for people.
    #[serde(default)]
    pub description: String,
    /// When it ticks.
    pub rule: ScheduleRule,
    /// The task: the body of a request to enqueue one, read anew at each tick.
    pub task: RawJson,
    /// What a tick does while the task before has not ended.
    #[serde(default)]
    pub overlap: Overlap,
    /// What becomes of ticks that nobody was there for.
    #[serde(default)]
    pub catch_up: CatchUp,
    /// Each tick's task comes later by less than this, differently for each tick.
    #[serde(default, rename = "jitter_ms", with = "millis")]
    pub jitter: Duration,
}

impl ScheduleDefinition {
    /// Longest description, in characters.
    pub const MAX_DESCRIPTION: usize = 1_000;
    /// Most jitter: an hour.
    pub const MAX_JITTER: Duration = Duration::from_secs(3_600);
}

/// What a tick does while the schedule's task before has not ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overlap {
    /// Enqueues its task all the same.
    #[default]
    Allow,
    /// Enqueues nothing.
    Skip,
    /// Cancels the task before, then enqueues its own.
    Cancel,
}

/// What becomes of late ticks: those found more than [`CatchUp::GRACE`] after they were due, because no server ran.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CatchUp {
    /// They are missed.
    #[default]
    None,
    /// The last of them is made up for, unless a newer tick is due anyway; the others are missed.
    Last,
    /// Each is made up for that was due no longer ago than the window; the others are missed.
    All {
        /// How far back.
        #[serde(rename = "window_ms", with = "millis")]
        window: Duration,
    },
}

impl CatchUp {
    /// A tick found no later than this after it was due is not late: a server may have been restarted.
    pub const GRACE: Duration = Duration::from_secs(60);
    /// Longest window: 31 days.
    pub const MAX_WINDOW: Duration = Duration::from_secs(31 * 86_400);

    /// How long after it was due a tick is still acted on.
    #[must_use]
    pub fn patience(self) -> Duration {
        match self {
            Self::None | Self::Last => Self::GRACE,
            Self::All { window } => window.max(Self::GRACE),
        }
    }
}

pub(super) mod millis {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(value: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(u64::try_from(value.as_millis()).unwrap_or(u64::MAX))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CronRule;

    #[test]
    fn a_definition_is_read_back_from_its_json() {
        let definition = ScheduleDefinition {
            description: "Every night.".into(),
            rule: ScheduleRule::Cron(CronRule::new("30 2 * * MON-FRI", "Europe/Paris").unwrap()),
            task: RawJson::trusted(r#"{"task":"a","kwargs":{"n":123456789012345678901234567890}}"#),
            overlap: Overlap::Cancel,
            catch_up: CatchUp::All { window: Duration::from_secs(60) },
            jitter: Duration::from_millis(1_500),
        };
        let text = serde_json::to_string(&definition).unwrap();
        assert!(text.contains(r#""catch_up":{"all":{"window_ms":60000}}"#), "{text}");
        assert_eq!(serde_json::from_str::<ScheduleDefinition>(&text).unwrap(), definition);
    }
}

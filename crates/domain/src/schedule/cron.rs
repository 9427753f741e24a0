//! Cron expressions in a time zone.
//!
//! What happens when wall clocks are changed (by [croner](https://docs.rs/croner), held by the tests below):
//!
//! | the expression says | a time the clock skips (spring) | a time the clock shows twice (autumn) |
//! |---|---|---|
//! | one time of the day, e.g. `30 2 * * *` | ticks at the first instant after the gap | ticks once, the first time |
//! | several, e.g. `*/15 * * * *`, `30 * * * *` | does not tick | ticks both times |
//!
//! So a daily task runs once on each day, and a task every quarter of an hour runs each time a quarter of an hour has passed.

use chrono::{SecondsFormat, SubsecRound, TimeDelta, Utc};
use chrono_tz::Tz;
use croner::{
    Cron,
    parser::{CronParser, Year},
};
use serde::{Deserialize, Serialize};

use super::rule::InvalidRule;
use crate::Timestamp;

/// A rule that has no tick for so many years has none.
pub const HORIZON: i64 = 50;

/// A cron expression in a time zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Text", into = "Text")]
pub struct CronRule {
    expression: String,
    zone: Tz,
    parsed: Box<Cron>,
}

#[derive(Serialize, Deserialize)]
struct Text {
    expression: String,
    time_zone: String,
}

impl CronRule {
    /// Longest expression, in bytes.
    pub const MAX_LEN: usize = 200;

    /// Reads an expression of five fields (minute, hour, day of the month, month, day of the week) or six (seconds first), or
    /// `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`; and a name of the IANA time zone database.
    ///
    /// # Errors
    /// When it is none, or too long.
    pub fn new(expression: &str, time_zone: &str) -> Result<Self, InvalidRule> {
        let expression = expression.trim();
        let plain = expression.len() <= Self::MAX_LEN && expression.bytes().all(|b| (b' '..=b'~').contains(&b));
        if !plain {
            return Err(InvalidRule::Cron(format!("at most {} ASCII characters", Self::MAX_LEN)));
        }
        let zone: Tz = time_zone.parse().map_err(|_| InvalidRule::TimeZone)?;
        let parser = CronParser::builder().year(Year::Disallowed).build();
        let parsed = parser.parse(expression).map_err(|error| InvalidRule::Cron(error.to_string()))?;
        Ok(Self { expression: expression.to_owned(), zone, parsed: Box::new(parsed) })
    }

    /// The expression as it was given.
    #[must_use]
    pub fn expression(&self) -> &str {
        &self.expression
    }

    /// The time zone's name.
    #[must_use]
    pub fn time_zone(&self) -> &'static str {
        self.zone.name()
    }

    /// An instant on the wall clock of the time zone, as RFC 3339 has it.
    #[must_use]
    pub fn local(&self, at: Timestamp) -> String {
        at.with_timezone(&self.zone).to_rfc3339_opts(SecondsFormat::Secs, false)
    }

    /// The first tick after `after`.
    pub(super) fn next_after(&self, after: Timestamp) -> Option<Timestamp> {
        // Ticks are whole seconds: one is after an instant exactly when it is after that instant's second.
        let second = after.trunc_subsecs(0).with_timezone(&self.zone);
        let next = self.parsed.find_next_occurrence(&second, false).ok()?.with_timezone(&Utc);
        let near = next - after <= TimeDelta::days(HORIZON * 366);
        (next > after && near).then_some(next)
    }
}

impl TryFrom<Text> for CronRule {
    type Error = InvalidRule;

    fn try_from(Text { expression, time_zone }: Text) -> Result<Self, InvalidRule> {
        Self::new(&expression, &time_zone)
    }
}

impl From<CronRule> for Text {
    fn from(rule: CronRule) -> Self {
        Self { time_zone: rule.time_zone().to_owned(), expression: rule.expression }
    }
}

#[cfg(test)]
mod tests;

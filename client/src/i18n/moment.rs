//! Points in time, on the clock of the browser or in UTC, as its user likes.

use super::intl::{self, Choice, Told};
use crate::browser::{clock::Moment, storage::Memo};
use chrono::SecondsFormat;

/// Date and time, to the second.
pub fn full(at: Moment) -> String {
    written(at, &[("dateStyle", "medium"), ("timeStyle", "medium")])
}

/// The time of day, to the second.
pub fn time(at: Moment) -> String {
    written(at, &[("timeStyle", "medium")])
}

/// The time of day with milliseconds, for logs.
pub fn precise(at: Moment) -> String {
    let choices = [("hour", "2-digit"), ("minute", "2-digit"), ("second", "2-digit"), ("fractionalSecondDigits", "3")];
    written(at, &choices)
}

/// As machines have it.
pub fn machine(at: Moment) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// How long ago, or in how long: `3 minutes ago`.
pub fn relative(at: Moment, now: Moment) -> String {
    const UNITS: [(&str, i64); 5] = [("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1), ("second", 0)];
    let seconds = (at - now).num_milliseconds().div_euclid(1_000);
    let (unit, size) = UNITS.into_iter().find(|(_, size)| seconds.abs() >= *size).unwrap_or(("second", 1));
    let count = seconds / size.max(1);
    let choices = [("numeric", "auto"), ("style", "long")];
    let plain = || if count < 0 { format!("{} {unit}s ago", -count) } else { format!("in {count} {unit}s") };
    intl::format("RelativeTimeFormat", &choices, &[Told::Number(count as f64), Told::Text(unit)]).unwrap_or_else(plain)
}

fn written(at: Moment, choices: &[Choice]) -> String {
    let date = Told::Date(at.timestamp_millis() as f64);
    let plain = || at.to_rfc3339_opts(SecondsFormat::Secs, true);
    if !crate::browser::is_there() {
        return plain();
    }
    let mut choices = choices.to_vec();
    if Memo::TimeZone.recall().as_deref() == Some("UTC") {
        choices.push(("timeZone", "UTC"));
    }
    intl::format("DateTimeFormat", &choices, &[date]).unwrap_or_else(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::browser::clock::now;

    #[test]
    fn a_moment_is_told_by_its_distance() {
        let now = now();
        assert_eq!(relative(now - chrono::TimeDelta::seconds(190), now), "3 minutes ago");
        assert_eq!(relative(now + chrono::TimeDelta::hours(30), now), "in 1 days");
    }
}

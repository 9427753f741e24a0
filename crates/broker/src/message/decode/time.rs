//! Times as Python writes them.

use chrono::{DateTime, Datelike, DurationRound, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use ruche_domain::Timestamp;

/// Reads ISO 8601 with an offset, with `Z`, or with neither (then it is UTC), to the microsecond; years 1 to 9999.
pub(super) fn parse_time(text: &str) -> Option<Timestamp> {
    if text.len() > 40 || !text.is_ascii() {
        return None;
    }
    let with_offset = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"))
        .map(|time| time.with_timezone(&Utc));
    let time = with_offset.ok().or_else(|| parse_naive(text).map(|time| time.and_utc()))?;
    bounded(time)
}

/// Reads AMQP's timestamps.
pub(super) fn from_seconds(seconds: u64) -> Option<Timestamp> {
    bounded(DateTime::from_timestamp(i64::try_from(seconds).ok()?, 0)?)
}

fn parse_naive(text: &str) -> Option<NaiveDateTime> {
    let formats = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M"];
    let time = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    time.or_else(|| Some(NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_time(NaiveTime::MIN)))
}

fn bounded(time: Timestamp) -> Option<Timestamp> {
    let time = time.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(time);
    (1..=9999).contains(&time.year()).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_python_writes_is_read() {
        let expected = DateTime::from_timestamp(1_787_472_000, 0).unwrap();
        for text in [
            "2026-08-23T08:00:00+00:00",
            "2026-08-23T08:00:00.000000+00:00",
            "2026-08-23T10:00:00+02:00",
            "2026-08-23T10:00:00+0200",
            "2026-08-23T08:00:00Z",
            "2026-08-23T08:00:00",
            "2026-08-23 08:00:00",
            "2026-08-23T08:00",
            "2026-08-23T08:00:00.000000999Z",
        ] {
            assert_eq!(parse_time(text), Some(expected), "{text}");
        }
        assert_eq!(parse_time("2026-08-23"), Some(expected - TimeDelta::hours(8)));
    }

    #[test]
    fn other_texts_are_no_times() {
        for text in [
            "",
            "now",
            "1787472000",
            "2026-13-01T00:00:00",
            "+12345-01-01T00:00:00",
            "0000-01-01T00:00:00",
            "2026-08-23T08:00:00 Europe/Paris",
        ] {
            assert_eq!(parse_time(text), None, "{text}");
        }
        assert_eq!(from_seconds(u64::MAX), None);
    }
}

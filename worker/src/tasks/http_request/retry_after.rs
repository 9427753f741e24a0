//! The header `Retry-After` (RFC 9110, section 10.2.3).

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use ruche_domain::Timestamp;

/// Longest wait a server may ask for: one that asks for more is asked again after this.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// How long the server wants to be left alone: seconds or a date. `None` if it doesn't say, or says "now": then the retry policy
/// decides, so that a server can make us slower and never faster.
pub(crate) fn wait(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match text.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => (DateTime::parse_from_rfc2822(text).ok()?.with_timezone(&Utc) - now).to_std().ok()?,
    };
    (wait > Duration::ZERO).then(|| wait.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait_for(value: &str) -> Option<Duration> {
        let now = DateTime::parse_from_rfc3339("1994-11-06T08:49:00Z").unwrap().to_utc();
        wait(&HeaderMap::from_iter([(RETRY_AFTER, value.parse().unwrap())]), now)
    }

    #[test]
    fn seconds_and_dates_are_understood() {
        assert_eq!(wait_for("120"), Some(Duration::from_secs(120)));
        assert_eq!(wait_for("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::from_secs(37)));
    }

    #[test]
    fn absurd_waits_are_cut_and_nonsense_is_ignored() {
        assert_eq!(wait_for("18446744073709551615"), Some(LONGEST));
        for ignored in ["0", "-5", "soon", "", "Sun, 06 Nov 1994 08:00:00 GMT", "99999999999999999999999"] {
            assert_eq!(wait_for(ignored), None, "{ignored}");
        }
    }
}

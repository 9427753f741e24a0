//! Limits in words.

use chrono::TimeDelta;
use ruche_api::Rate;

use crate::output::in_words;

/// What may run at once and how often tasks may start.
pub fn said(running: Option<String>, rate: Option<Rate>) -> String {
    let rate = rate.map(|Rate { count, per_ms, burst }| {
        let per = in_words(TimeDelta::milliseconds(i64::try_from(per_ms).unwrap_or(i64::MAX)));
        format!("{count} starts per {per}, {} at once", burst.unwrap_or(count))
    });
    let parts: Vec<_> = running.into_iter().chain(rate).collect();
    if parts.is_empty() { "none".to_owned() } else { parts.join("; ") }
}

//! `Prefer: wait=N` (RFC 7240).

use std::time::Duration;

/// Longest wait granted, in seconds.
pub const MAX_WAIT_S: u64 = 60;

/// How long the caller would wait for the outcome; held to [`MAX_WAIT_S`]. Preferences that are unknown or malformed are ignored,
/// as the RFC asks.
pub fn wait(prefer: Option<&str>) -> Option<Duration> {
    let preferences = prefer?.split(',').map(|one| one.split(';').next().unwrap_or_default());
    let mut waits = preferences.filter_map(|one| {
        let (name, value) = one.split_once('=')?;
        if !name.trim().eq_ignore_ascii_case("wait") {
            return None;
        }
        value.trim().trim_matches('"').parse::<u64>().ok()
    });
    waits.next().map(|seconds| Duration::from_secs(seconds.min(MAX_WAIT_S)))
}

/// The `Preference-Applied` that tells of it.
pub fn applied(wait: Duration) -> String {
    format!("wait={}", wait.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_found_among_other_preferences_and_bounded() {
        assert_eq!(wait(Some("respond-async, wait=10; x=y")), Some(Duration::from_secs(10)));
        assert_eq!(wait(Some("Wait = \"5\"")), Some(Duration::from_secs(5)));
        assert_eq!(wait(Some("wait=86400")), Some(Duration::from_secs(60)));
        for none in [None, Some(""), Some("wait"), Some("wait=-1"), Some("wait=abc"), Some("await=3")] {
            assert_eq!(wait(none), None, "{none:?}");
        }
    }
}

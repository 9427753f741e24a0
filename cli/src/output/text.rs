//! Texts within lines and cells.

use chrono::{DateTime, TimeDelta, Utc};
use console::{Style, StyledObject};
use ruche_api::TaskState;

/// A text without control characters: what tasks say must not steer the terminal.
#[must_use]
pub fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// `3 s ago`, `in 2 min`.
#[must_use]
pub fn ago(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let passed = now - at;
    if passed < TimeDelta::zero() { format!("in {}", in_words(-passed)) } else { format!("{} ago", in_words(passed)) }
}

/// `250 ms`, `3.2 s`, `2 min`, `5 h`, `3 d`.
#[must_use]
pub fn in_words(length: TimeDelta) -> String {
    let millis = length.num_milliseconds().max(0);
    match millis {
        0..1_000 => format!("{millis} ms"),
        1_000..60_000 => format!("{}.{} s", millis / 1_000, millis % 1_000 / 100),
        60_000..7_200_000 => format!("{} min", millis / 60_000),
        7_200_000..172_800_000 => format!("{} h", millis / 3_600_000),
        _ => format!("{} d", millis / 86_400_000),
    }
}

/// The state's word, in its colour where the terminal has colours.
#[must_use]
pub fn state(state: TaskState) -> StyledObject<String> {
    let style = match state {
        TaskState::Succeeded => Style::new().green(),
        TaskState::Failed => Style::new().red(),
        TaskState::Retrying => Style::new().yellow(),
        TaskState::Running => Style::new().cyan(),
        TaskState::Cancelled | TaskState::Expired => Style::new().dim(),
        TaskState::Blocked | TaskState::Scheduled | TaskState::Queued => Style::new(),
    };
    style.apply_to(ruche_domain::TaskState::from(state).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_read_like_words() {
        let cases =
            [(-5, "0 ms"), (250, "250 ms"), (3_250, "3.2 s"), (119_000, "1 min"), (7_300_000, "2 h"), (999_999_999, "11 d")];
        for (millis, words) in cases {
            assert_eq!(in_words(TimeDelta::milliseconds(millis)), words);
        }
    }

    #[test]
    fn a_text_cannot_steer_the_terminal() {
        assert_eq!(clean("a\u{1b}[2Jb\n\u{9b}c"), "a\u{fffd}[2Jb\u{fffd}\u{fffd}c");
    }
}

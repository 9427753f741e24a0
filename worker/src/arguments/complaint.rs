//! Serde's complaints without the values they quote.

use serde_path_to_error::{Path, Segment};

/// The path up to the first part that has no name, e.g. `headers.accept[2]`; empty for the arguments as a whole.
pub(super) fn known_path(path: &Path) -> String {
    use std::fmt::Write;

    let mut text = String::new();
    for segment in path {
        match segment {
            Segment::Map { key } if text.is_empty() => text.push_str(key),
            Segment::Map { key } => write!(text, ".{key}").unwrap_or_default(),
            Segment::Seq { index } => write!(text, "[{index}]").unwrap_or_default(),
            Segment::Enum { .. } => {}
            Segment::Unknown => break,
        }
    }
    text
}

/// Keeps of a message what was written by programmers: what is wrong and what was expected. Values are left out, as they may be
/// secret. Names of fields stay, and so do messages of a type's own `Deserialize`, which by the rule of this house quote nothing.
pub(super) fn without_values(message: &str) -> String {
    let message = without_position(message);
    for prefix in ["invalid type: ", "invalid value: "] {
        if let Some((found, expected)) = message.strip_prefix(prefix).and_then(|rest| rest.rsplit_once(", expected ")) {
            return format!("{prefix}{}, expected {expected}", kind_of(found));
        }
    }
    if let Some((_, expected)) = message.strip_prefix("unknown variant ").and_then(|rest| rest.rsplit_once(", expected ")) {
        return format!("unknown variant, expected {expected}");
    }
    message.to_owned()
}

fn without_position(message: &str) -> &str {
    match message.rsplit_once(" at line ") {
        Some((before, after)) if after.bytes().all(|b| b.is_ascii_digit() || b" column".contains(&b)) => before,
        _ => message,
    }
}

/// ``string "secret"`` and ``integer `5` `` as `string` and `integer`.
fn kind_of(found: &str) -> &str {
    found.split(['"', '`']).next().unwrap_or_default().trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_left_out() {
        let cases = [
            ("invalid type: string \"se, expected cret\", expected i64 at line 1 column 9", "invalid type: string, expected i64"),
            ("invalid value: integer `-42`, expected u8 at line 1 column 3", "invalid value: integer, expected u8"),
            ("unknown variant `secret`, expected `a` or `b` at line 2 column 1", "unknown variant, expected `a` or `b`"),
            ("missing field `to` at line 1 column 2", "missing field `to`"),
            ("invalid type: null, expected a string", "invalid type: null, expected a string"),
        ];
        for (message, expected) in cases {
            assert_eq!(without_values(message), expected);
        }
    }
}

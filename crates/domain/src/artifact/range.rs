//! Which bytes a reader asks for: the header `Range` (RFC 9110, section 14).

use std::ops::Range;

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Everything: nothing else is asked for, or in a way that a server may leave aside (another unit, several ranges, nonsense).
    Whole,
    /// These bytes, at least one.
    Part(Range<u64>),
    /// None: there are no such bytes.
    Unsatisfiable,
}

impl Wanted {
    /// Of `size` bytes, what the value of a header `Range` asks for.
    #[must_use]
    pub fn of(header: &str, size: u64) -> Self {
        match range(header) {
            None => Self::Whole,
            Some(asked) => match within(asked, size) {
                Some(part) => Self::Part(part),
                None => Self::Unsatisfiable,
            },
        }
    }
}

/// One range, as asked for.
#[derive(Debug, Clone, Copy)]
enum Asked {
    From(u64, Option<u64>),
    Last(u64),
}

fn range(header: &str) -> Option<Asked> {
    let (unit, set) = header.split_once('=')?;
    let (first, last) = set.trim().split_once('-')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    if first.is_empty() {
        return number(last).map(Asked::Last);
    }
    let first = number(first)?;
    if last.is_empty() {
        return Some(Asked::From(first, None));
    }
    let last = number(last)?;
    (first <= last).then_some(Asked::From(first, Some(last)))
}

/// Digits only: what `parse` takes beside them (`+`) is no number here. One too large for us is beyond every file.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

fn within(asked: Asked, size: u64) -> Option<Range<u64>> {
    match asked {
        Asked::From(first, last) if first < size => {
            let end = last.map_or(size, |last| last.saturating_add(1).min(size));
            Some(first..end)
        }
        Asked::Last(count) if count > 0 && size > 0 => Some(size.saturating_sub(count)..size),
        Asked::From(..) | Asked::Last(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_cut_to_what_there_is() {
        for (header, expected) in [
            ("bytes=0-0", 0..1),
            ("bytes=0-", 0..10),
            ("Bytes = 3-5", 3..6),
            ("bytes=3-99", 3..10),
            ("bytes=9-18446744073709551615", 9..10),
            ("bytes=9-99999999999999999999999", 9..10),
            ("bytes=-3", 7..10),
            ("bytes=-99", 0..10),
        ] {
            assert_eq!(Wanted::of(header, 10), Wanted::Part(expected), "{header}");
        }
    }

    #[test]
    fn bytes_beyond_the_end_cannot_be_sent() {
        for header in ["bytes=10-", "bytes=10-20", "bytes=99999999999999999999999-", "bytes=-0"] {
            assert_eq!(Wanted::of(header, 10), Wanted::Unsatisfiable, "{header}");
        }
        for header in ["bytes=0-", "bytes=0-0", "bytes=-1"] {
            assert_eq!(Wanted::of(header, 0), Wanted::Unsatisfiable, "{header} of nothing");
        }
    }

    #[test]
    fn what_is_no_range_is_left_aside() {
        for header in
            ["", "bytes", "bytes=", "bytes=-", "bytes=5-3", "bytes=a-b", "bytes=+1-2", "bytes=0-1,3-4", "items=0-1", "bytes=1"]
        {
            assert_eq!(Wanted::of(header, 10), Wanted::Whole, "{header}");
        }
    }
}

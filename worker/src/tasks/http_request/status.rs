//! Sets of HTTP statuses.

use schemars::JsonSchema;
use serde::Deserialize;

/// Some HTTP statuses: a number, a class (`"2xx"`) or a range (`"200-204"`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
#[schemars(with = "Written")]
pub struct StatusPattern {
    first: u16,
    last: u16,
}

/// How a pattern is written.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum Written {
    /// One status.
    Number(#[schemars(range(min = 100, max = 599))] u16),
    /// A class such as `2xx`, or a range such as `200-204`.
    Text(#[schemars(regex(pattern = r"^([1-5]xx|[1-5][0-9]{2}(-[1-5][0-9]{2})?)$"))] String),
}

/// The pattern names no statuses.
#[derive(Debug, thiserror::Error)]
#[error("not a status: expected 100 to 599, a class like \"2xx\" or a range like \"200-204\"")]
pub struct InvalidStatusPattern;

impl StatusPattern {
    fn new(first: u16, last: u16) -> Result<Self, InvalidStatusPattern> {
        let valid = 100 <= first && first <= last && last <= 599;
        if valid { Ok(Self { first, last }) } else { Err(InvalidStatusPattern) }
    }

    fn contains(self, status: u16) -> bool {
        (self.first..=self.last).contains(&status)
    }
}

impl TryFrom<Written> for StatusPattern {
    type Error = InvalidStatusPattern;

    fn try_from(written: Written) -> Result<Self, InvalidStatusPattern> {
        let number = |text: &str| text.parse::<u16>().map_err(|_| InvalidStatusPattern);
        match written {
            Written::Number(status) => Self::new(status, status),
            Written::Text(text) => match (text.strip_suffix("xx"), text.split_once('-')) {
                (Some(class), _) if class.len() == 1 => number(class).and_then(|class| Self::new(class * 100, class * 100 + 99)),
                (None, Some((first, last))) => Self::new(number(first)?, number(last)?),
                (None, None) => number(&text).and_then(|status| Self::new(status, status)),
                (Some(_), _) => Err(InvalidStatusPattern),
            },
        }
    }
}

/// `["2xx"]`
pub(crate) fn success() -> Vec<StatusPattern> {
    vec![StatusPattern { first: 200, last: 299 }]
}

/// Whether one of the patterns has the status.
pub(crate) fn any(patterns: &[StatusPattern], status: u16) -> bool {
    patterns.iter().any(|pattern| pattern.contains(status))
}

/// Whether another try may get another answer: not ready yet, too busy, or broken on that side.
pub(crate) fn is_transient(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500..=599)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_classes_and_ranges_are_read() {
        let patterns: Vec<StatusPattern> = serde_json::from_str(r#"[204, "3xx", "400-404", "418"]"#).unwrap();
        let matched: Vec<u16> =
            [203, 204, 299, 300, 399, 400, 404, 405, 418].into_iter().filter(|s| any(&patterns, *s)).collect();
        assert_eq!(matched, [204, 300, 399, 400, 404, 418]);
    }

    #[test]
    fn nonsense_is_refused() {
        for bad in [
            "0",
            "99",
            "600",
            "-1",
            "2.5",
            r#""""#,
            r#""xx""#,
            r#""0xx""#,
            r#""9xx""#,
            r#""20xx""#,
            r#""300-200""#,
            r#""200-""#,
            r#""2-3-4""#,
            "null",
        ] {
            assert!(serde_json::from_str::<StatusPattern>(bad).is_err(), "{bad}");
        }
    }
}

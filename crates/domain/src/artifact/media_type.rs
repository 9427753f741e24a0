//! Media types, as `Content-Type` has them (RFC 9110, section 8.3.1).

use std::{fmt, str::FromStr, sync::Arc};

/// A media type, perhaps with parameters: `text/csv; charset=utf-8`. What its sender says, which nobody has checked.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MediaType(Arc<str>);

/// The text is no media type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a media type: expected type/subtype, with parameters in at most 200 visible ASCII characters")]
pub struct InvalidMediaType;

impl MediaType {
    /// Longest, in bytes.
    pub const MAX_LEN: usize = 200;

    /// Of bytes of which nothing is said.
    #[must_use]
    pub fn unknown() -> Self {
        Self("application/octet-stream".into())
    }

    /// Checks a media type.
    ///
    /// # Errors
    /// When it is none, or too long.
    pub fn new(text: &str) -> Result<Self, InvalidMediaType> {
        let (essence, parameters) = text.split_once(';').unwrap_or((text, ""));
        let named =
            essence.trim_end_matches(' ').split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype));
        let visible = parameters.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
        if text.len() > Self::MAX_LEN || !named || !visible {
            return Err(InvalidMediaType);
        }
        Ok(Self(text.into()))
    }

    /// The media type as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A token of RFC 9110, section 5.6.2.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for MediaType {
    type Err = InvalidMediaType;

    fn from_str(text: &str) -> Result<Self, InvalidMediaType> {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_are_told_from_other_texts() {
        for good in ["text/csv", "application/vnd.api+json", "text/csv; charset=\"utf-8\"", "image/svg+xml;a=b"] {
            assert_eq!(MediaType::new(good).unwrap().as_str(), good);
        }
        let long = format!("text/plain; a={}", "b".repeat(200));
        for bad in [
            "",
            "text",
            "/",
            "text/",
            "/csv",
            "te xt/csv",
            "text/csv\r\nX: y",
            "text/csv; a=\u{e9}",
            "text/c/sv",
            " text/csv",
            &long,
        ] {
            assert_eq!(MediaType::new(bad), Err(InvalidMediaType), "{bad:?}");
        }
    }
}

//! Request headers that callers bring.

use std::collections::BTreeMap;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};

use super::{error::HttpError, sign::SIGNATURE_HEADERS};

/// Most headers.
const MOST: usize = 64;
/// Most bytes of names and values together.
const MOST_BYTES: usize = 16 * 1024;

/// Headers that belong to the connection or to us: they could smuggle a second request, or claim another host.
const REFUSED: [&str; 14] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "trailers",
    "transfer-encoding",
    "upgrade",
];

/// Reads a caller's headers. Names and values are checked by the rules of RFC 9110: no CR, LF, NUL or other control characters.
pub(crate) fn parse(headers: &BTreeMap<String, String>) -> Result<HeaderMap, HttpError> {
    let bytes: usize = headers.iter().map(|(name, value)| name.len() + value.len()).sum();
    if headers.len() > MOST || bytes > MOST_BYTES {
        return Err(HttpError::Header(format!("there may be {MOST} headers of {MOST_BYTES} bytes in all")));
    }
    let mut parsed = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers {
        let name: HeaderName = name.parse().map_err(|_| HttpError::Header("a header's name is invalid".to_owned()))?;
        if REFUSED.contains(&name.as_str()) || SIGNATURE_HEADERS.contains(&name.as_str()) {
            return Err(HttpError::Header(format!("the header {name} may not be given")));
        }
        let value: HeaderValue =
            value.parse().map_err(|_| HttpError::Header(format!("the value of the header {name} is invalid")))?;
        if parsed.insert(&name, value).is_some() {
            return Err(HttpError::Header(format!("the header {name} is given twice")));
        }
    }
    Ok(parsed)
}

/// What may follow a redirect to another origin: nothing that could be a credential.
pub(crate) fn keep_harmless(headers: &mut HeaderMap) {
    let harmless: HeaderMap = [ACCEPT, CONTENT_TYPE, USER_AGENT]
        .into_iter()
        .filter_map(|name| headers.remove(&name).map(|value| (name, value)))
        .collect();
    *headers = harmless;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_one(name: &str, value: &str) -> Result<HeaderMap, HttpError> {
        parse(&BTreeMap::from([(name.to_owned(), value.to_owned())]))
    }

    #[test]
    fn usual_headers_pass() {
        assert_eq!(parse_one("X-Api-Key", "a b\tc").unwrap()["x-api-key"], "a b\tc");
    }

    #[test]
    fn what_could_split_a_request_is_refused() {
        for value in ["a\r\nX: y", "a\nb", "a\rb", "a\0b", "a\u{7f}b", "\u{1}"] {
            assert!(parse_one("x-a", value).is_err(), "{value:?}");
        }
        for name in [
            "",
            "a b",
            "a:b",
            "a\r\nb",
            "a\0",
            "é",
            "Host",
            "HOST",
            "Content-Length",
            "Transfer-Encoding",
            "Connection",
            "TE",
            "Webhook-Id",
        ] {
            assert!(parse_one(name, "x").is_err(), "{name:?}");
        }
    }

    #[test]
    fn one_header_in_two_spellings_is_refused() {
        let both = BTreeMap::from([("X-A".to_owned(), "1".to_owned()), ("x-a".to_owned(), "2".to_owned())]);
        assert!(parse(&both).is_err());
    }

    #[test]
    fn many_and_large_headers_are_refused() {
        let many = (0..=MOST).map(|n| (format!("x-{n}"), String::new())).collect();
        assert!(parse(&many).is_err());
        assert!(parse_one("x-a", &"a".repeat(MOST_BYTES)).is_err());
    }
}

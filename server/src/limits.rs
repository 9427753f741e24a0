//! Bounds on what a request may bring.

use poem::{Request, http::header};

use crate::problem::{Code, Problem};

/// Largest body of a request whose caller is not known yet, in bytes.
pub const MAX_STRANGERS_BODY: usize = 8 * 1024;

/// The largest body of this request, in bytes, where it is not the server's largest.
#[derive(Debug, Clone, Copy)]
pub struct MaxBody(pub usize);

/// Longest path and query, in bytes.
const MAX_URI: usize = 8 * 1024;

/// Most bytes of headers.
const MAX_HEADERS: usize = 32 * 1024;

/// Deepest nesting of a JSON body. A body's payload parts are kept as text, which serde_json takes at any depth.
const MAX_DEPTH: usize = 64;

/// Headers that carry text for the API: once, in ASCII. Extractors would take others as absent.
const TEXTS: &[&str] = &["Idempotency-Key", "Prefer", "If-None-Match", "Last-Event-ID", "Range", "If-Range"];

/// Checks what can be checked before the body is read.
pub fn check_head(request: &Request, max_body_bytes: u64) -> Result<(), Problem> {
    let uri = request.uri();
    if uri.path().len() + uri.query().map_or(0, str::len) > MAX_URI {
        return Err(Problem::new(Code::UriTooLong));
    }
    let headers = request.headers();
    if headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum::<usize>() > MAX_HEADERS {
        return Err(Problem::new(Code::HeadersTooLarge));
    }
    for name in TEXTS {
        let mut values = headers.get_all(*name).iter();
        let readable = values.next().is_none_or(|value| value.to_str().is_ok());
        if !readable || values.next().is_some() {
            return Err(Problem::parameter(name, "must be given once, in visible ASCII characters"));
        }
    }
    let length =
        headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()).and_then(|text| text.parse::<u64>().ok());
    if length.is_some_and(|length| length > max_body_bytes) {
        return Err(Problem::new(Code::BodyTooLarge).detail(format!("at most {max_body_bytes} bytes are taken")));
    }
    Ok(())
}

/// Checks that a JSON text is UTF-8 and nests no deeper than [`MAX_DEPTH`]; whether it is JSON is for the parser to say.
pub fn check_depth(bytes: &[u8]) -> Result<(), Problem> {
    if std::str::from_utf8(bytes).is_err() {
        return Err(Problem::new(Code::InvalidJson).detail("the body is not UTF-8"));
    }
    let (mut depth, mut in_string, mut escaped) = (0usize, false, false);
    for &byte in bytes {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(Problem::new(Code::InvalidJson).detail(format!("nested deeper than {MAX_DEPTH} levels")));
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deep_nesting_is_refused_and_brackets_in_strings_do_not_count() {
        let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        assert!(check_depth(nested(64).as_bytes()).is_ok());
        assert!(check_depth(nested(65).as_bytes()).is_err());
        assert!(check_depth(format!("\"\\\"{}\"", "[".repeat(100)).as_bytes()).is_ok());
        assert!(check_depth(format!("[{}]", vec!["[1]"; 1_000].join(",")).as_bytes()).is_ok());
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_refused() {
        assert!(check_depth(b"{\"a\":\"\xff\"}").is_err());
    }
}

//! What is not even opened: other encodings, too much, too deep.

use std::{borrow::Cow, io::Read};

use flate2::read::ZlibDecoder;
use lapin::BasicProperties;

use super::headers::Headers;
use crate::message::DecodeError;

/// Longest body read, in bytes, before and after decompression.
pub const MAX_BODY: usize = 16 * 1024 * 1024;

/// Deepest nesting of arrays and objects in `args`, `kwargs` and the rest: enough for people, and below what the JSON readers
/// of both databases and of Python take.
pub const MAX_DEPTH: usize = 100;

/// Refuses everything but JSON in UTF-8. A message without a content type is tried as JSON.
pub(super) fn check_content(properties: &BasicProperties) -> Result<(), DecodeError> {
    let kind = properties.content_type().as_ref().map_or("application/json", |kind| kind.as_str());
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(DecodeError(match kind {
            "application/x-python-serialize" => "it is pickled, which Ruche never opens; send JSON".to_owned(),
            _ => format!("its content type is not application/json but {}", printable(kind)),
        }));
    }
    let encoding = properties.content_encoding().as_ref().map_or("utf-8", |encoding| encoding.as_str());
    if ["utf-8", "utf8", "us-ascii", "ascii"].iter().any(|known| encoding.eq_ignore_ascii_case(known)) {
        return Ok(());
    }
    Err(DecodeError(format!("its content encoding is not utf-8 but {}", printable(encoding))))
}

/// The body, decompressed if need be.
pub(super) fn plain<'a>(headers: &Headers<'_>, data: &'a [u8]) -> Result<Cow<'a, [u8]>, DecodeError> {
    let too_long = || DecodeError(format!("its body is longer than {MAX_BODY} bytes"));
    if data.len() > MAX_BODY {
        return Err(too_long());
    }
    match headers.text("compression") {
        None => Ok(Cow::Borrowed(data)),
        // Celery's name for a zlib stream (`kombu/compression.py`); it is not gzip.
        Some("application/x-gzip" | "gzip" | "zlib") => {
            let mut plain = Vec::new();
            let most = u64::try_from(MAX_BODY).unwrap_or(u64::MAX).saturating_add(1);
            let read = ZlibDecoder::new(data).take(most).read_to_end(&mut plain);
            read.map_err(|_| DecodeError::new("its body is not a zlib stream"))?;
            if plain.len() > MAX_BODY { Err(too_long()) } else { Ok(Cow::Owned(plain)) }
        }
        Some(other) => Err(DecodeError(format!("its compression is not application/x-gzip but {}", printable(other)))),
    }
}

/// Refuses JSON text that nests deeper than [`MAX_DEPTH`]. serde_json's raw values do not: they are skipped, not built.
pub(super) fn check_depth(json: &str) -> Result<(), DecodeError> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in json.bytes() {
        if in_string {
            (in_string, escaped) = (escaped || byte != b'"', !escaped && byte == b'\\');
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(DecodeError(format!("its body nests deeper than {MAX_DEPTH} levels")));
        }
    }
    Ok(())
}

/// A stranger's short text, fit for a log line.
fn printable(text: &str) -> String {
    let text: String = text.chars().take(60).map(|c| if c.is_ascii_graphic() { c } else { '?' }).collect();
    format!("`{text}`")
}

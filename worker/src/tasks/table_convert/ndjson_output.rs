//! Objects of JSON, one per line.

use csv::ByteRecord;

use super::ValueTypes;
use crate::TaskError;

/// Writes objects.
pub(super) struct NdjsonOutput {
    types: ValueTypes,
    /// The columns' names as JSON, with their colons.
    keys: Vec<Vec<u8>>,
}

impl NdjsonOutput {
    pub(super) fn new(types: ValueTypes) -> Self {
        Self { types, keys: Vec::new() }
    }

    /// Writes a row whose fields are UTF-8, as many as columns.
    pub(super) fn write(&mut self, columns: &[String], fields: &ByteRecord, into: &mut Vec<u8>) -> Result<(), TaskError> {
        if self.keys.is_empty() {
            self.keys = columns.iter().map(|column| key(column)).collect::<Result<_, _>>()?;
        }
        let mut first = b'{';
        for (key, field) in self.keys.iter().zip(fields) {
            into.push(first);
            first = b',';
            into.extend_from_slice(key);
            let text = String::from_utf8_lossy(field);
            match self.types {
                ValueTypes::Guess if text.is_empty() => into.extend_from_slice(b"null"),
                ValueTypes::Guess if matches!(&*text, "true" | "false") || is_number(&text) => into.extend_from_slice(field),
                _ => serde_json::to_writer(&mut *into, &*text).map_err(TaskError::fail)?,
            }
        }
        into.extend_from_slice(b"}\n");
        Ok(())
    }
}

fn key(column: &str) -> Result<Vec<u8>, TaskError> {
    let mut key = serde_json::to_vec(column).map_err(TaskError::fail)?;
    key.push(b':');
    Ok(key)
}

/// A number by the grammar of JSON (RFC 8259, section 6): all its digits are kept as they stand.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) =
        text.split_once(['e', 'E']).map_or((text, None), |(mantissa, exponent)| (mantissa, Some(exponent)));
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(whole, fraction)| (whole, Some(fraction)));
    let whole = whole.strip_prefix('-').unwrap_or(whole);
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_json() {
        for number in ["0", "-0", "7", "-12", "1.50", "1e9", "2E-7", "123456789012345678901234567890"] {
            assert!(is_number(number) && serde_json::from_str::<serde_json::Value>(number).is_ok(), "{number}");
        }
        for text in ["", "-", "007", "+1", "1.", ".5", "1e", "1e+", "0x1", "1_000", "1,5", " 1", "NaN", "Infinity", "١"] {
            assert!(!is_number(text), "{text}");
        }
    }
}

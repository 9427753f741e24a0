//! Cuts a stream of bytes into lines of text.

use std::mem;

/// Longest line, in bytes (as long as the log takes); longer ones are cut.
pub(crate) const LONGEST: usize = 8 * 1024;

/// Bytes of a line that is not complete yet; never more than [`LONGEST`].
#[derive(Default)]
pub(crate) struct Lines(Vec<u8>);

impl Lines {
    /// Takes bytes and gives the lines that they complete.
    pub(crate) fn push(&mut self, bytes: &[u8], mut line: impl FnMut(String)) {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (part, ends) = part.strip_suffix(b"\n").map_or((part, false), |part| (part, true));
            let mut rest = part;
            while self.0.len() + rest.len() > LONGEST {
                let (fits, more) = rest.split_at(LONGEST - self.0.len());
                self.0.extend_from_slice(fits);
                rest = more;
                let begun = self.0.split_off(whole_characters(&self.0));
                line(text(&mem::replace(&mut self.0, begun)));
            }
            self.0.extend_from_slice(rest);
            if ends {
                line(text(&mem::take(&mut self.0)));
            }
        }
    }

    /// The last line, if it did not end in a newline.
    pub(crate) fn finish(self) -> Option<String> {
        (!self.0.is_empty()).then(|| text(&self.0))
    }
}

/// Where to cut so that no UTF-8 character is cut in two: before a character that has only begun.
fn whole_characters(bytes: &[u8]) -> usize {
    let tail = bytes.len().saturating_sub(3);
    let begun = (tail..bytes.len()).rev().find(|at| bytes[*at] >= 0b1100_0000);
    begun
        .filter(|at| matches!(std::str::from_utf8(&bytes[*at..]), Err(error) if error.error_len().is_none()))
        .unwrap_or(bytes.len())
}

/// Text that the log takes: UTF-8 without NUL characters, without the carriage return of a Windows line.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.strip_suffix(b"\r").unwrap_or(bytes)).replace('\0', "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(chunks: &[&[u8]]) -> Vec<String> {
        let (mut lines, mut found) = (Lines::default(), Vec::new());
        for chunk in chunks {
            lines.push(chunk, |line| found.push(line));
        }
        found.extend(lines.finish());
        found
    }

    #[test]
    fn lines_may_arrive_in_pieces() {
        assert_eq!(cut(&[b"a", b"b\nc\r\n", b"\n", b"d"]), ["ab", "c", "", "d"]);
        assert!(cut(&[b"", b""]).is_empty());
    }

    #[test]
    fn what_is_no_text_is_replaced() {
        assert_eq!(cut(&[b"a\xff\0b\n"]), ["a\u{fffd}\u{fffd}b"]);
    }

    #[test]
    fn a_line_without_end_is_cut_between_characters() {
        let endless = "é".repeat(LONGEST);
        let found = cut(&[b"x", endless.as_bytes()]);
        assert!(found.iter().all(|line| line.len() <= LONGEST && !line.contains('\u{fffd}')));
        assert_eq!(found.concat(), format!("x{endless}"));
    }

    #[test]
    fn bytes_that_are_no_text_do_not_grow_a_line_either() {
        for byte in [0xc3, 0x80, 0xff] {
            assert_eq!(cut(&[&vec![byte; LONGEST * 3]]).len(), if byte == 0xc3 { 4 } else { 3 }, "{byte:x}");
        }
    }
}

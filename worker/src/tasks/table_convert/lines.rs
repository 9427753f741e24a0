//! Lines of a source.

use std::io::{BufRead, BufReader, Read};

use super::source::{LONGEST, Source};
use crate::TaskError;

/// Reads lines, with their numbers, none longer than a record may be.
pub(super) struct Lines {
    reader: BufReader<Source>,
    line: Vec<u8>,
    number: u64,
}

impl Lines {
    pub(super) fn new(source: Source) -> Self {
        Self { reader: BufReader::with_capacity(64 * 1024, source), line: Vec::new(), number: 0 }
    }

    /// The next line without its end, and its number from 1.
    pub(super) fn next(&mut self) -> Result<Option<(u64, &[u8])>, TaskError> {
        self.line.clear();
        self.number += 1;
        let read = (&mut self.reader).take(LONGEST + 1).read_until(b'\n', &mut self.line);
        let source = self.reader.get_mut();
        match read {
            Ok(0) => return Ok(None),
            Ok(count) if count as u64 <= LONGEST => source.mark(),
            Ok(_) => return Err(super::TableError::Endless(self.number).into()),
            Err(_) => return Err(source.failure(self.number)),
        }
        let line = self.line.strip_suffix(b"\n").unwrap_or(&self.line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        // The mark that some programs put before the first line.
        let line = if self.number == 1 { line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line) } else { line };
        Ok(Some((self.number, line)))
    }
}

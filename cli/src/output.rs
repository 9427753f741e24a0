//! Printing to standard output: lines, tables, JSON.

mod table;
mod text;

use std::io::{self, IsTerminal, Write};

use serde::Serialize;

pub use table::Table;
pub use text::{ago, clean, in_words, state};

/// Nobody reads standard output any more (`| head`). The program ends, quietly and well.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("standard output was closed")]
pub struct OutputClosed;

/// Prints a line.
///
/// # Errors
/// [`OutputClosed`], or what else the system says.
pub fn line(text: impl AsRef<str>) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{}", text.as_ref()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(OutputClosed.into()),
        other => Ok(other?),
    }
}

/// Prints a value as one line of JSON.
///
/// # Errors
/// As [`line()`].
pub fn json(value: &impl Serialize) -> anyhow::Result<()> {
    line(serde_json::to_string(value)?)
}

/// Whether standard output is a terminal.
#[must_use]
pub fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

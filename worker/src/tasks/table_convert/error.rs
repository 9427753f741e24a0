//! How a conversion fails, and whether another try may do better.

use crate::TaskError;

/// Why a conversion failed. No message holds a value of the table.
#[derive(Debug, thiserror::Error)]
pub(super) enum TableError {
    #[error("{0}")]
    Arguments(&'static str),
    #[error("line {line}: {why}")]
    BadRow { line: u64, why: String },
    #[error("the header names column {0} twice")]
    Header(usize),
    #[error("the table has no header")]
    Empty,
    #[error("line {0}: the row is longer than 16 MiB; perhaps a quote is not closed")]
    Endless(u64),
    #[error("the conversion was stopped")]
    Cancelled,
}

impl From<TableError> for TaskError {
    fn from(error: TableError) -> Self {
        let kind = match &error {
            TableError::Arguments(_) => "invalid_arguments",
            TableError::Cancelled => return Self::retry(error).kind("cancelled"),
            _ => "bad_table",
        };
        Self::fail(error).kind(kind)
    }
}

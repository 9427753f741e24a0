//! Rows, and what becomes of those that do not fit.

use std::collections::HashSet;

use super::{BadRows, error::TableError};
use crate::TaskContext;

/// Bad rows told in the log.
const TOLD: u64 = 100;

/// How many rows there were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Rows {
    pub(super) good: u64,
    pub(super) bad: u64,
}

/// Counts rows and judges those that do not fit.
pub(super) struct Counter<'a> {
    context: &'a TaskContext,
    bad_rows: BadRows,
    rows: Rows,
}

impl<'a> Counter<'a> {
    pub(super) fn new(context: &'a TaskContext, bad_rows: BadRows) -> Self {
        Self { context, bad_rows, rows: Rows::default() }
    }

    pub(super) fn rows(&self) -> Rows {
        self.rows
    }

    /// A row that begins in this line fits, or why it does not.
    pub(super) fn judge(&mut self, row: Result<(), String>, line: u64) -> Result<(), TableError> {
        match (row, self.bad_rows) {
            (Ok(()), _) => self.rows.good += 1,
            (Err(why), BadRows::Fail) => return Err(TableError::BadRow { line, why }),
            (Err(why), BadRows::Skip) => {
                self.rows.bad += 1;
                if self.rows.bad <= TOLD {
                    self.context.warn(format!("line {line}: {why}; left out"));
                }
                if self.rows.bad == TOLD {
                    self.context.warn("further rows that do not fit are left out without a line here");
                }
            }
        }
        Ok(())
    }
}

/// Where a name stands that is there before.
pub(super) fn twice(names: &[String]) -> Option<usize> {
    let mut seen = HashSet::new();
    names.iter().position(|name| !seen.insert(name))
}

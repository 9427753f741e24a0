//! Tables for people.

use console::{Alignment, Term, measure_text_width, pad_str, truncate_str};

use super::{is_terminal, line};

/// Columns aligned by their widest cell; on a terminal the last one is cut where the line ends.
#[derive(Debug, Clone)]
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with this first row.
    #[must_use]
    pub fn new(header: &[&str]) -> Self {
        Self { rows: vec![header.iter().map(|title| title.to_ascii_uppercase()).collect()] }
    }

    /// Adds a row, which has as many cells as the header.
    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        debug_assert_eq!(N, self.rows[0].len());
        self.rows.push(cells.into());
    }

    /// Prints it; a table without rows prints nothing.
    ///
    /// # Errors
    /// When standard output is closed.
    pub fn print(&self) -> anyhow::Result<()> {
        if self.rows.len() < 2 {
            return Ok(());
        }
        let width = if is_terminal() { usize::from(Term::stdout().size().1) } else { usize::MAX };
        self.lines(width).iter().try_for_each(line)
    }

    fn lines(&self, width: usize) -> Vec<String> {
        let columns = self.rows[0].len();
        let widest = |column: usize| self.rows.iter().map(|row| measure_text_width(&row[column])).max().unwrap_or(0);
        let widths: Vec<_> = (0..columns).map(widest).collect();
        let aligned = |row: &Vec<String>| -> String {
            let cells = row.iter().zip(&widths).map(|(cell, width)| pad_str(cell, *width, Alignment::Left, None));
            let joined = cells.collect::<Vec<_>>().join("  ");
            truncate_str(joined.trim_end(), width, "…").into_owned()
        };
        self.rows.iter().map(aligned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_lines_fit() {
        let mut table = Table::new(&["name", "state", "error"]);
        table.row(["a".into(), "failed".into(), "é".repeat(40)]);
        table.row(["longer".into(), "ok".into(), String::new()]);
        let lines = table.lines(20);
        assert_eq!(lines, ["NAME    STATE   ERR…", "a       failed  ééé…", "longer  ok"]);
        assert_eq!(table.lines(usize::MAX)[1].chars().count(), 56);
    }
}

//! The one table a run ends with.

/// Rows of figures with what they are held against.
#[derive(Debug, Default)]
pub struct Table(Vec<[String; 4]>);

impl Table {
    /// Adds a row: what was measured, the figure, its ratio or aim, and whether the aim is met.
    pub fn row(&mut self, what: impl Into<String>, figure: impl Into<String>, against: impl Into<String>, met: Option<bool>) {
        let verdict = match met {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "",
        };
        self.0.push([what.into(), figure.into(), against.into(), verdict.into()]);
    }

    /// Prints it as Markdown.
    pub fn print(&self) {
        let header = ["Measured", "Figure", "Against", "Aim"].map(String::from);
        let rows = || std::iter::once(&header).chain(&self.0);
        let widths: Vec<usize> = (0..4).map(|column| rows().map(|row| row[column].chars().count()).max().unwrap_or(0)).collect();
        for (index, row) in rows().enumerate() {
            let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
            println!("| {} |", cells.join(" | "));
            if index == 0 {
                let dashes: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
                println!("| {} |", dashes.join(" | "));
            }
        }
    }
}

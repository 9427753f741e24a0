//! Rows of CSV.

use csv::{ByteRecord, Reader, ReaderBuilder, Trim};

use super::{
    Plan,
    error::TableError,
    record::{Counter, twice},
    source::Source,
};
use crate::TaskError;

/// Reads CSV a record at a time.
pub(super) struct CsvInput {
    reader: Reader<Source>,
    record: ByteRecord,
    columns: Vec<String>,
}

/// A row that fits: as many fields as columns, all UTF-8.
pub(super) struct CsvRow<'a> {
    pub(super) columns: &'a [String],
    pub(super) fields: &'a ByteRecord,
}

impl CsvInput {
    /// Reads the header, if there is one.
    pub(super) fn new(source: Source, plan: &Plan) -> Result<Self, TaskError> {
        let mut builder = ReaderBuilder::new();
        builder.delimiter(plan.delimiter).has_headers(false).flexible(true).trim(Trim::None);
        let mut input = Self { reader: builder.from_reader(source), record: ByteRecord::new(), columns: Vec::new() };
        if plan.header {
            if !input.read()? {
                return Err(TableError::Empty.into());
            }
            input.columns = names(&input.record)?;
        } else if let Some(columns) = &plan.columns {
            input.columns.clone_from(columns);
        }
        Ok(input)
    }

    /// The next row that fits.
    pub(super) fn next(&mut self, rows: &mut Counter<'_>) -> Result<Option<CsvRow<'_>>, TaskError> {
        loop {
            if !self.read()? {
                return Ok(None);
            }
            if self.columns.is_empty() {
                self.columns = (1..=self.record.len()).map(|n| format!("column_{n}")).collect();
            }
            let fits = fits(&self.record, self.columns.len());
            let good = fits.is_ok();
            rows.judge(fits, self.line())?;
            if good {
                return Ok(Some(CsvRow { columns: &self.columns, fields: &self.record }));
            }
        }
    }

    fn read(&mut self) -> Result<bool, TaskError> {
        let read = self.reader.read_byte_record(&mut self.record);
        let line = self.reader.position().line();
        let source = self.reader.get_mut();
        if read.is_ok() {
            source.mark();
        }
        read.map_err(|_| source.failure(line))
    }

    fn line(&self) -> u64 {
        self.record.position().map_or(0, csv::Position::line)
    }
}

fn fits(record: &ByteRecord, columns: usize) -> Result<(), String> {
    if record.len() != columns {
        return Err(format!("{} fields where there are {columns} columns", record.len()));
    }
    if let Some(at) = record.iter().position(|field| std::str::from_utf8(field).is_err()) {
        return Err(format!("field {} is not UTF-8", at + 1));
    }
    Ok(())
}

/// The columns' names, without the mark that some programs put before the first.
fn names(header: &ByteRecord) -> Result<Vec<String>, TableError> {
    let name = |field: &[u8]| std::str::from_utf8(field).map(ToOwned::to_owned);
    let names: Result<Vec<String>, _> = header.iter().map(name).collect();
    let mut names = names.map_err(|_| TableError::BadRow { line: 1, why: "the header is not UTF-8".to_owned() })?;
    if let Some(first) = names.first_mut()
        && let Some(bare) = first.strip_prefix('\u{feff}')
    {
        // Inside the mark, quotes were no quotes.
        *first = bare.trim_matches('"').to_owned();
    }
    match twice(&names) {
        Some(at) => Err(TableError::Header(at + 1)),
        None => Ok(names),
    }
}

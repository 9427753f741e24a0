//! Rows of CSV, written.

use std::{borrow::Cow, collections::HashMap};

use csv::{ByteRecord, Writer, WriterBuilder};
use serde_json::value::RawValue;

use super::{Plan, ndjson_input::NdjsonRow, sink::Sink};
use crate::TaskError;

/// Writes CSV: the columns asked for, else those of the first object.
pub(super) struct CsvOutput {
    writer: Writer<Sink>,
    header: bool,
    /// Whether the columns were asked for: others are then left out. Else an object with others does not fit.
    chosen: bool,
    columns: Vec<String>,
    places: HashMap<String, usize>,
    begun: bool,
}

impl CsvOutput {
    pub(super) fn new(plan: &Plan, sink: Sink) -> Self {
        let writer = WriterBuilder::new().delimiter(plan.delimiter).has_headers(false).flexible(true).from_writer(sink);
        let (chosen, header) = (plan.columns.is_some(), plan.header);
        let mut output = Self { writer, header, chosen, columns: Vec::new(), places: HashMap::new(), begun: false };
        output.name(plan.columns.clone().unwrap_or_default());
        output
    }

    fn name(&mut self, columns: Vec<String>) {
        self.places = columns.iter().cloned().zip(0..).collect();
        self.columns = columns;
    }

    /// Writes a row; why not, if it does not fit.
    pub(super) fn write(&mut self, row: &NdjsonRow) -> Result<Result<(), String>, TaskError> {
        let record = match self.record(row) {
            Ok(record) => record,
            Err(why) => return Ok(Err(why)),
        };
        self.begin()?;
        self.put(&record).map(Ok)
    }

    /// Writes the header of a table without rows, if its columns are known; gives back what was written to.
    pub(super) fn finish(mut self) -> Result<Sink, TaskError> {
        if self.chosen {
            self.begin()?;
        }
        self.writer.into_inner().map_err(|error| TaskError::retry(error.error()).kind("artifact_store"))
    }

    fn record(&mut self, row: &NdjsonRow) -> Result<ByteRecord, String> {
        if !self.begun && !self.chosen {
            let names: Vec<String> = row.fields.iter().map(|(name, _)| name.clone()).collect();
            if names.is_empty() || names.len() > Plan::MOST_COLUMNS {
                return Err("the first object has to have 1 to 1000 fields: they name the columns".to_owned());
            }
            self.name(names);
        }
        let mut fields: Vec<Option<Cow<'_, str>>> = vec![None; self.columns.len()];
        for (name, value) in &row.fields {
            match self.places.get(name) {
                Some(&place) if fields[place].is_none() => fields[place] = Some(text(value)),
                Some(&place) => return Err(format!("column {} is there twice", place + 1)),
                None if self.chosen => {}
                None => return Err("it has a field that the first object does not have".to_owned()),
            }
        }
        Ok(fields.iter().map(|field| field.as_deref().unwrap_or_default()).collect())
    }

    fn begin(&mut self) -> Result<(), TaskError> {
        if self.begun {
            return Ok(());
        }
        self.begun = true;
        if !self.header {
            return Ok(());
        }
        let header = self.columns.iter().collect();
        self.put(&header)
    }

    fn put(&mut self, record: &ByteRecord) -> Result<(), TaskError> {
        let written = self.writer.write_byte_record(record);
        // The sink tells why; the library only that.
        written.map_err(|_| TaskError::retry("couldn't write the artifact").kind("artifact_store"))
    }
}

/// A value as a field: a text as it is, null as nothing, everything else as its JSON.
fn text(value: &RawValue) -> Cow<'_, str> {
    match value.get() {
        "null" => Cow::Borrowed(""),
        json if json.starts_with('"') => serde_json::from_str::<String>(json).map_or(Cow::Borrowed(json), Cow::Owned),
        json => Cow::Borrowed(json),
    }
}

//! `table.convert`: CSV to NDJSON and back, as a stream.
//!
//! Records are read and written one at a time on the blocking pool, which asks the runtime for the next bytes ([`source`]) and hands
//! over what it has written ([`sink`]); so a table larger than the memory goes through, and cancellation is heard between any two
//! pieces.

mod csv_input;
mod csv_output;
mod error;
mod lines;
mod ndjson_input;
mod ndjson_output;
mod record;
mod sink;
mod source;
#[cfg(test)]
mod tests;

use std::time::Duration;

use ruche_domain::{ArtifactId, FileName, MediaType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use self::{
    csv_input::CsvInput, csv_output::CsvOutput, error::TableError, ndjson_input::NdjsonInput, ndjson_output::NdjsonOutput,
    record::Rows, sink::Sink, source::Source,
};
use crate::{Input, Output, Task, TaskContext, TaskDefaults, TaskError};

/// Converts a table from CSV to NDJSON (a JSON object per line), or back, however large it is. Values stay text unless asked. A row
/// that does not fit its table is told with its line number; it fails the task, or is left out.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(example = serde_json::json!({"input": "01890a5d-ac96-774b-bcce-b302099a8057", "from": "csv", "to": "ndjson"}))]
pub struct TableConvert {
    /// Id of the artifact to convert.
    input: Uuid,
    /// What it is.
    from: TableFormat,
    /// What it becomes.
    to: TableFormat,
    /// What separates fields of CSV: one ASCII character; a tab is written `\t` in JSON.
    #[serde(default = "comma")]
    #[schemars(length(min = 1, max = 1))]
    delimiter: String,
    /// Whether CSV has the columns' names in its first row.
    #[serde(default = "yes")]
    header: bool,
    /// Names of the columns. For CSV without a header (else they are called `column_1` and so on), and to choose and order the columns
    /// of CSV that is written (else they are the first object's).
    #[serde(default)]
    #[schemars(length(min = 1, max = 1000))]
    columns: Option<Vec<String>>,
    /// What becomes of CSV's values in NDJSON.
    #[serde(default)]
    types: ValueTypes,
    /// What becomes of a row that does not fit: too many or too few fields, no UTF-8, no JSON object, an unknown column.
    #[serde(default)]
    bad_rows: BadRows,
    /// What the output is called; the input's name with another ending if left out.
    #[serde(default)]
    #[schemars(length(min = 1, max = 200))]
    name: Option<String>,
}

/// A format of tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TableFormat {
    /// Rows of fields (RFC 4180), in UTF-8.
    Csv,
    /// A JSON object per line, in UTF-8.
    Ndjson,
}

/// What becomes of CSV's values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ValueTypes {
    /// Each is a text, as it stands.
    #[default]
    Text,
    /// What reads as a JSON number, `true` or `false` becomes one, an empty field null. `007` and `1,5` stay text.
    Guess,
}

/// What becomes of a row that does not fit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BadRows {
    /// The task fails for good, and tells its line.
    #[default]
    Fail,
    /// It is left out, counted, and the first hundred are told in the log.
    Skip,
}

/// What came of a conversion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TableConverted {
    /// Id of the artifact that was made.
    pub artifact: Uuid,
    /// Its name.
    pub name: String,
    /// Its size, in bytes.
    pub size: u64,
    /// Rows in it.
    pub rows: u64,
    /// Rows left out.
    pub skipped: u64,
}

fn comma() -> String {
    ",".to_owned()
}

const fn yes() -> bool {
    true
}

impl Task for TableConvert {
    const NAME: &'static str = "table.convert";
    type Output = TableConverted;

    /// Six hours: some tables are large.
    fn defaults() -> TaskDefaults {
        TaskDefaults { timeout: Some(Duration::from_secs(6 * 3_600)), ..TaskDefaults::default() }
    }

    async fn run(self, context: &TaskContext) -> Result<TableConverted, TaskError> {
        let plan = Plan::of(&self)?;
        let artifacts = context.artifacts();
        let input = artifacts.open(ArtifactId::from(self.input)).await?;
        let output = artifacts.create(self.output_name(&input)?, self.to.media_type()).await?;
        let (output, rows) = context.blocking(move |context| convert(context, &plan, input, output)).await??;
        let made = output.finish().await?;
        let Rows { good, bad } = rows;
        Ok(TableConverted { artifact: made.id.into(), name: made.name.to_string(), size: made.size, rows: good, skipped: bad })
    }
}

impl TableConvert {
    fn output_name(&self, input: &Input) -> Result<FileName, TaskError> {
        match &self.name {
            Some(name) => FileName::new(name).map_err(|error| TaskError::fail(error).kind("invalid_arguments")),
            None => Ok(input.facts().name.derived("", self.to.ending())),
        }
    }
}

impl TableFormat {
    const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
        }
    }

    fn media_type(self) -> MediaType {
        let text = match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Ndjson => "application/x-ndjson",
        };
        MediaType::new(text).expect("both are media types")
    }
}

/// The checked arguments.
#[derive(Debug, Clone)]
struct Plan {
    from: TableFormat,
    to: TableFormat,
    delimiter: u8,
    header: bool,
    columns: Option<Vec<String>>,
    types: ValueTypes,
    bad_rows: BadRows,
}

impl Plan {
    /// Most columns.
    const MOST_COLUMNS: usize = 1_000;

    fn of(asked: &TableConvert) -> Result<Self, TableError> {
        let TableConvert { from, to, header, types, bad_rows, .. } = *asked;
        let &[delimiter] = asked.delimiter.as_bytes() else {
            return Err(TableError::Arguments("delimiter is one ASCII character"));
        };
        if !delimiter.is_ascii() || b"\"\r\n".contains(&delimiter) {
            return Err(TableError::Arguments("delimiter is one ASCII character, and neither a quote nor a line's end"));
        }
        if let Some(columns) = &asked.columns {
            if columns.is_empty() || columns.len() > Self::MOST_COLUMNS {
                return Err(TableError::Arguments("columns has 1 to 1000 names"));
            }
            if record::twice(columns).is_some() {
                return Err(TableError::Arguments("columns names one twice"));
            }
        }
        if from == TableFormat::Csv && header && to == TableFormat::Ndjson && asked.columns.is_some() {
            return Err(TableError::Arguments("columns are named by the header; set header to false, or leave columns out"));
        }
        Ok(Self { from, to, delimiter, header, columns: asked.columns.clone(), types, bad_rows })
    }
}

/// On the blocking pool: reads rows, writes them, gives the output back with how many there were.
fn convert(context: &TaskContext, plan: &Plan, input: Input, output: Output) -> Result<(Output, Rows), TaskError> {
    let mut rows = record::Counter::new(context, plan.bad_rows);
    let source = Source::new(context, input);
    let (sink, failure) = Sink::new(context, output);
    let sink = match (plan.from, plan.to) {
        (TableFormat::Csv, TableFormat::Ndjson) => to_ndjson(plan, source, sink, &mut rows),
        (TableFormat::Ndjson, TableFormat::Csv) => to_csv(plan, source, sink, &mut rows),
        (TableFormat::Csv, TableFormat::Csv) | (TableFormat::Ndjson, TableFormat::Ndjson) => {
            Err(TableError::Arguments("from and to are the same").into())
        }
    };
    let told = failure.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
    let sink = sink.map_err(|error| told.unwrap_or(error))?;
    Ok((sink.finish()?, rows.rows()))
}

fn to_ndjson(plan: &Plan, source: Source, mut sink: Sink, rows: &mut record::Counter<'_>) -> Result<Sink, TaskError> {
    let mut from = CsvInput::new(source, plan)?;
    let mut to = NdjsonOutput::new(plan.types);
    while let Some(row) = from.next(rows)? {
        to.write(row.columns, row.fields, sink.buffer())?;
        sink.written()?;
    }
    Ok(sink)
}

fn to_csv(plan: &Plan, source: Source, sink: Sink, rows: &mut record::Counter<'_>) -> Result<Sink, TaskError> {
    let mut from = NdjsonInput::new(source);
    let mut to = CsvOutput::new(plan, sink);
    while let Some(row) = from.next(rows)? {
        rows.judge(to.write(&row)?, row.line)?;
    }
    to.finish()
}

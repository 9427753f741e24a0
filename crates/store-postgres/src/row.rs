//! Between rows and the domain's values.

use std::str::FromStr;

use ruche_domain::{NewTask, Priority, RawJson, TaskId, TaskOptions};
use ruche_store::{StoreError, TaskSummary};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{
    Decode, Encode, Postgres, Row, Type,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgHasArrayType, PgRow, PgTypeInfo, PgValueRef, types::Oid},
};
use uuid::Uuid;

use crate::error::{corrupt, refine};

/// The text of a `json` column, as it is. (sqlx's own `Json` means `jsonb`, which changes numbers and refuses `\u0000`.)
#[derive(Debug, Clone, Copy)]
pub struct JsonText<'a>(pub &'a str);

/// Of `json` and `json[]`, from PostgreSQL's `pg_type.dat`; built-in types keep theirs for ever.
const JSON: PgTypeInfo = PgTypeInfo::with_oid(Oid(114));
const JSON_ARRAY: PgTypeInfo = PgTypeInfo::with_oid(Oid(199));

impl Type<Postgres> for JsonText<'_> {
    fn type_info() -> PgTypeInfo {
        JSON
    }
}

impl PgHasArrayType for JsonText<'_> {
    fn array_type_info() -> PgTypeInfo {
        JSON_ARRAY
    }
}

impl Encode<'_, Postgres> for JsonText<'_> {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        buffer.extend_from_slice(self.0.as_bytes());
        Ok(IsNull::No)
    }

    fn size_hint(&self) -> usize {
        self.0.len()
    }
}

impl<'r> Decode<'r, Postgres> for JsonText<'r> {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        value.as_str().map(Self)
    }
}

/// A column's value.
pub fn get<'r, T>(row: &'r PgRow, column: &str) -> Result<T, StoreError>
where
    T: Decode<'r, Postgres> + Type<Postgres>,
{
    row.try_get(column).map_err(refine)
}

/// A text column with a rule of its own (a name, a state).
pub fn parse<T>(row: &PgRow, column: &'static str) -> Result<T, StoreError>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    get::<&str>(row, column)?.parse().map_err(|error: T::Err| corrupt("tasks", column, error))
}

/// The same, where null is allowed.
pub fn parse_optional<T>(row: &PgRow, column: &'static str) -> Result<Option<T>, StoreError>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    let text: Option<&str> = get(row, column)?;
    text.map(str::parse).transpose().map_err(|error: T::Err| corrupt("tasks", column, error))
}

/// A count, which PostgreSQL keeps signed.
pub fn count<T>(row: &PgRow, column: &'static str) -> Result<T, StoreError>
where
    T: TryFrom<i32, Error: std::error::Error + Send + Sync + 'static>,
{
    T::try_from(get::<i32>(row, column)?).map_err(|error| corrupt("tasks", column, error))
}

/// A JSON column read as a value.
pub fn decode<T: DeserializeOwned>(row: &PgRow, column: &'static str) -> Result<Option<T>, StoreError> {
    let text: Option<JsonText> = get(row, column)?;
    text.map(|json| serde_json::from_str(json.0)).transpose().map_err(|error| corrupt("tasks", column, error))
}

/// A JSON column as its text.
pub fn raw(row: &PgRow, column: &str) -> Result<Option<RawJson>, StoreError> {
    Ok(get::<Option<JsonText>>(row, column)?.map(|json| RawJson::trusted(json.0)))
}

/// The JSON form of a value of the domain.
pub fn encode(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Refused(Box::new(error)))
}

/// A number as PostgreSQL keeps it; what does not fit (no limit of Ruche comes near) becomes the largest.
pub fn signed(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

pub fn id(row: &PgRow) -> Result<TaskId, StoreError> {
    Ok(get::<Uuid>(row, "id")?.into())
}

/// What was enqueued.
pub fn new_task(row: &PgRow) -> Result<NewTask, StoreError> {
    Ok(NewTask {
        id: id(row)?,
        name: parse(row, "name")?,
        queue: parse(row, "queue")?,
        priority: priority(row)?,
        args: raw(row, "args")?.unwrap_or_else(RawJson::empty_array),
        kwargs: raw(row, "kwargs")?.unwrap_or_else(RawJson::empty_object),
        max_attempts: count(row, "max_attempts")?,
        created_at: get(row, "created_at")?,
        eta: get(row, "eta")?,
        expires_at: get(row, "expires_at")?,
        options: decode::<TaskOptions>(row, "options")?.unwrap_or_default(),
    })
}

/// What lists show.
pub fn summary(row: &PgRow) -> Result<TaskSummary, StoreError> {
    Ok(TaskSummary {
        id: id(row)?,
        name: parse(row, "name")?,
        queue: parse(row, "queue")?,
        priority: priority(row)?.get(),
        state: parse(row, "state")?,
        attempt: count(row, "attempt")?,
        attempts_used: count(row, "attempts_used")?,
        max_attempts: count(row, "max_attempts")?,
        created_at: get(row, "created_at")?,
        queued_at: get(row, "queued_at")?,
        due_at: get(row, "due_at")?,
        started_at: get(row, "started_at")?,
        finished_at: get(row, "finished_at")?,
        lease_until: get(row, "lease_until")?,
        expires_at: get(row, "expires_at")?,
        worker: parse_optional(row, "worker")?,
        cancel_requested: get(row, "cancel_requested")?,
        progress: decode(row, "progress")?,
        failure: decode(row, "error")?,
    })
}

fn priority(row: &PgRow) -> Result<Priority, StoreError> {
    let number: i16 = get(row, "priority")?;
    let priority = u8::try_from(number).ok().and_then(Priority::new);
    priority.ok_or_else(|| corrupt("tasks", "priority", "not from 0 to 9"))
}

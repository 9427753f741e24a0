//! Keys: who holds them, and which requests were accepted before.

use std::collections::{BTreeMap, HashMap};

use ruche_domain::{Holder, TaskId, Timestamp, UniqueKey};
use ruche_store::{IdempotencyKey, Known, StoreError, Taken, UniqueRequest};
use sqlx::SqliteConnection;

use crate::{
    batch::{Hex, hex, json, micros, pack},
    error::refused,
    row::Record,
};

const GET: &str = include_str!("../../queries/unique/get.sql");
const PUT: &str = include_str!("../../queries/unique/put.sql");
const FIND: &str = include_str!("../../queries/key/get.sql");
const REMEMBER: &str = include_str!("../../queries/key/insert.sql");

/// Whom the unique keys of these requests were given to, as far as these tasks are still there.
pub async fn holders(
    connection: &mut SqliteConnection,
    requests: &[UniqueRequest],
) -> Result<HashMap<UniqueKey, Holder>, StoreError> {
    let wishes = requests.iter().flat_map(|request| &request.tasks);
    let keys: Vec<_> = wishes.filter_map(|wish| Some(hex(&wish.unique.as_ref()?.key.0))).collect();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = sqlx::query(GET).bind(json(&keys)).fetch_all(connection).await.map_err(refused)?;
    rows.iter()
        .map(|row| {
            let (key, task) = (Record::new("unique_keys", row), Record::new("tasks", row));
            let holder = Holder {
                id: task.id("id")?,
                state: task.parsed("state")?,
                created_at: task.time("created_at")?,
                due_at: task.optional_time("due_at")?,
                eta: task.optional_time("eta")?,
                taken_until: key.optional_time("taken_until")?,
            };
            let hash = key.get::<&[u8]>("key")?.try_into();
            let source = |error: std::array::TryFromSliceError| Box::new(error);
            let hash =
                hash.map_err(|error| StoreError::Corrupt { table: "unique_keys", column: "key", source: source(error) })?;
            Ok((UniqueKey(hash), holder))
        })
        .collect()
}

/// Writes whom the keys are given to.
pub async fn put(connection: &mut SqliteConnection, taken: &BTreeMap<UniqueKey, Taken>) -> Result<(), StoreError> {
    if taken.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = taken.iter().map(|(key, taken)| (hex(&key.0), Hex(taken.task), taken.until.map(micros))).collect();
    sqlx::query(PUT).bind(json(&rows)).execute(connection).await.map_err(refused)?;
    Ok(())
}

/// The idempotency keys of these requests that are known.
pub async fn known(connection: &mut SqliteConnection, requests: &[UniqueRequest]) -> Result<HashMap<String, Known>, StoreError> {
    let keys: Vec<_> = requests.iter().filter_map(|request| Some(&request.idempotency.as_ref()?.key)).collect();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = sqlx::query(FIND).bind(json(&keys)).fetch_all(connection).await.map_err(refused)?;
    rows.iter()
        .map(|row| {
            let record = Record::new("idempotency_keys", row);
            let known = Known { fingerprint: record.get("fingerprint")?, tasks: record.packed_ids("task_ids")? };
            Ok((record.get("key")?, known))
        })
        .collect()
}

/// Remembers idempotency keys with their tasks.
pub async fn remember(
    connection: &mut SqliteConnection,
    keys: &[(IdempotencyKey, Vec<TaskId>)],
    now: Timestamp,
) -> Result<(), StoreError> {
    if keys.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> =
        keys.iter().map(|(key, tasks)| (&key.key, hex(&key.fingerprint), hex(&pack(tasks.iter().copied())))).collect();
    sqlx::query(REMEMBER).bind(json(&rows)).bind(micros(now)).execute(connection).await.map_err(refused)?;
    Ok(())
}

//! Recognising repeated requests.

use std::collections::HashMap;

use ruche_domain::{TaskId, Timestamp};
use ruche_store::{EnqueueAnswer, EnqueueRequest, IdempotencyKey, StoreError};
use sqlx::SqliteConnection;

use crate::{
    batch::{hex, json, micros, pack},
    error::refused,
    row::Record,
};

const RESERVE: &str = include_str!("../../queries/key/insert.sql");
const FIND: &str = include_str!("../../queries/key/get.sql");

/// What is remembered of a key's first request.
struct First {
    fingerprint: Vec<u8>,
    tasks: Vec<TaskId>,
}

/// Answers each request as if they came one after the other; reserves the keys that are new.
pub async fn settle(
    connection: &mut SqliteConnection,
    requests: &[EnqueueRequest],
    now: Timestamp,
) -> Result<Vec<EnqueueAnswer>, StoreError> {
    let mut candidates: HashMap<&str, usize> = HashMap::new();
    for (index, request) in requests.iter().enumerate() {
        if let Some(key) = &request.idempotency {
            candidates.entry(&key.key).or_insert(index);
        }
    }
    if candidates.is_empty() {
        return Ok(vec![EnqueueAnswer::Created; requests.len()]);
    }
    let reserved = reserve(connection, requests, &candidates, now).await?;
    let first = find(connection, candidates.keys().copied().collect()).await?;
    let answer = |(index, request): (usize, &EnqueueRequest)| match &request.idempotency {
        Some(key) if candidates[&*key.key] == index && reserved.contains(&key.key) => EnqueueAnswer::Created,
        Some(key) => repeated(key, &first),
        None => EnqueueAnswer::Created,
    };
    Ok(requests.iter().enumerate().map(answer).collect())
}

/// Reserves the keys that are new, and returns them.
async fn reserve(
    connection: &mut SqliteConnection,
    requests: &[EnqueueRequest],
    candidates: &HashMap<&str, usize>,
    now: Timestamp,
) -> Result<std::collections::HashSet<String>, StoreError> {
    let rows: Vec<_> = candidates
        .values()
        .filter_map(|&index| {
            let request = &requests[index];
            let key = request.idempotency.as_ref()?;
            Some((&key.key, hex(&key.fingerprint), hex(&pack(request.tasks.iter().map(|task| task.id)))))
        })
        .collect();
    let keys = sqlx::query_scalar(RESERVE).bind(json(&rows)).bind(micros(now)).fetch_all(connection).await;
    Ok(keys.map_err(refused)?.into_iter().collect())
}

async fn find(connection: &mut SqliteConnection, keys: Vec<&str>) -> Result<HashMap<String, First>, StoreError> {
    let rows = sqlx::query(FIND).bind(json(&keys)).fetch_all(connection).await.map_err(refused)?;
    rows.iter()
        .map(|row| {
            let record = Record::new("idempotency_keys", row);
            let first = First { fingerprint: record.get("fingerprint")?, tasks: record.packed_ids("task_ids")? };
            Ok((record.get("key")?, first))
        })
        .collect()
}

fn repeated(key: &IdempotencyKey, first: &HashMap<String, First>) -> EnqueueAnswer {
    match first.get(&key.key) {
        Some(first) if first.fingerprint == key.fingerprint => EnqueueAnswer::Replayed(first.tasks.clone()),
        _ => EnqueueAnswer::KeyReused,
    }
}

/// Takes the key for one thing that is not enqueued; answers as [`settle`] does.
pub async fn reserve_one(
    connection: &mut SqliteConnection,
    key: &IdempotencyKey,
    id: TaskId,
    now: Timestamp,
) -> Result<EnqueueAnswer, StoreError> {
    let rows = [(&key.key, hex(&key.fingerprint), hex(&pack(std::iter::once(id))))];
    let query = sqlx::query_scalar::<_, String>(RESERVE).bind(json(&rows)).bind(micros(now));
    if query.fetch_optional(&mut *connection).await.map_err(refused)?.is_some() {
        return Ok(EnqueueAnswer::Created);
    }
    Ok(repeated(key, &find(connection, vec![&key.key]).await?))
}

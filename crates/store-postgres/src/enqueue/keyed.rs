//! Requests with idempotency keys.

use std::collections::{BTreeMap, HashMap, HashSet};

use ruche_domain::{TaskId, Timestamp};
use ruche_store::{EnqueueAnswer, EnqueueRequest, IdempotencyKey, InsertedBatch, StoreError};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{full, insert_chunks};
use crate::{error::refine, row::get};

/// What a key stands for.
struct Known {
    fingerprint: Vec<u8>,
    tasks: Vec<TaskId>,
}

/// One transaction: the new keys, then the tasks of the requests that are new.
pub async fn insert(pool: &PgPool, requests: &[EnqueueRequest], now: Timestamp) -> Result<InsertedBatch, StoreError> {
    let mut transaction = pool.begin().await.map_err(refine)?;
    let firsts = first_of_each_key(requests);
    let new = insert_keys(&mut transaction, &firsts, now).await?;
    let known = read_keys(&mut transaction, firsts.keys().copied().filter(|key| !new.contains(*key))).await?;

    let mut answers: Vec<_> = requests.iter().map(|request| answer(request, &firsts, &known)).collect();
    if full::is_keyed(requests) {
        full::refuse(&mut transaction, requests, &mut answers).await?;
        forget_refused(&mut transaction, requests, &answers).await?;
    }
    let created = requests.iter().zip(&answers).filter(|(_, answer)| **answer == EnqueueAnswer::Created);
    let tasks: Vec<_> = created.flat_map(|(request, _)| &request.tasks).collect();
    let outbox = insert_chunks(&mut transaction, &tasks, now).await?;
    transaction.commit().await.map_err(refine)?;
    Ok(InsertedBatch { answers, outbox })
}

type Firsts<'a> = BTreeMap<&'a str, &'a EnqueueRequest>;

fn first_of_each_key(requests: &[EnqueueRequest]) -> Firsts<'_> {
    let mut firsts = BTreeMap::new();
    for request in requests {
        if let Some(key) = &request.idempotency {
            firsts.entry(key.key.as_str()).or_insert(request);
        }
    }
    firsts
}

fn answer(request: &EnqueueRequest, firsts: &Firsts, known: &HashMap<String, Known>) -> EnqueueAnswer {
    let Some(IdempotencyKey { key, fingerprint }) = &request.idempotency else {
        return EnqueueAnswer::Created;
    };
    if let Some(known) = known.get(key) {
        return replay_if(known.fingerprint == fingerprint, || known.tasks.clone());
    }
    let first = firsts[key.as_str()];
    if std::ptr::eq(first, request) {
        return EnqueueAnswer::Created;
    }
    let same = first.idempotency.as_ref().is_some_and(|winner| winner.fingerprint == *fingerprint);
    replay_if(same, || first.tasks.iter().map(|task| task.id).collect())
}

fn replay_if(same: bool, tasks: impl FnOnce() -> Vec<TaskId>) -> EnqueueAnswer {
    if same { EnqueueAnswer::Replayed(tasks()) } else { EnqueueAnswer::KeyReused }
}

/// Inserts keys in their order; those that were new.
async fn insert_keys(connection: &mut PgConnection, firsts: &Firsts<'_>, now: Timestamp) -> Result<HashSet<String>, StoreError> {
    let (mut keys, mut prints, mut starts, mut ends) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut ids: Vec<Uuid> = Vec::new();
    for (key, request) in firsts {
        keys.push(*key);
        prints.push(request.idempotency.as_ref().map(|key| key.fingerprint.as_slice()));
        // Arrays count from 1; a range that ends before it begins is empty.
        starts.push(position(ids.len() + 1));
        ids.extend(request.tasks.iter().map(|task| task.id.as_uuid()));
        ends.push(position(ids.len()));
    }
    let query = sqlx::query_scalar(include_str!("../../queries/key/insert.sql"));
    let query = query.bind(keys).bind(prints).bind(starts).bind(ends).bind(now).bind(ids);
    let new: Vec<String> = query.fetch_all(connection).await.map_err(refine)?;
    Ok(new.into_iter().collect())
}

fn position(index: usize) -> i32 {
    i32::try_from(index).unwrap_or(i32::MAX)
}

/// What was refused may be asked for again with the same key.
async fn forget_refused(
    connection: &mut PgConnection,
    requests: &[EnqueueRequest],
    answers: &[EnqueueAnswer],
) -> Result<(), StoreError> {
    let refused = requests.iter().zip(answers).filter(|(_, answer)| matches!(answer, EnqueueAnswer::KeyFull(_)));
    let keys: Vec<_> = refused.filter_map(|(request, _)| Some(request.idempotency.as_ref()?.key.as_str())).collect();
    if !keys.is_empty() {
        let query = sqlx::query(include_str!("../../queries/key/remove.sql")).bind(keys);
        query.execute(connection).await.map_err(refine)?;
    }
    Ok(())
}

async fn read_keys<'a>(
    connection: &mut PgConnection,
    keys: impl Iterator<Item = &'a str>,
) -> Result<HashMap<String, Known>, StoreError> {
    let keys: Vec<_> = keys.collect();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let query = sqlx::query(include_str!("../../queries/key/get.sql")).bind(&keys);
    let rows = query.fetch_all(connection).await.map_err(refine)?;
    if rows.len() < keys.len() {
        // The pruner forgot one in this very moment: once more, and it is new.
        return Err(StoreError::Conflict("an idempotency key was just forgotten".into()));
    }
    rows.iter()
        .map(|row| {
            let tasks: Vec<Uuid> = get(row, "task_ids")?;
            let tasks = tasks.into_iter().map(TaskId::from).collect();
            Ok((get(row, "key")?, Known { fingerprint: get(row, "fingerprint")?, tasks }))
        })
        .collect()
}

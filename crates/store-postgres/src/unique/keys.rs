//! Keys: who holds them, and which requests were accepted before.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ruche_domain::{Holder, TaskId, Timestamp, UniqueKey};
use ruche_store::{IdempotencyKey, Known, StoreError, Taken, UniqueRequest};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    error::{corrupt, refine},
    row::{get, id, parse},
};

/// The unique keys of some requests, all locked.
pub struct Held {
    /// Those that were given to tasks which are still there.
    pub holders: HashMap<UniqueKey, Holder>,
    /// Those that were new, with whom they are given to for now.
    reserved: BTreeMap<UniqueKey, Taken>,
}

/// Locks the keys of these requests and the tasks that hold them.
pub async fn hold(connection: &mut PgConnection, requests: &[UniqueRequest]) -> Result<Held, StoreError> {
    let mut wanted: BTreeMap<UniqueKey, Taken> = BTreeMap::new();
    for wish in requests.iter().flat_map(|request| &request.tasks) {
        if let Some(unique) = &wish.unique {
            let taken = Taken { task: wish.task.id, until: unique.taken_until(wish.task.created_at) };
            wanted.entry(unique.key).or_insert(taken);
        }
    }
    if wanted.is_empty() {
        return Ok(Held { holders: HashMap::new(), reserved: BTreeMap::new() });
    }
    let new = reserve(connection, &wanted).await?;
    let given = lock(connection, &wanted).await?;
    wanted.retain(|key, _| new.contains(key));
    let given = given.into_iter().filter(|(key, _)| !new.contains(key)).collect();
    Ok(Held { holders: holders(connection, given).await?, reserved: wanted })
}

async fn reserve(connection: &mut PgConnection, wanted: &BTreeMap<UniqueKey, Taken>) -> Result<BTreeSet<UniqueKey>, StoreError> {
    let query = sqlx::query_scalar(include_str!("../../queries/unique/reserve.sql"))
        .bind(wanted.keys().map(|key| key.0.as_slice()).collect::<Vec<_>>())
        .bind(wanted.values().map(|taken| taken.task.as_uuid()).collect::<Vec<_>>())
        .bind(wanted.values().map(|taken| taken.until).collect::<Vec<_>>());
    let keys: Vec<Vec<u8>> = query.fetch_all(connection).await.map_err(refine)?;
    keys.iter().map(|key| read(key)).collect()
}

async fn lock(connection: &mut PgConnection, wanted: &BTreeMap<UniqueKey, Taken>) -> Result<Vec<(UniqueKey, Taken)>, StoreError> {
    let keys: Vec<_> = wanted.keys().map(|key| key.0.as_slice()).collect();
    let query = sqlx::query(include_str!("../../queries/unique/lock.sql")).bind(keys);
    let rows = query.fetch_all(connection).await.map_err(refine)?;
    if rows.len() < wanted.len() {
        // The pruner removed one in this very moment: once more, and it is new.
        return Err(StoreError::Conflict("a unique key was just removed".into()));
    }
    rows.iter()
        .map(|row| {
            let taken = Taken { task: get::<Uuid>(row, "task_id")?.into(), until: get(row, "taken_until")? };
            Ok((read(get(row, "key")?)?, taken))
        })
        .collect()
}

async fn holders(
    connection: &mut PgConnection,
    given: Vec<(UniqueKey, Taken)>,
) -> Result<HashMap<UniqueKey, Holder>, StoreError> {
    if given.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<_> = given.iter().map(|(_, taken)| taken.task.as_uuid()).collect();
    let query = sqlx::query(include_str!("../../queries/task/hold.sql")).bind(ids);
    let rows = query.fetch_all(connection).await.map_err(refine)?;
    let mut tasks = HashMap::new();
    for row in &rows {
        let holder = Holder {
            id: id(row)?,
            state: parse(row, "state")?,
            created_at: get(row, "created_at")?,
            due_at: get(row, "due_at")?,
            eta: get(row, "eta")?,
            taken_until: None,
        };
        tasks.insert(holder.id, holder);
    }
    let holder = |(key, taken): (UniqueKey, Taken)| Some((key, Holder { taken_until: taken.until, ..*tasks.get(&taken.task)? }));
    Ok(given.into_iter().filter_map(holder).collect())
}

/// Writes whom the keys are given to; new ones that no accepted request uses are forgotten.
pub async fn save(connection: &mut PgConnection, held: &Held, taken: &BTreeMap<UniqueKey, Taken>) -> Result<(), StoreError> {
    let changed: Vec<_> = taken.iter().filter(|(key, taken)| held.reserved.get(*key) != Some(*taken)).collect();
    if !changed.is_empty() {
        let query = sqlx::query(include_str!("../../queries/unique/save.sql"))
            .bind(changed.iter().map(|(key, _)| key.0.as_slice()).collect::<Vec<_>>())
            .bind(changed.iter().map(|(_, taken)| taken.task.as_uuid()).collect::<Vec<_>>())
            .bind(changed.iter().map(|(_, taken)| taken.until).collect::<Vec<_>>());
        query.execute(&mut *connection).await.map_err(refine)?;
    }
    let unused: Vec<_> = held.reserved.keys().filter(|key| !taken.contains_key(*key)).map(|key| key.0.as_slice()).collect();
    if !unused.is_empty() {
        let query = sqlx::query(include_str!("../../queries/unique/forget.sql")).bind(unused);
        query.execute(connection).await.map_err(refine)?;
    }
    Ok(())
}

/// The idempotency keys of these requests that are known. They are not locked: see [`remember`].
pub async fn known(connection: &mut PgConnection, requests: &[UniqueRequest]) -> Result<HashMap<String, Known>, StoreError> {
    let keys: Vec<_> = requests.iter().filter_map(|request| Some(request.idempotency.as_ref()?.key.as_str())).collect();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let query = sqlx::query(include_str!("../../queries/key/get.sql")).bind(keys);
    let rows = query.fetch_all(connection).await.map_err(refine)?;
    rows.iter()
        .map(|row| {
            let tasks = get::<Vec<Uuid>>(row, "task_ids")?.into_iter().map(TaskId::from).collect();
            Ok((get(row, "key")?, Known { fingerprint: get(row, "fingerprint")?, tasks }))
        })
        .collect()
}

/// Remembers idempotency keys with their tasks. A conflict if another transaction was faster with one.
pub async fn remember(
    connection: &mut PgConnection,
    keys: &[(IdempotencyKey, Vec<TaskId>)],
    now: Timestamp,
) -> Result<(), StoreError> {
    if keys.is_empty() {
        return Ok(());
    }
    let sorted: BTreeMap<_, _> = keys.iter().map(|(key, tasks)| (key.key.as_str(), (key, tasks))).collect();
    let (mut starts, mut ends, mut ids) = (Vec::new(), Vec::new(), Vec::<Uuid>::new());
    for (_, tasks) in sorted.values() {
        starts.push(position(ids.len() + 1));
        ids.extend(tasks.iter().map(|task| task.as_uuid()));
        ends.push(position(ids.len()));
    }
    let query = sqlx::query(include_str!("../../queries/key/insert.sql"))
        .bind(sorted.keys().copied().collect::<Vec<_>>())
        .bind(sorted.values().map(|(key, _)| key.fingerprint.as_slice()).collect::<Vec<_>>())
        .bind(starts)
        .bind(ends)
        .bind(now)
        .bind(ids);
    let new = query.fetch_all(connection).await.map_err(refine)?;
    if new.len() < keys.len() {
        return Err(StoreError::Conflict("an idempotency key was just used".into()));
    }
    Ok(())
}

fn position(index: usize) -> i32 {
    i32::try_from(index).unwrap_or(i32::MAX)
}

fn read(key: &[u8]) -> Result<UniqueKey, StoreError> {
    key.try_into().map(UniqueKey).map_err(|error| corrupt("unique_keys", "key", error))
}

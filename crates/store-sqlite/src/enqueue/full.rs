//! Requests whose tasks' keys may be full.

use std::collections::{BTreeMap, HashMap};

use ruche_domain::{NewTask, limit::QueueLimits};
use ruche_store::{EnqueueAnswer, EnqueueRequest, StoreError, refuse_full};
use sqlx::SqliteConnection;

use crate::{batch::json, error::refused, row::Record};

const HOLD: &str = include_str!("../../queries/queue/hold.sql");
const LIVE: &str = include_str!("../../queries/admission/live.sql");
const REMOVE_KEYS: &str = include_str!("../../queries/key/remove.sql");

/// Turns the answers of requests whose tasks find their key full, one request after the other, and forgets their idempotency
/// keys. Exact, for nobody else writes.
pub async fn refuse(
    connection: &mut SqliteConnection,
    requests: &[EnqueueRequest],
    answers: &mut [EnqueueAnswer],
) -> Result<(), StoreError> {
    let room = room(connection, requests.iter().flat_map(|request| &request.tasks)).await?;
    if room.is_empty() {
        return Ok(());
    }
    refuse_full(requests, answers, room);
    forget(connection, requests, answers).await
}

/// How many more tasks the keys of these tasks take, by queue and key, where there is a bound.
pub async fn room(
    connection: &mut SqliteConnection,
    tasks: impl Iterator<Item = &NewTask>,
) -> Result<HashMap<(String, String), u32>, StoreError> {
    let mut keys: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for task in tasks {
        if let Some(key) = &task.options.concurrency_key {
            keys.entry(task.queue.as_str()).or_default().push(key.as_str());
        }
    }
    let mut room: HashMap<(String, String), u32> = HashMap::new();
    if keys.is_empty() {
        return Ok(room);
    }
    let names: Vec<_> = keys.keys().copied().collect();
    let rows = sqlx::query(HOLD).bind(json(&names)).fetch_all(&mut *connection).await.map_err(refused)?;
    for row in &rows {
        let record = Record::new("queues", row);
        let (queue, limits): (String, QueueLimits) = (record.get("name")?, record.json("limits")?);
        let Some(most) = limits.refuses_beyond() else { continue };
        for key in &keys[queue.as_str()] {
            let place = (queue.clone(), (*key).to_owned());
            if room.contains_key(&place) {
                continue;
            }
            let query = sqlx::query_scalar(LIVE).bind(queue.as_str()).bind(*key).bind(most);
            let live: u32 = query.fetch_one(&mut *connection).await.map_err(refused)?;
            room.insert(place, most.saturating_sub(live));
        }
    }
    Ok(room)
}

/// What was refused may be asked for again with the same key.
async fn forget(
    connection: &mut SqliteConnection,
    requests: &[EnqueueRequest],
    answers: &[EnqueueAnswer],
) -> Result<(), StoreError> {
    let full = requests.iter().zip(answers).filter(|(_, answer)| matches!(answer, EnqueueAnswer::KeyFull(_)));
    let keys: Vec<_> = full.filter_map(|(request, _)| Some(request.idempotency.as_ref()?.key.as_str())).collect();
    if !keys.is_empty() {
        sqlx::query(REMOVE_KEYS).bind(json(&keys)).execute(connection).await.map_err(refused)?;
    }
    Ok(())
}

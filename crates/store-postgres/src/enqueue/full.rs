//! Requests whose tasks' keys may be full.

use std::collections::{BTreeMap, HashMap};

use ruche_domain::{NewTask, limit::QueueLimits};
use ruche_store::{EnqueueAnswer, EnqueueRequest, StoreError, refuse_full};
use sqlx::PgConnection;

use crate::{
    error::refine,
    row::{decode, get},
};

/// Whether any task has a key: only then is anything asked here.
pub fn is_keyed(requests: &[EnqueueRequest]) -> bool {
    requests.iter().flat_map(|request| &request.tasks).any(|task| task.options.concurrency_key.is_some())
}

/// Turns the answers of requests whose tasks find their key full, one request after the other. Exact: who accepts tasks with
/// keys of a queue that refuses holds the queue's row.
pub async fn refuse(
    connection: &mut PgConnection,
    requests: &[EnqueueRequest],
    answers: &mut [EnqueueAnswer],
) -> Result<(), StoreError> {
    let room = room(connection, requests.iter().flat_map(|request| &request.tasks)).await?;
    refuse_full(requests, answers, room);
    Ok(())
}

/// How many more tasks the keys of these tasks take, by queue and key, where there is a bound; the rows of such queues are held.
pub async fn room(
    connection: &mut PgConnection,
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
    let query = sqlx::query(include_str!("../../queries/queue/hold.sql")).bind(names);
    let rows = query.fetch_all(&mut *connection).await.map_err(refine)?;
    for row in &rows {
        let queue: String = get(row, "name")?;
        let limits = decode::<QueueLimits>(row, "limits")?;
        let Some(most) = limits.and_then(|limits| limits.refuses_beyond()) else { continue };
        for key in &keys[queue.as_str()] {
            let place = (queue.clone(), (*key).to_owned());
            if room.contains_key(&place) {
                continue;
            }
            let query = sqlx::query_scalar(include_str!("../../queries/admission/live.sql"));
            let query = query.bind(&queue).bind(*key).bind(i64::from(most));
            let live: i64 = query.fetch_one(&mut *connection).await.map_err(refine)?;
            room.insert(place, most.saturating_sub(u32::try_from(live).unwrap_or(u32::MAX)));
        }
    }
    Ok(room)
}

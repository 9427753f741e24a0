//! Unique tasks.

mod keys;

use std::collections::BTreeMap;

use async_trait::async_trait;
use autometrics::autometrics;
use ruche_domain::{Change, ChangeKind, NewTask, TaskState, Timestamp};
use ruche_metrics::objectives::STORE;
use ruche_store::{Amended, Handover, OutboxId, Settled, StoreError, Unique, UniqueBatch, UniqueRequest};
use sqlx::PgConnection;

use crate::{
    PgStore,
    enqueue::{born, full, insert_chunks},
    error::{refine, settle},
    row::{JsonText, count, id, new_task, parse},
};

#[autometrics(objective = STORE)]
#[async_trait]
impl Unique for PgStore {
    async fn enqueue_unique(&self, requests: &[UniqueRequest], now: Timestamp) -> Result<UniqueBatch, StoreError> {
        let (batch, changes) = settle(|| self.enqueue_unique_once(requests, now)).await?;
        self.feed.announce(changes);
        Ok(batch)
    }
}

impl PgStore {
    /// Locks, in this order everywhere: queues that refuse, unique keys, their tasks, idempotency keys.
    async fn enqueue_unique_once(
        &self,
        requests: &[UniqueRequest],
        now: Timestamp,
    ) -> Result<(UniqueBatch, Vec<Change>), StoreError> {
        let mut transaction = self.pools.durable.begin().await.map_err(refine)?;
        let tasks = requests.iter().flat_map(|request| &request.tasks);
        let room = full::room(&mut transaction, tasks.map(|wish| &wish.task)).await?;
        let held = keys::hold(&mut transaction, requests).await?;
        let known = keys::known(&mut transaction, requests).await?;
        let settled = Settled::of(requests, held.holders.clone(), known, room, now);
        let Settled { answers, inserts, amended, taken, keys } = settled;
        keys::save(&mut transaction, &held, &taken).await?;
        let mut outbox = Vec::new();
        outbox.extend(insert_chunks(&mut transaction, &inserts.iter().collect::<Vec<_>>(), now).await?);
        let mut changes: Vec<_> = inserts.iter().map(|task| born(task, task.initial_state())).collect();
        let mut tasks: Vec<_> = inserts.into_iter().filter(|task| task.initial_state() == TaskState::Queued).collect();
        if !amended.is_empty() {
            let (again, moved) = amend(&mut transaction, &amended, now).await?;
            outbox.extend(note(&mut transaction, &again, now).await?);
            tasks.extend(again);
            changes.extend(moved);
        }
        keys::remember(&mut transaction, &keys, now).await?;
        transaction.commit().await.map_err(refine)?;
        Ok((UniqueBatch { answers, handover: Handover { tasks, outbox } }, changes))
    }
}

/// Amends tasks that are locked; those that are queued now, to be published with what they took over, and what was changed.
async fn amend(
    connection: &mut PgConnection,
    amended: &[Amended],
    now: Timestamp,
) -> Result<(Vec<NewTask>, Vec<Change>), StoreError> {
    let by = || amended.iter().map(|one| &one.by);
    let query = sqlx::query(include_str!("../queries/task/amend.sql"))
        .bind(amended.iter().map(|one| one.id.as_uuid()).collect::<Vec<_>>())
        .bind(amended.iter().map(|one| one.amendment.state.as_str()).collect::<Vec<_>>())
        .bind(amended.iter().map(|one| one.amendment.due_at).collect::<Vec<_>>())
        .bind(amended.iter().map(|one| one.amendment.eta).collect::<Vec<_>>())
        .bind(by().map(|task| task.expires_at).collect::<Vec<_>>())
        .bind(by().map(|task| i16::from(task.priority.get())).collect::<Vec<_>>())
        .bind(by().map(|task| JsonText(task.args.as_str())).collect::<Vec<_>>())
        .bind(by().map(|task| JsonText(task.kwargs.as_str())).collect::<Vec<_>>())
        .bind(now);
    let rows = query.fetch_all(connection).await.map_err(refine)?;
    if rows.len() != amended.len() {
        return Err(StoreError::Refused("a locked task was moved on".into()));
    }
    let before: BTreeMap<_, _> = amended.iter().map(|one| (one.id, one.before)).collect();
    let (mut queued, mut changes) = (Vec::new(), Vec::new());
    for row in &rows {
        let (id, state) = (id(row)?, parse::<TaskState>(row, "state")?);
        if before.get(&id) != Some(&state) {
            let (name, queue, attempt) = (parse(row, "name")?, parse(row, "queue")?, count(row, "attempt")?);
            changes.push(Change { id, name, queue, attempt, at: now, kind: ChangeKind::State(state) });
        }
        if state == TaskState::Queued {
            queued.push(new_task(row)?);
        }
    }
    Ok((queued, changes))
}

async fn note(connection: &mut PgConnection, tasks: &[NewTask], now: Timestamp) -> Result<Option<OutboxId>, StoreError> {
    if tasks.is_empty() {
        return Ok(None);
    }
    let ids: Vec<_> = tasks.iter().map(|task| task.id.as_uuid()).collect();
    let query = sqlx::query_scalar(include_str!("../queries/outbox/add.sql")).bind(now).bind(ids);
    Ok(Some(OutboxId(query.fetch_one(connection).await.map_err(refine)?)))
}

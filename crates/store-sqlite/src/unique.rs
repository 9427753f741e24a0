//! Unique tasks.

mod keys;

use std::collections::BTreeMap;

use async_trait::async_trait;
use autometrics::autometrics;
use ruche_domain::{Change, ChangeKind, NewTask, TaskState, Timestamp};
use ruche_metrics::objectives::STORE;
use ruche_store::{Amended, Handover, Settled, StoreError, Unique, UniqueBatch, UniqueRequest};
use sqlx::SqliteConnection;

use crate::{
    SqliteStore,
    batch::{Hex, json, micros},
    enqueue::{begun, full, insert, note},
    error::refused,
    pool::{Durability, begin, commit},
    row::{change, new_task, state},
};

const AMEND: &str = include_str!("../queries/task/amend.sql");

#[autometrics(objective = STORE)]
#[async_trait]
impl Unique for SqliteStore {
    async fn enqueue_unique(&self, requests: &[UniqueRequest], now: Timestamp) -> Result<UniqueBatch, StoreError> {
        let mut writer = self.pool.writer(Durability::Full).await?;
        let mut transaction = begin(&mut writer).await?;
        let tasks = requests.iter().flat_map(|request| &request.tasks);
        let room = full::room(&mut transaction, tasks.map(|wish| &wish.task)).await?;
        let holders = keys::holders(&mut transaction, requests).await?;
        let known = keys::known(&mut transaction, requests).await?;
        let Settled { answers, inserts, amended, taken, keys } = Settled::of(requests, holders, known, room, now);
        insert(&mut transaction, &inserts.iter().collect::<Vec<_>>()).await?;
        let mut changes: Vec<_> = inserts.iter().map(|task| begun(task, now)).collect();
        let mut tasks: Vec<_> = inserts.into_iter().filter(|task| task.initial_state() == TaskState::Queued).collect();
        if !amended.is_empty() {
            let (again, moved) = amend(&mut transaction, &amended, now).await?;
            tasks.extend(again);
            changes.extend(moved);
        }
        let outbox = note(&mut transaction, tasks.iter(), now).await?;
        keys::put(&mut transaction, &taken).await?;
        keys::remember(&mut transaction, &keys, now).await?;
        commit(transaction).await?;
        drop(writer);
        self.feed.announce(changes);
        Ok(UniqueBatch { answers, handover: Handover { tasks, outbox: outbox.into_iter().collect() } })
    }
}

/// Amends tasks; those that are queued now, to be published with what they took over, and what was changed.
async fn amend(
    connection: &mut SqliteConnection,
    amended: &[Amended],
    now: Timestamp,
) -> Result<(Vec<NewTask>, Vec<Change>), StoreError> {
    let rows: Vec<_> = amended
        .iter()
        .map(|Amended { id, amendment, by, before: _ }| {
            let (due_at, eta, expires_at) = (amendment.due_at, amendment.eta, by.expires_at);
            let times = (due_at.map(micros), eta.map(micros), expires_at.map(micros));
            let payload = (by.args.as_str(), by.kwargs.as_str());
            (Hex(*id), amendment.state.as_str(), times.0, times.1, times.2, by.priority.get(), payload.0, payload.1)
        })
        .collect();
    let query = sqlx::query(AMEND).bind(json(&rows)).bind(micros(now));
    let rows = query.fetch_all(connection).await.map_err(refused)?;
    if rows.len() != amended.len() {
        return Err(StoreError::Refused("a task was moved on by nobody".into()));
    }
    let before: BTreeMap<_, _> = amended.iter().map(|one| (one.id, one.before)).collect();
    let (mut queued, mut changes) = (Vec::new(), Vec::new());
    for row in &rows {
        let (task, state) = (new_task(row)?, state(row)?);
        if before.get(&task.id) != Some(&state) {
            changes.push(change(row, now, ChangeKind::State(state))?);
        }
        if state == TaskState::Queued {
            queued.push(task);
        }
    }
    Ok((queued, changes))
}

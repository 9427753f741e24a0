//! Claims, renewals, outcomes, progress, logs.

mod finish;

use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use autometrics::autometrics;
use ruche_domain::{Change, ChangeKind, LogLine, TaskState, Timestamp, WorkerName};
use ruche_metrics::objectives::STORE;
use ruche_store::{AttemptLog, AttemptProgress, AttemptRef, ClaimRequest, Claimed, FinishedAttempt, Lease, Renewal, StoreError};
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::{
    PgStore,
    enqueue::{TaskColumns, born},
    error::{refine, settle},
    row::{JsonText, count, encode, get, id, new_task, parse, signed},
};

#[autometrics(objective = STORE)]
#[async_trait]
impl Lease for PgStore {
    async fn claim(
        &self,
        worker: &WorkerName,
        requests: Vec<ClaimRequest>,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<Vec<Claimed>, StoreError> {
        self.insert_foreign(&requests, now).await?;
        let mut ids: Vec<_> = requests.iter().map(|request| request.id.as_uuid()).collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows = settle(|| async {
            let query = sqlx::query(include_str!("../queries/task/claim.sql"));
            let query = query.bind(&ids).bind(worker.as_str()).bind(now).bind(lease_until);
            query.fetch_all(&self.pools.relaxed).await.map_err(refine)
        })
        .await?;
        let claimed = rows.iter().map(claimed).collect::<Result<Vec<_>, _>>()?;
        self.feed.announce(claimed.iter().map(|claimed| started(claimed, now)).collect());
        Ok(claimed)
    }

    async fn renew(
        &self,
        worker: &WorkerName,
        attempts: &[AttemptRef],
        lease_until: Timestamp,
    ) -> Result<Vec<Renewal>, StoreError> {
        let mut sorted = attempts.to_vec();
        sorted.sort_unstable_by_key(|held| held.id);
        let (ids, numbers) = columns(sorted.iter());
        let rows = settle(|| async {
            let query = sqlx::query(include_str!("../queries/task/renew.sql"));
            let query = query.bind(&ids).bind(&numbers).bind(worker.as_str()).bind(lease_until);
            query.fetch_all(&self.pools.relaxed).await.map_err(refine)
        })
        .await?;
        let mut held = HashMap::with_capacity(rows.len());
        for row in &rows {
            let asked: bool = get(row, "cancel_requested")?;
            held.insert(attempt_ref(row)?, if asked { Renewal::CancelRequested } else { Renewal::Renewed });
        }
        Ok(attempts.iter().map(|attempt| held.get(attempt).copied().unwrap_or(Renewal::Lost)).collect())
    }

    async fn finish(&self, finished: &[FinishedAttempt]) -> Result<Vec<bool>, StoreError> {
        self.finish_all(finished).await
    }

    async fn record_progress(&self, progress: &[AttemptProgress], now: Timestamp) -> Result<(), StoreError> {
        // Of several for one attempt the last counts; in the order of ids.
        let latest: BTreeMap<_, _> = progress.iter().map(|p| ((p.attempt.id, p.attempt.attempt), p)).collect();
        if latest.is_empty() {
            return Ok(());
        }
        let (ids, numbers) = columns(latest.values().map(|p| &p.attempt));
        let texts = latest.values().map(|p| encode(&p.progress)).collect::<Result<Vec<_>, _>>()?;
        let texts: Vec<_> = texts.iter().map(|text| JsonText(text)).collect();
        let rows = settle(|| async {
            let query = sqlx::query(include_str!("../queries/task/progress.sql"));
            query.bind(&ids).bind(&numbers).bind(&texts).fetch_all(&self.pools.relaxed).await.map_err(refine)
        })
        .await?;
        self.announce_rows(&rows, now, |_| Ok(ChangeKind::Progress))
    }

    async fn append_logs(&self, logs: &[AttemptLog]) -> Result<(), StoreError> {
        let lines: Vec<_> = logs.iter().flat_map(|log| log.lines.iter().map(move |line| (&log.attempt, line))).collect();
        let Some(latest) = lines.iter().map(|(_, line)| line.at).max() else {
            return Ok(());
        };
        let (ids, numbers) = columns(lines.iter().map(|(attempt, _)| *attempt));
        let times: Vec<_> = lines.iter().map(|(_, line)| line.at).collect();
        let levels: Vec<_> = lines.iter().map(|(_, line)| line.level.as_str()).collect();
        let messages: Vec<_> = lines.iter().map(|(_, line)| printable(line)).collect();
        let query = sqlx::query(include_str!("../queries/log/append.sql"));
        let query = query.bind(ids).bind(numbers).bind(times).bind(levels).bind(messages);
        let rows = query.fetch_all(&self.pools.relaxed).await.map_err(refine)?;
        self.announce_rows(&rows, latest, |_| Ok(ChangeKind::Log))
    }
}

impl PgStore {
    /// Stores tasks that came straight from the broker, if any did. Durable, unlike the claim that follows: their messages
    /// will be acknowledged.
    async fn insert_foreign(&self, requests: &[ClaimRequest], now: Timestamp) -> Result<(), StoreError> {
        let foreign: BTreeMap<_, _> =
            requests.iter().filter_map(|request| Some((request.id, request.foreign.as_ref()?))).collect();
        if foreign.is_empty() {
            return Ok(());
        }
        let columns = TaskColumns::of(foreign.values().map(|task| (*task, task.eta.is_some_and(|eta| eta > now))))?;
        let rows = settle(|| async {
            let query = columns.bind(include_str!("../queries/task/insert_foreign.sql"));
            query.fetch_all(&self.pools.durable).await.map_err(refine)
        })
        .await?;
        let mut changes = Vec::with_capacity(rows.len());
        for row in &rows {
            let state = if get(row, "scheduled")? { TaskState::Scheduled } else { TaskState::Queued };
            changes.extend(foreign.get(&id(row)?).map(|task| born(task, state)));
        }
        self.feed.announce(changes);
        Ok(())
    }

    /// Announces one change per row with `id`, `name`, `queue` and `attempt`.
    pub(crate) fn announce_rows(
        &self,
        rows: &[PgRow],
        at: Timestamp,
        kind: impl Fn(&PgRow) -> Result<ChangeKind, StoreError>,
    ) -> Result<(), StoreError> {
        let changes = rows.iter().map(|row| {
            Ok(Change {
                id: id(row)?,
                name: parse(row, "name")?,
                queue: parse(row, "queue")?,
                attempt: count(row, "attempt")?,
                at,
                kind: kind(row)?,
            })
        });
        self.feed.announce(changes.collect::<Result<_, StoreError>>()?);
        Ok(())
    }
}

fn columns<'a>(attempts: impl Iterator<Item = &'a AttemptRef>) -> (Vec<Uuid>, Vec<i32>) {
    attempts.map(|attempt| (attempt.id.as_uuid(), signed(attempt.attempt))).unzip()
}

fn attempt_ref(row: &PgRow) -> Result<AttemptRef, StoreError> {
    Ok(AttemptRef { id: id(row)?, attempt: count(row, "attempt")? })
}

pub fn claimed(row: &PgRow) -> Result<Claimed, StoreError> {
    Ok(Claimed {
        task: new_task(row)?,
        attempt: count(row, "attempt")?,
        attempts_used: count(row, "attempts_used")?,
        queued_at: get(row, "queued_at")?,
        limited: get(row, "limited")?,
    })
}

pub fn started(claimed: &Claimed, now: Timestamp) -> Change {
    let state = ChangeKind::State(TaskState::Running);
    Change { attempt: claimed.attempt, at: now, kind: state, ..born(&claimed.task, TaskState::Running) }
}

/// PostgreSQL's `text` keeps no NUL.
fn printable(line: &LogLine) -> String {
    line.message.replace('\0', "\u{fffd}")
}

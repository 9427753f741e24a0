//! What workers ask for.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use autometrics::autometrics;
use ruche_domain::{AttemptOutcome, Change, ChangeKind, Fingerprint, NewTask, TaskId, TaskState, Timestamp, WorkerName};
use ruche_metrics::objectives::STORE;
use ruche_store::{
    Advanced, AttemptLog, AttemptProgress, AttemptRef, ClaimRequest, Claimed, FinishedAttempt, Lease, Renewal, StoreError,
};
use sqlx::{SqliteConnection, sqlite::SqliteRow};

use crate::{
    SqliteStore,
    batch::{Hex, NewRow, ids, json, micros},
    enqueue::begun,
    error::refused,
    fingerprints::put_fingerprints,
    pool::{Durability, begin, commit},
    row::{Record, change, new_task, state},
    workflows::advance,
};

const INSERT_FOREIGN: &str = include_str!("../queries/task/insert_foreign.sql");
const CLAIM: &str = include_str!("../queries/task/claim.sql");
const RENEW: &str = include_str!("../queries/task/renew.sql");
const KEEP_FINISHED: &str = include_str!("../queries/attempt/keep_finished.sql");
const FINISH: &str = include_str!("../queries/task/finish.sql");
const PROGRESS: &str = include_str!("../queries/task/progress.sql");
const APPEND_LOGS: &str = include_str!("../queries/log/append.sql");
const NAMES: &str = include_str!("../queries/task/names.sql");

#[autometrics(objective = STORE)]
#[async_trait]
impl Lease for SqliteStore {
    async fn claim(
        &self,
        worker: &WorkerName,
        requests: Vec<ClaimRequest>,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<Vec<Claimed>, StoreError> {
        if requests.is_empty() {
            return Ok(Vec::new());
        }
        let wanted = ids(requests.iter().map(|request| request.id));
        let foreign: Vec<&NewTask> = requests.iter().filter_map(|request| request.foreign.as_ref()).collect();
        // A foreign task's delivery is acknowledged after the claim: from then on the row is all there is of the task.
        let durability = if foreign.is_empty() { Durability::Relaxed } else { Durability::Full };
        let mut writer = self.pool.writer(durability).await?;
        let mut transaction = begin(&mut writer).await?;
        let mut changes = adopt(&mut transaction, &foreign, now).await?;
        let claimed = claim(&mut transaction, &wanted, worker, now, lease_until).await?;
        commit(transaction).await?;
        drop(writer);
        changes.extend(claimed.iter().map(|claimed| started(claimed, now)));
        self.feed.announce(changes);
        Ok(claimed)
    }

    async fn renew(
        &self,
        worker: &WorkerName,
        attempts: &[AttemptRef],
        lease_until: Timestamp,
    ) -> Result<Vec<Renewal>, StoreError> {
        if attempts.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<_> = attempts.iter().map(|held| (Hex(held.id), held.attempt)).collect();
        let mut writer = self.pool.writer(Durability::Relaxed).await?;
        let query = sqlx::query(RENEW).bind(json(&rows)).bind(worker.as_str()).bind(micros(lease_until));
        let renewed = query.fetch_all(&mut *writer).await.map_err(refused)?;
        drop(writer);
        let held = renewed.iter().map(renewal).collect::<Result<HashMap<_, _>, _>>()?;
        Ok(attempts.iter().map(|attempt| held.get(attempt).copied().unwrap_or(Renewal::Lost)).collect())
    }

    async fn finish(&self, finished: &[FinishedAttempt]) -> Result<Vec<bool>, StoreError> {
        if finished.is_empty() {
            return Ok(Vec::new());
        }
        let mut seen = HashSet::with_capacity(finished.len());
        let first: Vec<bool> = finished.iter().map(|one| seen.insert(one.attempt)).collect();
        let outcomes: Vec<_> = finished.iter().zip(&first).filter(|(_, first)| **first).map(|(one, _)| outcome(one)).collect();
        let keep = finished.iter().any(|one| not_last(&one.outcome));
        let ended_at = finished.iter().rev().map(|one| (one.attempt, one.finished_at)).collect();
        let patterns = finished.iter().rev().filter_map(|one| Some((one.attempt, pattern(&one.outcome)?))).collect();
        let (changes, advanced) = self.record(json(&outcomes), keep, &ended_at, &patterns).await?;
        let taken: HashSet<_> = changes.iter().map(|change| AttemptRef { id: change.id, attempt: change.attempt }).collect();
        self.feed.announce(changes);
        self.announce_advanced(advanced);
        Ok(finished.iter().zip(first).map(|(one, first)| first && taken.contains(&one.attempt)).collect())
    }

    async fn record_progress(&self, progress: &[AttemptProgress], now: Timestamp) -> Result<(), StoreError> {
        let latest: HashMap<_, _> = progress.iter().map(|one| (one.attempt, &one.progress)).collect();
        if latest.is_empty() {
            return Ok(());
        }
        let rows: Vec<_> = latest.iter().map(|(of, progress)| (Hex(of.id), of.attempt, json(progress))).collect();
        let mut writer = self.pool.writer(Durability::Relaxed).await?;
        let touched = sqlx::query(PROGRESS).bind(json(&rows)).fetch_all(&mut *writer).await.map_err(refused)?;
        drop(writer);
        let changes = touched.iter().map(|row| change(row, now, ChangeKind::Progress));
        self.feed.announce(changes.collect::<Result<_, _>>()?);
        Ok(())
    }

    async fn append_logs(&self, logs: &[AttemptLog]) -> Result<(), StoreError> {
        let rows: Vec<_> = logs.iter().flat_map(log_rows).collect();
        if rows.is_empty() {
            return Ok(());
        }
        let mut writer = self.pool.writer(Durability::Relaxed).await?;
        sqlx::query(APPEND_LOGS).bind(json(&rows)).execute(&mut *writer).await.map_err(refused)?;
        drop(writer);
        // The lines are kept: what they are called is only for the notice.
        if let Ok(changes) = self.log_changes(logs).await {
            self.feed.announce(changes);
        }
        Ok(())
    }
}

impl SqliteStore {
    /// Records outcomes; with `keep`, those that are not their task's last as history too; failures that are, with their
    /// fingerprints. Returns what changed, and what followed from it.
    async fn record(
        &self,
        outcomes: String,
        keep: bool,
        ended_at: &HashMap<AttemptRef, Timestamp>,
        patterns: &HashMap<AttemptRef, String>,
    ) -> Result<(Vec<Change>, Advanced), StoreError> {
        let mut writer = self.pool.writer(Durability::Full).await?;
        let mut transaction = begin(&mut writer).await?;
        if keep {
            sqlx::query(KEEP_FINISHED).bind(&outcomes).execute(&mut *transaction).await.map_err(refused)?;
        }
        let rows = sqlx::query(FINISH).bind(&outcomes).fetch_all(&mut *transaction).await.map_err(refused)?;
        let ended = |row| change(row, ended_at[&attempt_ref(row)?], ChangeKind::State(state(row)?));
        let changes = rows.iter().map(ended).collect::<Result<Vec<_>, _>>()?;
        let failed = changes.iter().filter(|change| change.kind == ChangeKind::State(TaskState::Failed));
        let prints = failed.filter_map(|change| {
            let pattern = patterns.get(&AttemptRef { id: change.id, attempt: change.attempt })?;
            Some((change.id, Fingerprint::of_pattern(&change.name, pattern)))
        });
        put_fingerprints(&mut transaction, prints).await?;
        let advanced = match changes.iter().map(|change| change.at).max() {
            Some(latest) => advance(&mut transaction, ended_nodes(&rows)?, latest).await?,
            None => Advanced::default(),
        };
        commit(transaction).await?;
        Ok((changes, advanced))
    }

    async fn log_changes(&self, logs: &[AttemptLog]) -> Result<Vec<Change>, StoreError> {
        let query = sqlx::query(NAMES).bind(ids(logs.iter().map(|log| log.attempt.id)));
        let rows = query.fetch_all(self.pool.readers()).await.map_err(refused)?;
        let mut names = HashMap::new();
        for row in &rows {
            let record = Record::new("tasks", row);
            names.insert(record.id("id")?, (record.parsed("name")?, record.parsed("queue")?));
        }
        let changes = logs.iter().filter_map(|log| {
            let AttemptRef { id, attempt } = log.attempt;
            let (name, queue) = names.get(&id).cloned()?;
            Some(Change { id, name, queue, attempt, at: log.lines.last()?.at, kind: ChangeKind::Log })
        });
        Ok(changes.collect())
    }
}

/// Stores foreign tasks that are not known yet; the changes this made.
async fn adopt(connection: &mut SqliteConnection, tasks: &[&NewTask], now: Timestamp) -> Result<Vec<Change>, StoreError> {
    if tasks.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<_> = tasks.iter().map(|task| NewRow::new(task)).collect();
    let adopted: Vec<uuid::Uuid> =
        sqlx::query_scalar(INSERT_FOREIGN).bind(json(&rows)).fetch_all(connection).await.map_err(refused)?;
    let mut adopted: HashSet<TaskId> = adopted.into_iter().map(TaskId::from).collect();
    Ok(tasks.iter().filter(|task| adopted.remove(&task.id)).map(|task| begun(task, now)).collect())
}

pub async fn claim(
    connection: &mut SqliteConnection,
    wanted: &str,
    worker: &WorkerName,
    now: Timestamp,
    lease_until: Timestamp,
) -> Result<Vec<Claimed>, StoreError> {
    let query = sqlx::query(CLAIM).bind(wanted).bind(worker.as_str()).bind(micros(now)).bind(micros(lease_until));
    let rows = query.fetch_all(connection).await.map_err(refused)?;
    rows.iter().map(claimed).collect()
}

fn claimed(row: &SqliteRow) -> Result<Claimed, StoreError> {
    let record = Record::new("tasks", row);
    Ok(Claimed {
        task: new_task(row)?,
        attempt: record.get("attempt")?,
        attempts_used: record.get("attempts_used")?,
        queued_at: record.time("queued_at")?,
        limited: record.get("limited")?,
    })
}

pub fn started(claimed: &Claimed, now: Timestamp) -> Change {
    let Claimed { task, attempt, .. } = claimed;
    let kind = ChangeKind::State(TaskState::Running);
    Change { id: task.id, name: task.name.clone(), queue: task.queue.clone(), attempt: *attempt, at: now, kind }
}

fn attempt_ref(row: &SqliteRow) -> Result<AttemptRef, StoreError> {
    let record = Record::new("tasks", row);
    Ok(AttemptRef { id: record.id("id")?, attempt: record.get("attempt")? })
}

/// Nodes of workflows that ended.
fn ended_nodes(rows: &[SqliteRow]) -> Result<Vec<TaskId>, StoreError> {
    let mut tasks = Vec::new();
    for row in rows {
        let record = Record::new("tasks", row);
        if record.get("is_node")? && state(row)?.is_terminal() {
            tasks.push(record.id("id")?);
        }
    }
    Ok(tasks)
}

fn renewal(row: &SqliteRow) -> Result<(AttemptRef, Renewal), StoreError> {
    let asked: bool = Record::new("tasks", row).get("cancel_requested")?;
    Ok((attempt_ref(row)?, if asked { Renewal::CancelRequested } else { Renewal::Renewed }))
}

/// What the failure's fingerprint is made of, should it be the task's end.
fn pattern(outcome: &AttemptOutcome) -> Option<String> {
    match outcome {
        AttemptOutcome::Failed { failure } | AttemptOutcome::Retrying { failure, .. } => Some(Fingerprint::pattern(failure)),
        AttemptOutcome::Succeeded { .. } | AttemptOutcome::Cancelled | AttemptOutcome::Released => None,
    }
}

/// Whether another attempt may follow this outcome.
const fn not_last(outcome: &AttemptOutcome) -> bool {
    matches!(outcome, AttemptOutcome::Retrying { .. } | AttemptOutcome::Released)
}

/// An outcome's row: id, attempt, outcome, result, error, due_at, finished_at.
type OutcomeRow<'a> = (Hex, u32, &'static str, Option<&'a str>, Option<String>, Option<i64>, i64);

fn outcome(finished: &FinishedAttempt) -> OutcomeRow<'_> {
    let (word, result, failure, due_at) = match &finished.outcome {
        AttemptOutcome::Succeeded { result } => ("succeeded", Some(result.as_str()), None, None),
        AttemptOutcome::Retrying { due_at, failure } => ("retrying", None, Some(failure), Some(*due_at)),
        AttemptOutcome::Failed { failure } => ("failed", None, Some(failure), None),
        AttemptOutcome::Cancelled => ("cancelled", None, None, None),
        AttemptOutcome::Released => ("released", None, None, None),
    };
    let AttemptRef { id, attempt } = finished.attempt;
    (Hex(id), attempt, word, result, failure.map(json), due_at.map(micros), micros(finished.finished_at))
}

fn log_rows(log: &AttemptLog) -> impl Iterator<Item = (Hex, u32, i64, &'static str, &str)> {
    let AttemptRef { id, attempt } = log.attempt;
    log.lines.iter().map(move |line| (Hex(id), attempt, micros(line.at), line.level.as_str(), line.message.as_str()))
}

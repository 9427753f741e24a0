//! Outcomes.

use std::collections::{BTreeMap, HashSet};

use ruche_domain::{AttemptOutcome, ChangeKind, Fingerprint, TaskId, TaskState, Timestamp};
use ruche_store::{Advanced, AttemptRef, FinishedAttempt, StoreError};
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::attempt_ref;
use crate::{
    PgStore,
    error::{refine, settle},
    row::{JsonText, encode, id, parse, signed},
    workflows::{advance, lock_of},
};

impl PgStore {
    pub(super) async fn finish_all(&self, finished: &[FinishedAttempt]) -> Result<Vec<bool>, StoreError> {
        // Of several for one attempt the first counts; in the order of ids.
        let mut firsts: BTreeMap<_, usize> = BTreeMap::new();
        for (index, end) in finished.iter().enumerate() {
            firsts.entry((end.attempt.id, end.attempt.attempt)).or_insert(index);
        }
        let ends: Vec<_> = firsts.values().map(|index| &finished[*index]).collect();
        let Some(latest) = ends.iter().map(|end| end.finished_at).max() else {
            return Ok(Vec::new());
        };
        let taken = if ends.iter().any(|end| end.of_workflow) {
            self.finish_nodes(&ends, latest).await?
        } else {
            self.finish_plain(ends, latest).await?
        };
        let first = |index: usize, end: &FinishedAttempt| firsts[&(end.attempt.id, end.attempt.attempt)] == index;
        Ok(finished.iter().enumerate().map(|(index, end)| first(index, end) && taken.contains(&end.attempt)).collect())
    }

    /// One statement, which leaves nodes of workflows as they are. What it did not take is looked at again: mostly lost attempts.
    async fn finish_plain(&self, ends: Vec<&FinishedAttempt>, latest: Timestamp) -> Result<HashSet<AttemptRef>, StoreError> {
        let columns = Columns::of(&ends)?;
        let rows = settle(|| async { columns.query(false).fetch_all(&self.pools.durable).await.map_err(refine) }).await?;
        self.announce_rows(&rows, latest, |row| Ok(ChangeKind::State(parse(row, "state")?)))?;
        let mut taken = rows.iter().map(attempt_ref).collect::<Result<HashSet<AttemptRef>, _>>()?;
        let left: Vec<_> = ends.into_iter().filter(|end| !taken.contains(&end.attempt)).collect();
        if !left.is_empty() {
            taken.extend(self.finish_nodes(&left, latest).await?);
        }
        Ok(taken)
    }

    /// All of them and what follows from them, in one transaction.
    async fn finish_nodes(&self, ends: &[&FinishedAttempt], latest: Timestamp) -> Result<HashSet<AttemptRef>, StoreError> {
        let columns = Columns::of(ends)?;
        let (rows, advanced) = settle(|| self.finish_nodes_once(ends, &columns, latest)).await?;
        self.announce_rows(&rows, latest, |row| Ok(ChangeKind::State(parse(row, "state")?)))?;
        self.announce_advanced(advanced);
        rows.iter().map(attempt_ref).collect()
    }

    async fn finish_nodes_once(
        &self,
        ends: &[&FinishedAttempt],
        columns: &Columns<'_>,
        latest: Timestamp,
    ) -> Result<(Vec<PgRow>, Advanced), StoreError> {
        let tasks: Vec<_> = ends.iter().map(|end| end.attempt.id).collect();
        let mut transaction = self.pools.durable.begin().await.map_err(refine)?;
        let locked = lock_of(&mut transaction, &tasks).await?;
        let rows = columns.query(true).fetch_all(&mut *transaction).await.map_err(refine)?;
        let advanced = advance(&mut transaction, &locked, ended(&rows)?, latest).await?;
        transaction.commit().await.map_err(refine)?;
        Ok((rows, advanced))
    }
}

/// Tasks that ended.
fn ended(rows: &[PgRow]) -> Result<Vec<TaskId>, StoreError> {
    let mut tasks = Vec::with_capacity(rows.len());
    for row in rows {
        if parse::<TaskState>(row, "state")?.is_terminal() {
            tasks.push(id(row)?);
        }
    }
    Ok(tasks)
}

/// Outcomes as one array per column.
#[derive(Default)]
struct Columns<'a> {
    ids: Vec<Uuid>,
    attempts: Vec<i32>,
    outcomes: Vec<&'static str>,
    finished_at: Vec<Timestamp>,
    results: Vec<Option<&'a str>>,
    errors: Vec<Option<String>>,
    /// What the fingerprints are made of, should these be the tasks' ends.
    patterns: Vec<Option<String>>,
    due_at: Vec<Option<Timestamp>>,
    /// Whether an outcome may leave the task to run again.
    may_repeat: bool,
}

impl<'a> Columns<'a> {
    fn of(ends: &[&'a FinishedAttempt]) -> Result<Self, StoreError> {
        let mut columns = Self::default();
        for end in ends {
            columns.push(end)?;
        }
        Ok(columns)
    }

    fn push(&mut self, end: &'a FinishedAttempt) -> Result<(), StoreError> {
        let (outcome, result, failure, due_at) = match &end.outcome {
            AttemptOutcome::Succeeded { result } => ("succeeded", Some(result.as_str()), None, None),
            AttemptOutcome::Failed { failure } => ("failed", None, Some(failure), None),
            AttemptOutcome::Cancelled => ("cancelled", None, None, None),
            AttemptOutcome::Retrying { due_at, failure } => ("retrying", None, Some(failure), Some(*due_at)),
            AttemptOutcome::Released => ("queued", None, None, None),
        };
        self.ids.push(end.attempt.id.as_uuid());
        self.attempts.push(signed(end.attempt.attempt));
        self.outcomes.push(outcome);
        self.finished_at.push(end.finished_at);
        self.results.push(result);
        self.errors.push(failure.map(encode).transpose()?);
        self.patterns.push(failure.map(Fingerprint::pattern));
        self.due_at.push(due_at);
        self.may_repeat |= matches!(end.outcome, AttemptOutcome::Retrying { .. } | AttemptOutcome::Released);
        Ok(())
    }

    /// The short statement if every outcome ends its task, which most batches are.
    fn query(&self, nodes: bool) -> sqlx::query::Query<'static, sqlx::Postgres, sqlx::postgres::PgArguments> {
        let results: Vec<_> = self.results.iter().map(|text| text.map(JsonText)).collect();
        let errors: Vec<_> = self.errors.iter().map(|text| text.as_deref().map(JsonText)).collect();
        let sql = if self.may_repeat {
            include_str!("../../queries/task/finish_or_repeat.sql")
        } else {
            include_str!("../../queries/task/finish.sql")
        };
        let query = sqlx::query(sql)
            .bind(&self.ids)
            .bind(&self.attempts)
            .bind(&self.outcomes)
            .bind(&self.finished_at)
            .bind(results)
            .bind(errors)
            .bind(&self.patterns);
        let query = if self.may_repeat { query.bind(&self.due_at) } else { query };
        query.bind(nodes)
    }
}

//! Tasks that failed for good, by what went wrong.

use async_trait::async_trait;
use ruche_domain::{ChangeKind, Fingerprint, LogLevel, TaskFailure, TaskId, TaskState, Timestamp};
use ruche_store::{DeadGroup, DeadLetters, Page, RetryAnswer, StoreError, TaskEdit};
use sqlx::{SqliteConnection, sqlite::SqliteRow};

use crate::{
    SqliteStore,
    batch::{Hex, json, micros},
    control::{KEEP_ENDED, RETRY, state_of},
    enqueue::note,
    error::refused,
    fingerprints::put_fingerprints,
    pool::{Durability, begin, commit},
    row::{Record, change, new_task},
    workflows::reopen,
};

const LIST: &str = include_str!("../queries/dead_letter/list.sql");
const GET: &str = include_str!("../queries/dead_letter/get.sql");
const MISSING: &str = include_str!("../queries/dead_letter/missing.sql");
const EDIT: &str = include_str!("../queries/task/edit.sql");
const APPEND_LOGS: &str = include_str!("../queries/log/append.sql");

#[async_trait]
impl DeadLetters for SqliteStore {
    async fn dead_letters(
        &self,
        after: Option<&Fingerprint>,
        limit: u32,
        count: u32,
    ) -> Result<Page<DeadGroup, Fingerprint>, StoreError> {
        // One row more than asked for tells whether there is a next page.
        let query = sqlx::query(LIST).bind(after.map_or("", Fingerprint::as_str)).bind(i64::from(limit) + 1).bind(count);
        let rows = query.fetch_all(self.pool.readers()).await.map_err(refused)?;
        let groups = rows.iter().map(group).collect::<Result<_, _>>()?;
        Ok(Page::of(groups, limit, |last: &DeadGroup| last.fingerprint.clone()))
    }

    async fn dead_letter(&self, fingerprint: &Fingerprint, count: u32) -> Result<Option<DeadGroup>, StoreError> {
        let query = sqlx::query(GET).bind(fingerprint.as_str()).bind(count);
        let row = query.fetch_optional(self.pool.readers()).await.map_err(refused)?;
        row.as_ref().map(group).transpose()
    }

    async fn edit_and_retry(&self, id: TaskId, edit: &TaskEdit, now: Timestamp) -> Result<RetryAnswer, StoreError> {
        let mut writer = self.pool.writer(Durability::Full).await?;
        let mut transaction = begin(&mut writer).await?;
        sqlx::query(KEEP_ENDED).bind(id.as_uuid()).execute(&mut *transaction).await.map_err(refused)?;
        let query = sqlx::query(RETRY).bind(id.as_uuid()).bind(micros(now));
        if query.fetch_optional(&mut *transaction).await.map_err(refused)?.is_none() {
            let other = state_of(&mut transaction, id).await?;
            return Ok(other.map_or(RetryAnswer::NotFound, RetryAnswer::Refused));
        }
        reopen(&mut transaction, &[id], now).await?;
        let row = apply(&mut transaction, id, edit, now).await?;
        let task = new_task(&row)?;
        let change = change(&row, now, ChangeKind::State(TaskState::Queued))?;
        let outbox = note(&mut transaction, std::iter::once(&task), now).await?.expect("one task makes one note");
        commit(transaction).await?;
        drop(writer);
        self.feed.announce(vec![change]);
        Ok(RetryAnswer::Queued { task: Box::new(task), outbox })
    }

    async fn fingerprint_failures(&self, limit: u32) -> Result<u64, StoreError> {
        let looked = sqlx::query(MISSING).bind(1).fetch_optional(self.pool.readers()).await.map_err(refused)?;
        if looked.is_none() {
            // The usual answer needs no writer.
            return Ok(0);
        }
        let mut writer = self.pool.writer(Durability::Relaxed).await?;
        let mut transaction = begin(&mut writer).await?;
        let rows = sqlx::query(MISSING).bind(limit).fetch_all(&mut *transaction).await.map_err(refused)?;
        let mut prints = Vec::with_capacity(rows.len());
        for row in &rows {
            let record = Record::new("tasks", row);
            // A failure that cannot be read is as good as none: its task shall not be looked at again and again.
            let failure = record.optional_json("error").ok().flatten().unwrap_or_else(|| TaskFailure::new("", ""));
            prints.push((record.id("id")?, Fingerprint::of(&record.parsed("name")?, &failure)));
        }
        put_fingerprints(&mut transaction, prints).await?;
        commit(transaction).await?;
        Ok(rows.len() as u64)
    }
}

/// Changes a task that was just queued again, and says so in its log; its row.
async fn apply(connection: &mut SqliteConnection, id: TaskId, edit: &TaskEdit, now: Timestamp) -> Result<SqliteRow, StoreError> {
    let TaskEdit { args, kwargs, queue, priority, max_attempts } = edit;
    let query = sqlx::query(EDIT)
        .bind(id.as_uuid())
        .bind(args.as_ref().map(|args| args.as_str()))
        .bind(kwargs.as_ref().map(|kwargs| kwargs.as_str()))
        .bind(queue.as_ref().map(|queue| queue.as_str()))
        .bind(priority.map(ruche_domain::Priority::get))
        .bind(*max_attempts);
    let row = query.fetch_one(&mut *connection).await.map_err(refused)?;
    if let Some(words) = edit.in_words() {
        let attempt: u32 = Record::new("tasks", &row).get("attempt")?;
        let line = [(Hex(id), attempt, micros(now), LogLevel::Info.as_str(), words)];
        sqlx::query(APPEND_LOGS).bind(json(&line)).execute(connection).await.map_err(refused)?;
    }
    Ok(row)
}

fn group(row: &SqliteRow) -> Result<DeadGroup, StoreError> {
    let record = Record::new("tasks", row);
    Ok(DeadGroup {
        fingerprint: record.parsed("fingerprint")?,
        name: record.parsed("name")?,
        count: record.get("count")?,
        first_seen: record.time("first_seen")?,
        last_seen: record.time("last_seen")?,
        sample: record.id("id")?,
        failure: record.optional_json("error")?.unwrap_or_else(|| TaskFailure::new("", "")),
    })
}

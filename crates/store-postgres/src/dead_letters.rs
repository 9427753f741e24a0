//! Tasks that failed for good, by what went wrong.

use async_trait::async_trait;
use ruche_domain::{ChangeKind, Fingerprint, TaskFailure, TaskId, TaskState, Timestamp};
use ruche_store::{DeadGroup, DeadLetters, OutboxId, Page, RetryAnswer, StoreError, TaskEdit};
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::{
    PgStore,
    browse::total,
    error::{refine, settle},
    row::{JsonText, decode, get, id, new_task, parse, signed},
};

const MISSING: &str = include_str!("../queries/dead_letter/missing.sql");

#[async_trait]
impl DeadLetters for PgStore {
    async fn dead_letters(
        &self,
        after: Option<&Fingerprint>,
        limit: u32,
        count: u32,
    ) -> Result<Page<DeadGroup, Fingerprint>, StoreError> {
        // One row more than asked for tells whether there is a next page.
        let query = sqlx::query(include_str!("../queries/dead_letter/list.sql"))
            .bind(after.map_or("", Fingerprint::as_str))
            .bind(signed(limit.saturating_add(1)))
            .bind(i64::from(count));
        let rows = query.fetch_all(&self.pools.durable).await.map_err(refine)?;
        let groups = rows.iter().map(group).collect::<Result<_, _>>()?;
        Ok(Page::of(groups, limit, |last: &DeadGroup| last.fingerprint.clone()))
    }

    async fn dead_letter(&self, fingerprint: &Fingerprint, count: u32) -> Result<Option<DeadGroup>, StoreError> {
        let query = sqlx::query(include_str!("../queries/dead_letter/get.sql")).bind(fingerprint.as_str()).bind(i64::from(count));
        let row = query.fetch_optional(&self.pools.durable).await.map_err(refine)?;
        row.as_ref().map(group).transpose()
    }

    async fn edit_and_retry(&self, id: TaskId, edit: &TaskEdit, now: Timestamp) -> Result<RetryAnswer, StoreError> {
        let row = settle(|| self.edit(id, edit, now)).await?;
        let Some(row) = row else { return Ok(RetryAnswer::NotFound) };
        let Some(outbox) = get::<Option<i64>>(&row, "outbox")? else {
            return Ok(RetryAnswer::Refused(parse(&row, "before")?));
        };
        self.announce_one(&row, id, now, ChangeKind::State(TaskState::Queued))?;
        Ok(RetryAnswer::Queued { task: Box::new(new_task(&row)?), outbox: OutboxId(outbox) })
    }

    async fn fingerprint_failures(&self, limit: u32) -> Result<u64, StoreError> {
        let looked = sqlx::query(MISSING).bind(1_i64).fetch_optional(&self.pools.relaxed).await.map_err(refine)?;
        if looked.is_none() {
            // The usual answer needs no transaction.
            return Ok(0);
        }
        settle(|| self.fingerprint_some(limit)).await
    }
}

impl PgStore {
    async fn edit(&self, id: TaskId, edit: &TaskEdit, now: Timestamp) -> Result<Option<PgRow>, StoreError> {
        let TaskEdit { args, kwargs, queue, priority, max_attempts } = edit;
        let query = sqlx::query(include_str!("../queries/task/edit_and_retry.sql"))
            .bind(id.as_uuid())
            .bind(now)
            .bind(args.as_ref().map(|args| JsonText(args.as_str())))
            .bind(kwargs.as_ref().map(|kwargs| JsonText(kwargs.as_str())))
            .bind(queue.as_ref().map(|queue| queue.as_str()))
            .bind(priority.map(|priority| i16::from(priority.get())))
            .bind(max_attempts.map(signed))
            .bind(edit.in_words());
        query.fetch_optional(&self.pools.durable).await.map_err(refine)
    }

    async fn fingerprint_some(&self, limit: u32) -> Result<u64, StoreError> {
        let mut transaction = self.pools.relaxed.begin().await.map_err(refine)?;
        let query = sqlx::query(MISSING).bind(i64::from(limit));
        let rows = query.fetch_all(&mut *transaction).await.map_err(refine)?;
        let (mut ids, mut prints): (Vec<Uuid>, Vec<String>) = (Vec::new(), Vec::new());
        for row in &rows {
            // A failure that cannot be read is as good as none: its task shall not be looked at again and again.
            let failure = decode::<TaskFailure>(row, "error").ok().flatten().unwrap_or_else(|| TaskFailure::new("", ""));
            ids.push(id(row)?.as_uuid());
            prints.push(Fingerprint::of(&parse(row, "name")?, &failure).into());
        }
        if !ids.is_empty() {
            let query = sqlx::query(include_str!("../queries/dead_letter/put.sql")).bind(&ids).bind(&prints);
            query.execute(&mut *transaction).await.map_err(refine)?;
        }
        transaction.commit().await.map_err(refine)?;
        Ok(rows.len() as u64)
    }
}

fn group(row: &PgRow) -> Result<DeadGroup, StoreError> {
    Ok(DeadGroup {
        fingerprint: parse(row, "fingerprint")?,
        name: parse(row, "name")?,
        count: total(row)?,
        first_seen: get(row, "first_seen")?,
        last_seen: get(row, "last_seen")?,
        sample: id(row)?,
        failure: decode(row, "error")?.unwrap_or_else(|| TaskFailure::new("", "")),
    })
}

//! The audit log.

use std::num::TryFromIntError;

use async_trait::async_trait;
use ruche_domain::{KeyId, Timestamp};
use ruche_store::{Audit, AuditEntry, AuditFilter, Page, Position, StoreError};
use sqlx::{Postgres, QueryBuilder, postgres::PgRow};
use uuid::Uuid;

use crate::{
    PgStore,
    access::checked,
    error::{corrupt, refine, settle},
    row::get,
};

#[async_trait]
impl Audit for PgStore {
    async fn record(&self, entries: &[AuditEntry]) -> Result<(), StoreError> {
        if entries.is_empty() {
            return Ok(());
        }
        let query = sqlx::query(include_str!("../queries/audit/insert.sql"))
            .bind(column(entries, |entry| entry.id))
            .bind(column(entries, |entry| entry.at))
            .bind(column(entries, |entry| entry.actor.as_str()))
            .bind(column(entries, |entry| entry.key.map(KeyId::as_uuid)))
            .bind(column(entries, |entry| entry.role.as_str()))
            .bind(column(entries, |entry| entry.action.as_str()))
            .bind(column(entries, |entry| entry.target.as_deref()))
            .bind(column(entries, |entry| entry.address.map(|address| address.to_string())))
            .bind(column(entries, |entry| entry.request_id.as_str()))
            .bind(column(entries, |entry| i32::from(entry.status)));
        query.execute(&self.pools.relaxed).await.map_err(refine).map(drop)
    }

    async fn audit(&self, filter: &AuditFilter, after: Option<Position>, limit: u32) -> Result<Page<AuditEntry>, StoreError> {
        let mut query = list(filter, after, limit);
        let rows = query.build().fetch_all(&self.pools.durable).await.map_err(refine)?;
        let rows = rows.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::of(rows, limit, |last| Position { at: last.at, id: last.id }))
    }

    async fn prune_audit(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let pruned = settle(|| async {
            let query = sqlx::query(include_str!("../queries/audit/prune.sql")).bind(before).bind(i64::from(limit));
            query.execute(&self.pools.relaxed).await.map_err(refine)
        });
        Ok(pruned.await?.rows_affected())
    }
}

fn column<'a, T>(entries: &'a [AuditEntry], value: impl Fn(&'a AuditEntry) -> T) -> Vec<T> {
    entries.iter().map(value).collect()
}

/// One row more than `limit`. Put together from the fragments here, never from anybody's text.
pub fn list(filter: &AuditFilter, after: Option<Position>, limit: u32) -> QueryBuilder<Postgres> {
    let AuditFilter { actor, action, target, from, before } = filter;
    let mut query = QueryBuilder::new(
        "-- audit.list\nselect id, at, actor, key_id, role, action, target, address, request_id, status from audit_entries where true",
    );
    if let Some(actor) = actor {
        query.push(" and actor = ").push_bind(actor.as_str().to_owned());
    }
    if let Some(action) = action {
        query.push(" and action = ").push_bind(action.clone());
    }
    if let Some(target) = target {
        query.push(" and target = ").push_bind(target.clone());
    }
    if let Some(from) = from {
        query.push(" and at >= ").push_bind(*from);
    }
    // A cursor before that time says it already.
    if let Some(before) = before.filter(|before| after.is_none_or(|after| after.at >= *before)) {
        query.push(" and at < ").push_bind(before);
    }
    if let Some(Position { at, id }) = after {
        query.push(" and (at, id) < (").push_bind(at).push(", ").push_bind(id).push(")");
    }
    query.push(format_args!(" order by at desc, id desc limit {}", i64::from(limit) + 1));
    query
}

fn entry(row: &PgRow) -> Result<AuditEntry, StoreError> {
    Ok(AuditEntry {
        id: get(row, "id")?,
        at: get(row, "at")?,
        actor: checked(row, "audit_entries", "actor")?,
        key: get::<Option<Uuid>>(row, "key_id")?.map(KeyId::from),
        role: checked(row, "audit_entries", "role")?,
        action: get(row, "action")?,
        target: get(row, "target")?,
        address: match get::<Option<&str>>(row, "address")? {
            Some(_) => Some(checked(row, "audit_entries", "address")?),
            None => None,
        },
        request_id: get(row, "request_id")?,
        status: get::<i32>(row, "status")?
            .try_into()
            .map_err(|error: TryFromIntError| corrupt("audit_entries", "status", error))?,
    })
}

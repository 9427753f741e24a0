//! The audit log.

use std::net::IpAddr;

use async_trait::async_trait;
use ruche_domain::{KeyId, Timestamp};
use ruche_store::{Audit, AuditEntry, AuditFilter, Page, Position, StoreError};
use serde::Serialize;
use sqlx::{QueryBuilder, Sqlite, sqlite::SqliteRow};
use uuid::Uuid;

use crate::{
    SqliteStore,
    batch::{hex, json, micros},
    error::refused,
    pool::Durability,
    row::Record,
};

const INSERT: &str = include_str!("../queries/audit/insert.sql");
const PRUNE: &str = include_str!("../queries/audit/prune.sql");

#[async_trait]
impl Audit for SqliteStore {
    async fn record(&self, entries: &[AuditEntry]) -> Result<(), StoreError> {
        let rows = json(&entries.iter().map(Row::new).collect::<Vec<_>>());
        let mut writer = self.pool.writer(Durability::Relaxed).await?;
        sqlx::query(INSERT).bind(rows).execute(&mut *writer).await.map_err(refused).map(drop)
    }

    async fn audit(&self, filter: &AuditFilter, after: Option<Position>, limit: u32) -> Result<Page<AuditEntry>, StoreError> {
        let mut query = list(filter, after, limit);
        let rows = query.build().fetch_all(self.pool.readers()).await.map_err(refused)?;
        let rows = rows.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::of(rows, limit, |last| Position { at: last.at, id: last.id }))
    }

    async fn prune_audit(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let mut writer = self.pool.writer(Durability::Relaxed).await?;
        let query = sqlx::query(PRUNE).bind(micros(before)).bind(limit);
        Ok(query.execute(&mut *writer).await.map_err(refused)?.rows_affected())
    }
}

/// An entry in the order in which `audit.insert` reads it.
#[derive(Serialize)]
struct Row<'a>(String, i64, &'a str, Option<String>, &'static str, &'a str, Option<&'a str>, Option<IpAddr>, &'a str, u16);

impl<'a> Row<'a> {
    fn new(entry: &'a AuditEntry) -> Self {
        let AuditEntry { id, at, actor, key, role, action, target, address, request_id, status } = entry;
        Self(
            hex(id.as_bytes()),
            micros(*at),
            actor.as_str(),
            key.map(|key| hex(key.as_uuid().as_bytes())),
            role.as_str(),
            action,
            target.as_deref(),
            *address,
            request_id,
            *status,
        )
    }
}

/// One row more than `limit`. Put together from the fragments here, never from anybody's text. Differs because SQLite chooses an
/// index by guess before ANALYZE: it is told the one that most likely leaves the fewest rows.
pub fn list(filter: &AuditFilter, after: Option<Position>, limit: u32) -> QueryBuilder<Sqlite> {
    let AuditFilter { actor, action, target, from, before } = filter;
    let mut query = QueryBuilder::new(
        "-- audit.list\nSELECT id, at, actor, key_id, role, action, target, address, request_id, status FROM audit_entries",
    );
    query.push(match filter {
        AuditFilter { target: Some(_), .. } => " INDEXED BY audit_entries_by_target WHERE target IS NOT NULL",
        AuditFilter { actor: Some(_), .. } => " INDEXED BY audit_entries_by_actor WHERE true",
        AuditFilter { action: Some(_), .. } => " INDEXED BY audit_entries_by_action WHERE true",
        _ => " WHERE true",
    });
    if let Some(actor) = actor {
        query.push(" AND actor = ").push_bind(actor.as_str().to_owned());
    }
    if let Some(action) = action {
        query.push(" AND action = ").push_bind(action.clone());
    }
    if let Some(target) = target {
        query.push(" AND target = ").push_bind(target.clone());
    }
    if let Some(from) = from {
        query.push(" AND at >= ").push_bind(micros(*from));
    }
    // A cursor before that time says it already.
    if let Some(before) = before.filter(|before| after.is_none_or(|after| after.at >= *before)) {
        query.push(" AND at < ").push_bind(micros(before));
    }
    if let Some(Position { at, id }) = after {
        query.push(" AND (at, id) < (").push_bind(micros(at)).push(", ").push_bind(id).push(")");
    }
    query.push(format_args!(" ORDER BY at DESC, id DESC LIMIT {}", i64::from(limit) + 1));
    query
}

fn entry(row: &SqliteRow) -> Result<AuditEntry, StoreError> {
    let record = Record::new("audit_entries", row);
    Ok(AuditEntry {
        id: record.get("id")?,
        at: record.time("at")?,
        actor: record.parsed("actor")?,
        key: record.get::<Option<Uuid>>("key_id")?.map(KeyId::from),
        role: record.parsed("role")?,
        action: record.get("action")?,
        target: record.get("target")?,
        address: match record.get::<Option<&str>>("address")? {
            Some(_) => Some(record.parsed("address")?),
            None => None,
        },
        request_id: record.get("request_id")?,
        status: record.get("status")?,
    })
}

//! API keys and sessions.

use async_trait::async_trait;
use ruche_domain::{KeyId, SessionId, Timestamp};
use ruche_store::{Access, KeyView, NewKey, NewSession, Page, Position, SessionView, StoreError};
use sqlx::{QueryBuilder, Sqlite, sqlite::SqliteRow};
use uuid::Uuid;

use crate::{
    SqliteStore,
    batch::micros,
    error::refused,
    pool::{Durability, begin, commit},
    row::Record,
};

const INSERT: &str = include_str!("../queries/api_key/insert.sql");
const GET: &str = include_str!("../queries/api_key/get.sql");
const REVOKE: &str = include_str!("../queries/api_key/revoke.sql");
const TOUCH: &str = include_str!("../queries/api_key/touch.sql");
const PRUNE_KEYS: &str = include_str!("../queries/api_key/prune.sql");
const OPEN: &str = include_str!("../queries/session/open.sql");
const CROWD_OUT: &str = include_str!("../queries/session/crowd_out.sql");
const END_OF_KEY: &str = include_str!("../queries/session/end_of_key.sql");
const GET_SESSION: &str = include_str!("../queries/session/get.sql");
const CLOSE: &str = include_str!("../queries/session/close.sql");
const PRUNE_SESSIONS: &str = include_str!("../queries/session/prune.sql");

#[async_trait]
impl Access for SqliteStore {
    async fn add_key(&self, key: &NewKey, most: u32) -> Result<bool, StoreError> {
        let NewKey { id, name, role, digest, created_at, created_by, expires_at } = key;
        let mut writer = self.pool.writer(Durability::Full).await?;
        let query = sqlx::query(INSERT)
            .bind(id.as_uuid())
            .bind(name.as_str())
            .bind(role.as_str())
            .bind(digest.as_slice())
            .bind(micros(*created_at))
            .bind(created_by.as_str())
            .bind(expires_at.map(micros))
            .bind(most);
        Ok(query.execute(&mut *writer).await.map_err(refused)?.rows_affected() == 1)
    }

    async fn key(&self, id: KeyId) -> Result<Option<(KeyView, [u8; 32])>, StoreError> {
        let query = sqlx::query(GET).bind(id.as_uuid());
        let row = query.fetch_optional(self.pool.readers()).await.map_err(refused)?;
        row.map(|row| Ok((key_view(&row)?, digest(&row, "api_keys", "digest")?))).transpose()
    }

    async fn keys(&self, after: Option<Position>, limit: u32) -> Result<Page<KeyView>, StoreError> {
        let mut query = list(after, limit);
        let rows = query.build().fetch_all(self.pool.readers()).await.map_err(refused)?;
        let rows = rows.iter().map(key_view).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::of(rows, limit, |last| Position { at: last.created_at, id: last.id.as_uuid() }))
    }

    async fn revoke_key(&self, id: KeyId, now: Timestamp) -> Result<bool, StoreError> {
        let mut writer = self.pool.writer(Durability::Full).await?;
        let mut transaction = begin(&mut writer).await?;
        let ended = sqlx::query(END_OF_KEY).bind(id.as_uuid());
        ended.execute(&mut *transaction).await.map_err(refused)?;
        let revoked = sqlx::query(REVOKE).bind(id.as_uuid()).bind(micros(now));
        let known = revoked.execute(&mut *transaction).await.map_err(refused)?.rows_affected() == 1;
        commit(transaction).await?;
        Ok(known)
    }

    async fn touch_keys(&self, used: &[(KeyId, Timestamp)]) -> Result<(), StoreError> {
        let mut writer = self.pool.writer(Durability::Relaxed).await?;
        let mut transaction = begin(&mut writer).await?;
        for (id, at) in used {
            let query = sqlx::query(TOUCH).bind(id.as_uuid()).bind(micros(*at));
            query.execute(&mut *transaction).await.map_err(refused)?;
        }
        commit(transaction).await
    }

    async fn open_session(&self, session: &NewSession, most: u32) -> Result<(), StoreError> {
        let NewSession { id, key, digest, created_at, expires_at } = session;
        let key = key.map_or(Uuid::nil(), KeyId::as_uuid);
        let mut writer = self.pool.writer(Durability::Full).await?;
        let mut transaction = begin(&mut writer).await?;
        let opened = sqlx::query(OPEN)
            .bind(id.as_uuid())
            .bind(key)
            .bind(digest.as_slice())
            .bind(micros(*created_at))
            .bind(micros(*expires_at));
        opened.execute(&mut *transaction).await.map_err(refused)?;
        let ended = sqlx::query(CROWD_OUT).bind(key).bind(most.max(1));
        ended.execute(&mut *transaction).await.map_err(refused)?;
        commit(transaction).await
    }

    async fn session(&self, id: SessionId, now: Timestamp) -> Result<Option<SessionView>, StoreError> {
        let query = sqlx::query(GET_SESSION).bind(id.as_uuid()).bind(micros(now));
        let Some(row) = query.fetch_optional(self.pool.readers()).await.map_err(refused)? else { return Ok(None) };
        let record = Record::new("sessions", &row);
        let configured = record.get::<Uuid>("key_id")?.is_nil();
        let key = match record.get::<Option<Uuid>>("id")? {
            Some(_) => Some(key_view(&row)?),
            None if configured => None,
            None => return Ok(None),
        };
        if key.as_ref().is_some_and(|key| !key.is_valid(now)) {
            return Ok(None);
        }
        let digest = digest(&row, "sessions", "session_digest")?;
        Ok(Some(SessionView { digest, key, expires_at: record.time("session_expires_at")? }))
    }

    async fn close_session(&self, id: SessionId) -> Result<(), StoreError> {
        let mut writer = self.pool.writer(Durability::Full).await?;
        sqlx::query(CLOSE).bind(id.as_uuid()).execute(&mut *writer).await.map_err(refused).map(drop)
    }

    async fn prune_access(&self, keys_before: Timestamp, now: Timestamp) -> Result<(), StoreError> {
        let mut writer = self.pool.writer(Durability::Relaxed).await?;
        let mut transaction = begin(&mut writer).await?;
        sqlx::query(PRUNE_SESSIONS).bind(micros(now)).execute(&mut *transaction).await.map_err(refused)?;
        sqlx::query(PRUNE_KEYS).bind(micros(keys_before)).execute(&mut *transaction).await.map_err(refused)?;
        commit(transaction).await
    }
}

/// One row more than `limit`.
pub fn list(after: Option<Position>, limit: u32) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new(
        "-- api_key.list\nSELECT id, name, role, created_at, created_by, expires_at, revoked_at, last_used_at FROM api_keys",
    );
    if let Some(Position { at, id }) = after {
        query.push(" WHERE (created_at, id) < (").push_bind(micros(at)).push(", ").push_bind(id).push(")");
    }
    query.push(format_args!(" ORDER BY created_at DESC, id DESC LIMIT {}", i64::from(limit) + 1));
    query
}

fn key_view(row: &SqliteRow) -> Result<KeyView, StoreError> {
    let record = Record::new("api_keys", row);
    Ok(KeyView {
        id: record.get::<Uuid>("id")?.into(),
        name: record.parsed("name")?,
        role: record.parsed("role")?,
        created_at: record.time("created_at")?,
        created_by: record.parsed("created_by")?,
        expires_at: record.optional_time("expires_at")?,
        revoked_at: record.optional_time("revoked_at")?,
        last_used_at: record.optional_time("last_used_at")?,
    })
}

fn digest(row: &SqliteRow, table: &'static str, column: &'static str) -> Result<[u8; 32], StoreError> {
    let bytes: &[u8] = Record::new(table, row).get(column)?;
    bytes.try_into().map_err(|error: std::array::TryFromSliceError| StoreError::Corrupt { table, column, source: error.into() })
}

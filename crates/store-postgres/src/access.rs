//! API keys and sessions.

use std::{collections::BTreeMap, str::FromStr};

use async_trait::async_trait;
use ruche_domain::{KeyId, SessionId, Timestamp};
use ruche_store::{Access, KeyView, NewKey, NewSession, Page, Position, SessionView, StoreError};
use sqlx::{Postgres, QueryBuilder, postgres::PgRow};
use uuid::Uuid;

use crate::{
    PgStore,
    error::{corrupt, refine, settle},
    row::get,
};

#[async_trait]
impl Access for PgStore {
    async fn add_key(&self, key: &NewKey, most: u32) -> Result<bool, StoreError> {
        let NewKey { id, name, role, digest, created_at, created_by, expires_at } = key;
        let query = sqlx::query(include_str!("../queries/api_key/insert.sql"))
            .bind(id.as_uuid())
            .bind(name.as_str())
            .bind(role.as_str())
            .bind(digest.as_slice())
            .bind(created_at)
            .bind(created_by.as_str())
            .bind(expires_at)
            .bind(i64::from(most));
        Ok(query.execute(&self.pools.durable).await.map_err(refine)?.rows_affected() == 1)
    }

    async fn key(&self, id: KeyId) -> Result<Option<(KeyView, [u8; 32])>, StoreError> {
        let query = sqlx::query(include_str!("../queries/api_key/get.sql")).bind(id.as_uuid());
        let row = query.fetch_optional(&self.pools.durable).await.map_err(refine)?;
        row.map(|row| Ok((key_view(&row)?, digest(&row, "api_keys", "digest")?))).transpose()
    }

    async fn keys(&self, after: Option<Position>, limit: u32) -> Result<Page<KeyView>, StoreError> {
        let mut query = list(after, limit);
        let rows = query.build().fetch_all(&self.pools.durable).await.map_err(refine)?;
        let rows = rows.iter().map(key_view).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::of(rows, limit, |last| Position { at: last.created_at, id: last.id.as_uuid() }))
    }

    async fn revoke_key(&self, id: KeyId, now: Timestamp) -> Result<bool, StoreError> {
        let changed = settle(|| async {
            let query = sqlx::query(include_str!("../queries/api_key/revoke.sql")).bind(id.as_uuid()).bind(now);
            query.execute(&self.pools.durable).await.map_err(refine)
        });
        Ok(changed.await?.rows_affected() == 1)
    }

    async fn touch_keys(&self, used: &[(KeyId, Timestamp)]) -> Result<(), StoreError> {
        // Of several uses of one key the last counts; in the order of ids.
        let mut latest: BTreeMap<Uuid, Timestamp> = BTreeMap::new();
        for (id, at) in used {
            let kept = latest.entry(id.as_uuid()).or_insert(*at);
            *kept = (*kept).max(*at);
        }
        let (ids, times): (Vec<_>, Vec<_>) = latest.into_iter().unzip();
        settle(|| async {
            let query = sqlx::query(include_str!("../queries/api_key/touch.sql")).bind(&ids).bind(&times);
            query.execute(&self.pools.relaxed).await.map_err(refine)
        })
        .await
        .map(drop)
    }

    async fn open_session(&self, session: &NewSession, most: u32) -> Result<(), StoreError> {
        let NewSession { id, key, digest, created_at, expires_at } = session;
        settle(|| async {
            let query = sqlx::query(include_str!("../queries/session/open.sql"))
                .bind(id.as_uuid())
                .bind(key.map_or(Uuid::nil(), KeyId::as_uuid))
                .bind(digest.as_slice())
                .bind(created_at)
                .bind(expires_at)
                .bind(i64::from(most.max(1)));
            query.execute(&self.pools.durable).await.map_err(refine)
        })
        .await
        .map(drop)
    }

    async fn session(&self, id: SessionId, now: Timestamp) -> Result<Option<SessionView>, StoreError> {
        let query = sqlx::query(include_str!("../queries/session/get.sql")).bind(id.as_uuid()).bind(now);
        let Some(row) = query.fetch_optional(&self.pools.durable).await.map_err(refine)? else { return Ok(None) };
        let configured = get::<Uuid>(&row, "key_id")?.is_nil();
        let key = match get::<Option<Uuid>>(&row, "id")? {
            Some(_) => Some(key_view(&row)?),
            None if configured => None,
            None => return Ok(None),
        };
        if key.as_ref().is_some_and(|key| !key.is_valid(now)) {
            return Ok(None);
        }
        let digest = digest(&row, "sessions", "session_digest")?;
        Ok(Some(SessionView { digest, key, expires_at: get(&row, "session_expires_at")? }))
    }

    async fn close_session(&self, id: SessionId) -> Result<(), StoreError> {
        let query = sqlx::query(include_str!("../queries/session/close.sql")).bind(id.as_uuid());
        query.execute(&self.pools.durable).await.map_err(refine).map(drop)
    }

    async fn prune_access(&self, keys_before: Timestamp, now: Timestamp) -> Result<(), StoreError> {
        let sessions = sqlx::query(include_str!("../queries/session/prune.sql")).bind(now);
        sessions.execute(&self.pools.relaxed).await.map_err(refine)?;
        let keys = sqlx::query(include_str!("../queries/api_key/prune.sql")).bind(keys_before);
        keys.execute(&self.pools.relaxed).await.map_err(refine).map(drop)
    }
}

/// One row more than `limit`.
pub fn list(after: Option<Position>, limit: u32) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new(
        "-- api_key.list\nselect id, name, role, created_at, created_by, expires_at, revoked_at, last_used_at from api_keys",
    );
    if let Some(Position { at, id }) = after {
        query.push(" where (created_at, id) < (").push_bind(at).push(", ").push_bind(id).push(")");
    }
    query.push(format_args!(" order by created_at desc, id desc limit {}", i64::from(limit) + 1));
    query
}

fn key_view(row: &PgRow) -> Result<KeyView, StoreError> {
    Ok(KeyView {
        id: get::<Uuid>(row, "id")?.into(),
        name: checked(row, "api_keys", "name")?,
        role: checked(row, "api_keys", "role")?,
        created_at: get(row, "created_at")?,
        created_by: checked(row, "api_keys", "created_by")?,
        expires_at: get(row, "expires_at")?,
        revoked_at: get(row, "revoked_at")?,
        last_used_at: get(row, "last_used_at")?,
    })
}

/// A text with a rule of its own.
pub fn checked<T>(row: &PgRow, table: &'static str, column: &'static str) -> Result<T, StoreError>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    get::<&str>(row, column)?.parse().map_err(|error: T::Err| corrupt(table, column, error))
}

fn digest(row: &PgRow, table: &'static str, column: &'static str) -> Result<[u8; 32], StoreError> {
    get::<&[u8]>(row, column)?.try_into().map_err(|error: std::array::TryFromSliceError| corrupt(table, column, error))
}

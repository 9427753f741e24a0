//! Facts of artifacts.

use std::{array::TryFromSliceError, num::TryFromIntError};

use async_trait::async_trait;
use ruche_domain::{
    ArtifactId, TaskId, Timestamp,
    artifact::completion::{Completion, Held},
};
use ruche_store::{
    ArtifactRow, ArtifactView, Artifacts, AttemptRef, CompleteArtifact, Completed, DoomedArtifact, NewArtifact, Page, Position,
    StoreError,
};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection, sqlite::SqliteRow};
use uuid::Uuid;

use crate::{
    SqliteStore,
    batch::{hex, json, micros},
    error::refused,
    pool::{Durability, begin, commit},
    row::Record,
};

const TABLE: &str = "artifacts";

const BEGIN: &str = include_str!("../queries/artifact/begin.sql");
const RENEW: &str = include_str!("../queries/artifact/renew.sql");
const RUNNING: &str = include_str!("../queries/artifact/running.sql");
const LOCK: &str = include_str!("../queries/artifact/lock.sql");
const HELD: &str = include_str!("../queries/artifact/held.sql");
const REPLACE: &str = include_str!("../queries/artifact/replace.sql");
const COMPLETE: &str = include_str!("../queries/artifact/complete.sql");
const ABANDON: &str = include_str!("../queries/artifact/abandon.sql");
const GET: &str = include_str!("../queries/artifact/get.sql");
const DOOM: &str = include_str!("../queries/artifact/doom.sql");
const TAKE_DOOMED: &str = include_str!("../queries/artifact/take_doomed.sql");
const FORGET: &str = include_str!("../queries/artifact/forget.sql");

#[async_trait]
impl Artifacts for SqliteStore {
    async fn begin_artifact(&self, new: &NewArtifact) -> Result<bool, StoreError> {
        let NewArtifact { id, owner, name, content_type, created_at, stale_at } = new;
        // Durable: what is written to the object store from now on is found by this row alone.
        let mut writer = self.pool.writer(Durability::Full).await?;
        let query = sqlx::query(BEGIN)
            .bind(id.as_uuid())
            .bind(owner.map(|owner| owner.id.as_uuid()))
            .bind(owner.map(|owner| owner.attempt))
            .bind(name.as_str())
            .bind(content_type.as_str())
            .bind(micros(*created_at))
            .bind(micros(*stale_at));
        Ok(query.execute(&mut *writer).await.map_err(refused)?.rows_affected() == 1)
    }

    async fn renew_artifact(&self, id: ArtifactId, upload: Option<&str>, stale_at: Timestamp) -> Result<bool, StoreError> {
        let mut writer = self.pool.writer(Durability::Full).await?;
        let query = sqlx::query(RENEW).bind(id.as_uuid()).bind(micros(stale_at)).bind(upload);
        Ok(query.execute(&mut *writer).await.map_err(refused)?.rows_affected() == 1)
    }

    async fn complete_artifact(&self, complete: &CompleteArtifact) -> Result<Completed, StoreError> {
        let mut writer = self.pool.writer(Durability::Full).await?;
        let mut transaction = begin(&mut writer).await?;
        let id = complete.new.id.as_uuid();
        let (runs, held) = match complete.new.owner {
            Some(owner) => (Some(runs(&mut transaction, owner).await?), held(&mut transaction, owner).await?),
            None => (None, Vec::new()),
        };
        let row = sqlx::query(LOCK).bind(id).fetch_optional(&mut *transaction).await.map_err(refused)?;
        let row = row.as_ref().map(standing).transpose()?;
        let replaces = match complete.decide(row.as_ref(), runs, &held) {
            Completion::Keep { replaces } => replaces,
            Completion::KeptBefore => return Ok(Completed::Kept(complete.view())),
            Completion::Lost => return Ok(Completed::Lost),
            Completion::TaskFull => return Ok(Completed::TaskFull),
        };
        if !replaces.is_empty() {
            let query = sqlx::query(REPLACE).bind(ids(&replaces)).bind(micros(complete.completed_at));
            query.execute(&mut *transaction).await.map_err(refused)?;
        }
        let query = sqlx::query(COMPLETE)
            .bind(id)
            .bind(i64::try_from(complete.size).map_err(|error| corrupt("size", error))?)
            .bind(complete.sha256.as_slice())
            .bind(micros(complete.completed_at))
            .bind(micros(complete.expires_at));
        if query.execute(&mut *transaction).await.map_err(refused)?.rows_affected() != 1 {
            return Ok(Completed::Lost);
        }
        commit(transaction).await?;
        Ok(Completed::Kept(complete.view()))
    }

    async fn abandon_artifact(&self, id: ArtifactId) -> Result<(), StoreError> {
        let mut writer = self.pool.writer(Durability::Relaxed).await?;
        sqlx::query(ABANDON).bind(id.as_uuid()).execute(&mut *writer).await.map_err(refused).map(drop)
    }

    async fn artifact(&self, id: ArtifactId) -> Result<Option<ArtifactView>, StoreError> {
        let query = sqlx::query(GET).bind(id.as_uuid());
        let row = query.fetch_optional(self.pool.readers()).await.map_err(refused)?;
        row.as_ref().map(view).transpose()
    }

    async fn artifacts(
        &self,
        task: Option<TaskId>,
        after: Option<Position>,
        limit: u32,
    ) -> Result<Page<ArtifactView>, StoreError> {
        let mut query = list(task, after, limit);
        let rows = query.build().fetch_all(self.pool.readers()).await.map_err(refused)?;
        let rows = rows.iter().map(view).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::of(rows, limit, |last| Position { at: last.created_at, id: last.id.as_uuid() }))
    }

    async fn doom_artifact(&self, id: ArtifactId, now: Timestamp) -> Result<bool, StoreError> {
        let mut writer = self.pool.writer(Durability::Full).await?;
        let query = sqlx::query(DOOM).bind(id.as_uuid()).bind(micros(now));
        Ok(query.execute(&mut *writer).await.map_err(refused)?.rows_affected() == 1)
    }

    async fn take_doomed(&self, now: Timestamp, again_at: Timestamp, limit: u32) -> Result<Vec<DoomedArtifact>, StoreError> {
        // Durable: what is whole must not be so again after its bytes were deleted.
        let mut writer = self.pool.writer(Durability::Full).await?;
        let query = sqlx::query(TAKE_DOOMED).bind(micros(now)).bind(micros(again_at)).bind(limit);
        let rows = query.fetch_all(&mut *writer).await.map_err(refused)?;
        let doomed = |row| {
            let record = Record::new(TABLE, row);
            Ok(DoomedArtifact { id: record.get::<Uuid>("id")?.into(), upload: record.get("upload")? })
        };
        rows.iter().map(doomed).collect()
    }

    async fn forget_artifacts(&self, doomed: &[ArtifactId]) -> Result<u64, StoreError> {
        let mut writer = self.pool.writer(Durability::Relaxed).await?;
        let query = sqlx::query(FORGET).bind(ids(doomed));
        Ok(query.execute(&mut *writer).await.map_err(refused)?.rows_affected())
    }
}

fn ids(ids: &[ArtifactId]) -> String {
    json(&ids.iter().map(|id| hex(id.as_uuid().as_bytes())).collect::<Vec<_>>())
}

async fn runs(connection: &mut SqliteConnection, owner: AttemptRef) -> Result<bool, StoreError> {
    let query = sqlx::query(RUNNING).bind(owner.id.as_uuid()).bind(owner.attempt);
    Ok(query.fetch_optional(connection).await.map_err(refused)?.is_some())
}

async fn held(connection: &mut SqliteConnection, owner: AttemptRef) -> Result<Vec<Held>, StoreError> {
    let rows = sqlx::query(HELD).bind(owner.id.as_uuid()).fetch_all(connection).await.map_err(refused)?;
    let held = |row| {
        let record = Record::new(TABLE, row);
        Ok(Held { id: record.get::<Uuid>("id")?.into(), name: record.parsed("name")?, size: size(record)? })
    };
    rows.iter().map(held).collect()
}

fn standing(row: &SqliteRow) -> Result<ArtifactRow, StoreError> {
    let record = Record::new(TABLE, row);
    let sha256 = record.get::<Option<&[u8]>>("sha256")?.map(digest).transpose()?;
    Ok(ArtifactRow { state: record.parsed("state")?, sha256 })
}

/// One row more than `limit`. Differs because SQLite chooses an index by guess before ANALYZE.
pub fn list(task: Option<TaskId>, after: Option<Position>, limit: u32) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new(
        "-- artifact.list\nSELECT id, task_id, attempt, name, content_type, size, sha256, created_at, due_at FROM artifacts",
    );
    match task {
        Some(task) => query.push(" INDEXED BY artifacts_by_task WHERE task_id = ").push_bind(task.as_uuid()),
        None => query.push(" INDEXED BY artifacts_whole_by_time WHERE true"),
    };
    query.push(" AND state = 'whole'");
    if let Some(Position { at, id }) = after {
        query.push(" AND (created_at, id) < (").push_bind(micros(at)).push(", ").push_bind(id).push(")");
    }
    query.push(format_args!(" ORDER BY created_at DESC, id DESC LIMIT {}", i64::from(limit) + 1));
    query
}

fn view(row: &SqliteRow) -> Result<ArtifactView, StoreError> {
    let record = Record::new(TABLE, row);
    let owner = match (record.get::<Option<Uuid>>("task_id")?, record.get::<Option<u32>>("attempt")?) {
        (Some(task), Some(attempt)) => Some(AttemptRef { id: task.into(), attempt }),
        _ => None,
    };
    Ok(ArtifactView {
        id: record.get::<Uuid>("id")?.into(),
        owner,
        name: record.parsed("name")?,
        content_type: record.parsed("content_type")?,
        size: size(record)?,
        sha256: digest(record.get("sha256")?)?,
        created_at: record.time("created_at")?,
        expires_at: record.time("due_at")?,
    })
}

fn size(record: Record<'_>) -> Result<u64, StoreError> {
    record.get::<i64>("size")?.try_into().map_err(|error: TryFromIntError| corrupt("size", error))
}

fn digest(bytes: &[u8]) -> Result<[u8; 32], StoreError> {
    bytes.try_into().map_err(|error: TryFromSliceError| corrupt("sha256", error))
}

fn corrupt(column: &'static str, source: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::Corrupt { table: TABLE, column, source: Box::new(source) }
}

//! Facts of artifacts.

use std::num::TryFromIntError;

use async_trait::async_trait;
use ruche_domain::{
    ArtifactId, TaskId, Timestamp,
    artifact::completion::{Completion, Held},
};
use ruche_store::{
    ArtifactRow, ArtifactView, Artifacts, AttemptRef, CompleteArtifact, Completed, DoomedArtifact, NewArtifact, Page, Position,
    StoreError,
};
use sqlx::{PgConnection, Postgres, QueryBuilder, postgres::PgRow};
use uuid::Uuid;

use crate::{
    PgStore,
    access::checked,
    error::{corrupt, refine, settle},
    row::get,
};

const TABLE: &str = "artifacts";

#[async_trait]
impl Artifacts for PgStore {
    async fn begin_artifact(&self, new: &NewArtifact) -> Result<bool, StoreError> {
        let NewArtifact { id, owner, name, content_type, created_at, stale_at } = new;
        let query = sqlx::query(include_str!("../queries/artifact/begin.sql"))
            .bind(id.as_uuid())
            .bind(owner.map(|owner| owner.id.as_uuid()))
            .bind(owner.map(attempt))
            .bind(name.as_str())
            .bind(content_type.as_str())
            .bind(created_at)
            .bind(stale_at);
        // Durable: what is written to the object store from now on is found by this row alone.
        Ok(query.execute(&self.pools.durable).await.map_err(refine)?.rows_affected() == 1)
    }

    async fn renew_artifact(&self, id: ArtifactId, upload: Option<&str>, stale_at: Timestamp) -> Result<bool, StoreError> {
        let query = sqlx::query(include_str!("../queries/artifact/renew.sql")).bind(id.as_uuid()).bind(stale_at).bind(upload);
        Ok(query.execute(&self.pools.durable).await.map_err(refine)?.rows_affected() == 1)
    }

    async fn complete_artifact(&self, complete: &CompleteArtifact) -> Result<Completed, StoreError> {
        settle(|| self.complete_once(complete)).await
    }

    async fn abandon_artifact(&self, id: ArtifactId) -> Result<(), StoreError> {
        let query = sqlx::query(include_str!("../queries/artifact/abandon.sql")).bind(id.as_uuid());
        query.execute(&self.pools.relaxed).await.map_err(refine).map(drop)
    }

    async fn artifact(&self, id: ArtifactId) -> Result<Option<ArtifactView>, StoreError> {
        let query = sqlx::query(include_str!("../queries/artifact/get.sql")).bind(id.as_uuid());
        let row = query.fetch_optional(&self.pools.durable).await.map_err(refine)?;
        row.as_ref().map(view).transpose()
    }

    async fn artifacts(
        &self,
        task: Option<TaskId>,
        after: Option<Position>,
        limit: u32,
    ) -> Result<Page<ArtifactView>, StoreError> {
        let mut query = list(task, after, limit);
        let rows = query.build().fetch_all(&self.pools.durable).await.map_err(refine)?;
        let rows = rows.iter().map(view).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::of(rows, limit, |last| Position { at: last.created_at, id: last.id.as_uuid() }))
    }

    async fn doom_artifact(&self, id: ArtifactId, now: Timestamp) -> Result<bool, StoreError> {
        let query = sqlx::query(include_str!("../queries/artifact/doom.sql")).bind(id.as_uuid()).bind(now);
        Ok(query.execute(&self.pools.durable).await.map_err(refine)?.rows_affected() == 1)
    }

    async fn take_doomed(&self, now: Timestamp, again_at: Timestamp, limit: u32) -> Result<Vec<DoomedArtifact>, StoreError> {
        // Durable: what is whole must not be so again after its bytes were deleted.
        let rows = settle(|| async {
            let query = sqlx::query(include_str!("../queries/artifact/take_doomed.sql"));
            let query = query.bind(now).bind(again_at).bind(i64::from(limit));
            query.fetch_all(&self.pools.durable).await.map_err(refine)
        })
        .await?;
        rows.iter().map(|row| Ok(DoomedArtifact { id: get::<Uuid>(row, "id")?.into(), upload: get(row, "upload")? })).collect()
    }

    async fn forget_artifacts(&self, ids: &[ArtifactId]) -> Result<u64, StoreError> {
        let mut ids: Vec<Uuid> = ids.iter().map(|id| id.as_uuid()).collect();
        ids.sort_unstable();
        let forgotten = settle(|| async {
            let query = sqlx::query(include_str!("../queries/artifact/forget.sql")).bind(&ids);
            query.execute(&self.pools.relaxed).await.map_err(refine)
        });
        Ok(forgotten.await?.rows_affected())
    }
}

impl PgStore {
    async fn complete_once(&self, complete: &CompleteArtifact) -> Result<Completed, StoreError> {
        let mut transaction = self.pools.durable.begin().await.map_err(refine)?;
        let id = complete.new.id.as_uuid();
        let runs = match complete.new.owner {
            Some(owner) => Some(runs(&mut transaction, owner).await?),
            None => None,
        };
        let row = sqlx::query(include_str!("../queries/artifact/lock.sql")).bind(id);
        let row = row.fetch_optional(&mut *transaction).await.map_err(refine)?;
        let row = row.as_ref().map(standing).transpose()?;
        let held = match complete.new.owner {
            Some(owner) => held(&mut transaction, owner).await?,
            None => Vec::new(),
        };
        let replaces = match complete.decide(row.as_ref(), runs, &held) {
            Completion::Keep { replaces } => replaces,
            Completion::KeptBefore => return Ok(Completed::Kept(complete.view())),
            Completion::Lost => return Ok(Completed::Lost),
            Completion::TaskFull => return Ok(Completed::TaskFull),
        };
        if !replaces.is_empty() {
            let ids: Vec<Uuid> = replaces.iter().map(|id| id.as_uuid()).collect();
            let query = sqlx::query(include_str!("../queries/artifact/replace.sql")).bind(ids).bind(complete.completed_at);
            query.execute(&mut *transaction).await.map_err(refine)?;
        }
        let query = sqlx::query(include_str!("../queries/artifact/complete.sql"))
            .bind(id)
            .bind(i64::try_from(complete.size).map_err(|error| corrupt(TABLE, "size", error))?)
            .bind(complete.sha256.as_slice())
            .bind(complete.completed_at)
            .bind(complete.expires_at);
        if query.execute(&mut *transaction).await.map_err(refine)?.rows_affected() != 1 {
            return Ok(Completed::Lost);
        }
        transaction.commit().await.map_err(refine)?;
        Ok(Completed::Kept(complete.view()))
    }
}

/// Attempts are counted in 31 bits; a larger number is no attempt.
fn attempt(owner: AttemptRef) -> i32 {
    i32::try_from(owner.attempt).unwrap_or(i32::MAX)
}

async fn runs(connection: &mut PgConnection, owner: AttemptRef) -> Result<bool, StoreError> {
    let query = sqlx::query(include_str!("../queries/artifact/running.sql")).bind(owner.id.as_uuid()).bind(attempt(owner));
    Ok(query.fetch_optional(connection).await.map_err(refine)?.is_some())
}

async fn held(connection: &mut PgConnection, owner: AttemptRef) -> Result<Vec<Held>, StoreError> {
    let query = sqlx::query(include_str!("../queries/artifact/held.sql")).bind(owner.id.as_uuid());
    let rows = query.fetch_all(connection).await.map_err(refine)?;
    let held = |row| Ok(Held { id: get::<Uuid>(row, "id")?.into(), name: checked(row, TABLE, "name")?, size: size(row)? });
    rows.iter().map(held).collect()
}

fn standing(row: &PgRow) -> Result<ArtifactRow, StoreError> {
    Ok(ArtifactRow {
        state: checked(row, TABLE, "state")?,
        sha256: get::<Option<&[u8]>>(row, "sha256")?.map(digest).transpose()?,
    })
}

/// One row more than `limit`.
pub fn list(task: Option<TaskId>, after: Option<Position>, limit: u32) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new(
        "-- artifact.list\nselect id, task_id, attempt, name, content_type, size, sha256, created_at, due_at from artifacts \
         where state = 'whole'",
    );
    if let Some(task) = task {
        query.push(" and task_id = ").push_bind(task.as_uuid());
    }
    if let Some(Position { at, id }) = after {
        query.push(" and (created_at, id) < (").push_bind(at).push(", ").push_bind(id).push(")");
    }
    query.push(format_args!(" order by created_at desc, id desc limit {}", i64::from(limit) + 1));
    query
}

fn view(row: &PgRow) -> Result<ArtifactView, StoreError> {
    let owner = match (get::<Option<Uuid>>(row, "task_id")?, get::<Option<i32>>(row, "attempt")?) {
        (Some(task), Some(attempt)) => {
            let attempt = attempt.try_into().map_err(|error: TryFromIntError| corrupt(TABLE, "attempt", error))?;
            Some(AttemptRef { id: task.into(), attempt })
        }
        _ => None,
    };
    Ok(ArtifactView {
        id: get::<Uuid>(row, "id")?.into(),
        owner,
        name: checked(row, TABLE, "name")?,
        content_type: checked(row, TABLE, "content_type")?,
        size: size(row)?,
        sha256: digest(get(row, "sha256")?)?,
        created_at: get(row, "created_at")?,
        expires_at: get(row, "due_at")?,
    })
}

fn size(row: &PgRow) -> Result<u64, StoreError> {
    get::<i64>(row, "size")?.try_into().map_err(|error: TryFromIntError| corrupt(TABLE, "size", error))
}

fn digest(bytes: &[u8]) -> Result<[u8; 32], StoreError> {
    bytes.try_into().map_err(|error: std::array::TryFromSliceError| corrupt(TABLE, "sha256", error))
}

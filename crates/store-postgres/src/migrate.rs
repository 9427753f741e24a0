//! The schema's version.

use ruche_store::StoreError;
use sqlx::{Connection, PgConnection, migrate::MigrateError, migrate::Migrator};

use crate::{
    error::refine,
    pool::{PgOptions, connect_once},
};

static MIGRATOR: Migrator = sqlx::migrate!("./migrations");

pub async fn run(url: &str) -> Result<(), StoreError> {
    let mut connection = connect_once(&PgOptions::new(url)).await?;
    // Says so where the schema is newer; what is pending is no error here.
    count_pending(&mut connection).await?;
    MIGRATOR.run_direct(None, &mut connection, false).await.map_err(|error| match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => refine(error),
        other => StoreError::Refused(Box::new(other)),
    })?;
    connection.close().await.map_err(refine)
}

pub async fn pending(url: &str) -> Result<usize, StoreError> {
    let mut connection = connect_once(&PgOptions::new(url)).await?;
    let pending = count_pending(&mut connection).await?;
    connection.close().await.map_err(refine)?;
    Ok(pending)
}

/// Refuses a schema that is older or newer than this program.
pub async fn check(connection: &mut PgConnection) -> Result<(), StoreError> {
    match count_pending(connection).await? {
        0 => Ok(()),
        pending => Err(StoreError::PendingMigrations { pending }),
    }
}

async fn count_pending(connection: &mut PgConnection) -> Result<usize, StoreError> {
    let applied = applied(connection).await?;
    let known: Vec<i64> = MIGRATOR.iter().map(|migration| migration.version).collect();
    if let Some(version) = applied.iter().copied().find(|version| !known.contains(version)) {
        return Err(StoreError::NewerSchema { version });
    }
    Ok(known.len() - applied.len())
}

/// Versions that are in the database, in order; none if nothing was ever migrated.
async fn applied(connection: &mut PgConnection) -> Result<Vec<i64>, StoreError> {
    let kept: bool = sqlx::query_scalar("select to_regclass('_sqlx_migrations') is not null")
        .fetch_one(&mut *connection)
        .await
        .map_err(refine)?;
    if !kept {
        return Ok(Vec::new());
    }
    sqlx::query_scalar("select version from _sqlx_migrations where success order by version")
        .fetch_all(connection)
        .await
        .map_err(refine)
}

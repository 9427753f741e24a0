//! Opening the object store that the configuration names.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context;
use prometheus::Registry;
use ruche_artifacts::{Depot, Objects, OpenError, Place, nowhere};
use ruche_domain::Clock;
use ruche_store::SharedStore;

use crate::{
    ExitCode, Failure, OrExit,
    config::{ArtifactsConfig, ServiceUrl},
};

/// Where artifacts are kept when nothing is said and the database is no file: below where the program was started.
const DEFAULT: &str = "ruche-artifacts";

/// Opens the object store, tries it, and shows its metrics. `database` is where the facts are. Where no place is named and the usual
/// one cannot be used, the process works without: not everybody has a use for artifacts.
///
/// # Errors
/// With [`ExitCode::Config`] when its description is wrong, [`ExitCode::Unavailable`] or [`ExitCode::CannotCreate`] when a place that
/// was named cannot be used.
pub async fn open_artifacts(
    config: &ArtifactsConfig,
    database: &ServiceUrl,
    store: SharedStore,
    clock: Arc<dyn Clock>,
    registry: &Registry,
) -> Result<Depot, Failure> {
    let objects = match config.place().or_exit(ExitCode::Config)? {
        Some(place) => open(&place, database, &*clock).await.map_err(|error| unusable(&place, error))?,
        None => open(&beside(database), database, &*clock).await.unwrap_or_else(|error| {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "artifacts are refused; set artifacts.location to keep them"
            );
            nowhere()
        }),
    };
    let depot = Depot::new(objects, config.limits(), store, clock);
    depot.register(registry).context("couldn't register the artifacts' metrics")?;
    Ok(depot)
}

async fn open(place: &Place, database: &ServiceUrl, clock: &dyn Clock) -> Result<Arc<dyn Objects>, OpenError> {
    let objects = place.open(clock).await?;
    match place {
        Place::Directory(_) if database.scheme() != "sqlite" => {
            tracing::info!(%place, "artifacts are kept here; server and workers have to share this directory")
        }
        Place::Directory(_) | Place::S3(_) => tracing::debug!(%place, "artifacts are kept here"),
    }
    Ok(objects)
}

fn beside(database: &ServiceUrl) -> Place {
    let file = database.reveal().strip_prefix("sqlite:").map(|rest| Path::new(rest.strip_prefix("//").unwrap_or(rest)));
    Place::Directory(file.map_or_else(|| PathBuf::from(DEFAULT), |file| file.with_file_name("artifacts")))
}

fn unusable(place: &Place, error: OpenError) -> Failure {
    let code = match (&error, place) {
        (OpenError::Settings { .. }, _) => ExitCode::Config,
        (OpenError::Unusable { .. }, Place::Directory(_)) => ExitCode::CannotCreate,
        (OpenError::Unusable { .. }, Place::S3(_)) => ExitCode::Unavailable,
    };
    Failure::new(code, error)
}

#[cfg(test)]
mod tests {
    use ruche_domain::SystemClock;
    use ruche_store_sqlite::SqliteStore;

    use super::*;

    async fn open(config: &ArtifactsConfig, database: &str) -> Result<Depot, Failure> {
        crate::install_tls();
        let store: SharedStore = Arc::new(SqliteStore::temporary().await.unwrap());
        open_artifacts(config, &ServiceUrl::new(database), store, Arc::new(SystemClock), &Registry::new()).await
    }

    #[tokio::test]
    async fn beside_a_database_file_there_is_a_directory() {
        let directory = tempfile::tempdir().unwrap();
        let database = format!("sqlite:{}", directory.path().join("ruche.db").display());
        open(&ArtifactsConfig::default(), &database).await.unwrap();
        assert!(directory.path().join("artifacts").is_dir());
        assert_eq!(beside(&ServiceUrl::new("postgres://a:geheim@db/ruche")).to_string(), DEFAULT);
    }

    #[tokio::test]
    async fn a_usual_place_that_cannot_be_used_stops_nothing_but_artifacts() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let database = format!("sqlite:{}/ruche.db", file.path().display());
        let depot = open(&ArtifactsConfig::default(), &database).await.unwrap();
        let mut writer = depot.create(None, "a".parse().unwrap(), "text/plain".parse().unwrap()).await.unwrap();
        writer.write(b"a".to_vec().into()).await.unwrap();
        let refused = format!("{:?}", writer.finish().await.unwrap_err());
        assert!(refused.contains("NoPlace"), "{refused}");
    }

    #[tokio::test]
    async fn a_place_that_cannot_be_used_is_told_with_the_key_to_change() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let location = Some(file.path().join("below").display().to_string());
        let failure = open(&ArtifactsConfig { location, ..ArtifactsConfig::default() }, "postgres://x").await.err().unwrap();
        assert_eq!(failure.code(), ExitCode::CannotCreate);
        let message = failure.to_string();
        assert!(message.contains("couldn't use the directory") && message.contains("artifacts.location"), "{message}");
    }
}

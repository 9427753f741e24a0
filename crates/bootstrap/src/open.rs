//! Connecting to the database and the broker that the configuration names.

use std::{future::Future, path::Path, sync::Arc, time::Duration};

use anyhow::Context;
use lapin::types::{AMQPValue, FieldTable};
use ruche_broker::{AmqpBroker, AmqpOptions, InProcessBroker, SharedBroker};
use ruche_store::{SharedStore, StoreError};
use ruche_store_postgres::{PgOptions, PgStore};
use ruche_store_sqlite::SqliteStore;
use tokio::time::{Instant, sleep};

use crate::{
    Failure,
    config::{BrokerConfig, ConfigError, DatabaseConfig, QueueArgument, ServiceUrl},
};

/// Messages that wait in the in-process broker; the rest waits in the database.
const IN_PROCESS_CAPACITY: usize = 10_000;

/// Pause between attempts to reach a database that is not there yet.
const PAUSE: Duration = Duration::from_millis(250);

/// What to do about pending migrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Migrate {
    /// Apply them.
    Apply,
    /// Refuse to start.
    Refuse,
}

/// Opens the database at `url`. While it cannot be reached tries again for `patience`.
///
/// # Errors
/// With [`crate::ExitCode::Unavailable`] when it cannot be reached, [`crate::ExitCode::Schema`] when migrations are pending.
pub async fn open_store(
    config: &DatabaseConfig,
    url: &ServiceUrl,
    migrate: Migrate,
    patience: Duration,
) -> Result<SharedStore, Failure> {
    if migrate == Migrate::Apply {
        migrate_store(url, patience).await?;
    }
    let opened = retried(patience, async || open_once(config, url).await).await;
    Ok(opened.with_context(|| format!("couldn't open the database {url}"))?)
}

/// Brings the database at `url` to this program's schema. While it cannot be reached tries again for `patience`.
///
/// # Errors
/// With [`crate::ExitCode::Unavailable`] when it cannot be reached, [`crate::ExitCode::Schema`] when it is newer than this program.
pub async fn migrate_store(url: &ServiceUrl, patience: Duration) -> Result<(), Failure> {
    let migrated = retried(patience, async || match sqlite_path(url) {
        Some(path) => SqliteStore::migrate(path).await,
        None => PgStore::migrate(url.reveal()).await,
    });
    Ok(migrated.await.with_context(|| format!("couldn't migrate the database {url}"))?)
}

async fn open_once(config: &DatabaseConfig, url: &ServiceUrl) -> Result<SharedStore, StoreError> {
    if let Some(path) = sqlite_path(url) {
        return Ok(Arc::new(SqliteStore::open(path).await?));
    }
    let options = PgOptions {
        max_connections: config.max_connections,
        acquire_timeout: config.acquire_timeout(),
        ..PgOptions::new(url.reveal())
    };
    Ok(Arc::new(PgStore::connect(&options).await?))
}

/// The file of `sqlite:path` and `sqlite://path`.
fn sqlite_path(url: &ServiceUrl) -> Option<&Path> {
    let rest = url.reveal().strip_prefix("sqlite:")?;
    Some(Path::new(rest.strip_prefix("//").unwrap_or(rest)))
}

async fn retried<T, F>(patience: Duration, mut attempt: impl FnMut() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    let deadline = Instant::now() + patience;
    let mut told = false;
    loop {
        match attempt().await {
            Err(error @ StoreError::Unavailable(_)) if Instant::now() < deadline => {
                if !told {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "the database cannot be reached yet; waiting for it"
                    );
                    told = true;
                }
                sleep(PAUSE).await;
            }
            result => return result,
        }
    }
}

/// The broker at `url`. RabbitMQ need not be there yet: the connection is made in the background.
///
/// # Errors
/// When the address makes no sense.
pub fn open_broker(config: &BrokerConfig, url: &ServiceUrl) -> Result<SharedBroker, Failure> {
    if url.scheme() == "memory" {
        return Ok(Arc::new(InProcessBroker::new(IN_PROCESS_CAPACITY)));
    }
    let mut options = AmqpOptions::new(url.reveal());
    if !config.queue_arguments.is_empty() {
        options.queue_arguments = table(config);
    }
    // The broker's own words may hold the address.
    let broker = AmqpBroker::start(options).map_err(|_| {
        let reason = "expected amqp://user:password@host:5672/vhost or amqps://...".to_owned();
        anyhow::Error::new(ConfigError::Invalid { key: "broker.url", reason })
    })?;
    Ok(Arc::new(broker))
}

fn table(config: &BrokerConfig) -> FieldTable {
    let mut table = FieldTable::default();
    for (name, argument) in &config.queue_arguments {
        let value = match argument {
            QueueArgument::Flag(flag) => AMQPValue::Boolean(*flag),
            QueueArgument::Number(number) => AMQPValue::LongLongInt(*number),
            QueueArgument::Text(text) => AMQPValue::LongString(text.as_str().into()),
        };
        table.insert(name.as_str().into(), value);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ExitCode;

    fn sqlite(path: &Path) -> ServiceUrl {
        ServiceUrl::new(format!("sqlite:{}", path.display()))
    }

    #[tokio::test]
    async fn pending_migrations_are_refused_until_applied() {
        let directory = tempfile::tempdir().unwrap();
        let (config, url) = (DatabaseConfig::default(), sqlite(&directory.path().join("ruche.db")));
        let open = async |migrate| open_store(&config, &url, migrate, Duration::ZERO).await;
        let refused = open(Migrate::Refuse).await.err().unwrap();
        assert_eq!(refused.code(), ExitCode::Schema);
        assert!(refused.to_string().contains("run `ruche migrate`"), "{refused}");
        open(Migrate::Apply).await.unwrap().close().await;
        open(Migrate::Refuse).await.unwrap().close().await;
    }

    #[tokio::test]
    async fn an_unreachable_database_is_waited_for_and_then_told_without_its_password() {
        let url = ServiceUrl::new("postgres://ruche:geheim@127.0.0.1:1/ruche");
        let started = Instant::now();
        let patience = Duration::from_millis(600);
        let failure = open_store(&DatabaseConfig::default(), &url, Migrate::Refuse, patience).await.err().unwrap();
        assert_eq!(failure.code(), ExitCode::Unavailable);
        assert!(started.elapsed() >= patience);
        let message = failure.to_string();
        assert!(message.starts_with("couldn't open the database postgres://ruche:***@127.0.0.1:1/ruche: "), "{message}");
        assert!(!message.contains("geheim"));
    }

    #[tokio::test]
    async fn an_absent_rabbitmq_is_no_error_at_the_start() {
        let open = |url| open_broker(&BrokerConfig::default(), &ServiceUrl::new(url));
        assert!(!open("amqp://guest:guest@127.0.0.1:1").unwrap().is_connected());
        assert!(open("memory:").unwrap().is_connected());
        assert_eq!(open("amqp://a:geheim@:x/").err().map(|failure| failure.code()), Some(ExitCode::Config));
    }
}

//! What callers are told when things are not as they should be.

use std::time::{Duration, Instant};

use ruche_store::{Store, StoreError};
use ruche_store_postgres::{PgOptions, PgStore};
use sqlx::{Connection, Executor};

use crate::database::Database;

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_database_asks_for_migrations() {
    let database = Database::empty().await;
    let pending = PgStore::pending_migrations(&database.url()).await.unwrap();
    assert!(pending >= 3);
    let error = PgStore::connect(&database.options()).await.unwrap_err();
    assert!(matches!(error, StoreError::PendingMigrations { pending: n } if n == pending), "{error}");
    assert!(error.to_string().contains("ruche migrate"));
    database.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn migrating_twice_and_at_once_does_no_harm() {
    let database = Database::empty().await;
    let url = database.url();
    let (a, b, c) = tokio::join!(PgStore::migrate(&url), PgStore::migrate(&url), PgStore::migrate(&url));
    assert!(a.is_ok() && b.is_ok() && c.is_ok(), "{a:?} {b:?} {c:?}");
    PgStore::migrate(&url).await.unwrap();
    assert_eq!(PgStore::pending_migrations(&url).await.unwrap(), 0);
    database.connect().await.close().await;
    database.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_schema_is_refused_everywhere() {
    let database = Database::migrated().await;
    let mut connection = database.connection().await;
    let newer = "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
                 values (9999, 'from the future', true, '', 0)";
    connection.execute(newer).await.unwrap();
    connection.close().await.unwrap();
    let connected = PgStore::connect(&database.options()).await.err();
    let pending = PgStore::pending_migrations(&database.url()).await.err();
    let migrated = PgStore::migrate(&database.url()).await.err();
    for error in [connected, pending, migrated] {
        assert!(matches!(error, Some(StoreError::NewerSchema { version: 9999 })), "{error:?}");
    }
    database.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_is_told_at_once() {
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let options = PgOptions {
        acquire_timeout: Duration::from_secs(60),
        ..PgOptions::new(format!("postgres://someone:hunter2@127.0.0.1:{port}/none"))
    };
    let began = Instant::now();
    let error = PgStore::connect(&options).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    assert!(error.is_transient());
    assert!(began.elapsed() < Duration::from_secs(10), "it did not wait for the acquire timeout");
    let told = format!("{error} {error:?} {options:?}");
    assert!(!told.contains("hunter2"), "the password is nobody's business");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_says_nothing_is_given_up_on() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("postgres://postgres@{}/none", silent.local_addr().unwrap());
    let options = PgOptions { acquire_timeout: Duration::from_millis(200), ..PgOptions::new(url) };
    let error = PgStore::connect(&options).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_does_not_exist_is_refused() {
    let database = Database::empty().await;
    let options = database.options();
    database.drop().await;
    let error = PgStore::connect(&options).await.unwrap_err();
    assert!(matches!(error, StoreError::Refused(_)), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_whose_connections_were_all_cut_recovers() {
    let database = Database::with_store().await;
    let store = ruche_store::conformance::Fixture::store(&database);
    store.ping().await.unwrap();
    let mut connection = database.connection().await;
    let cut = "select pg_terminate_backend(pid) from pg_stat_activity
               where datname = current_database() and pid <> pg_backend_pid()";
    connection.execute(cut).await.unwrap();
    connection.close().await.unwrap();
    // A connection that was cut while idle says so once, if it is used before it was missed.
    let mut tries = 0;
    while let Err(error) = store.ping().await {
        assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
        tries += 1;
        assert!(tries < 20, "the pool never recovered");
    }
    database.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_store_is_unavailable() {
    let database = Database::migrated().await;
    let store = database.connect().await;
    store.close().await;
    assert!(matches!(store.ping().await, Err(StoreError::Unavailable(_))));
    database.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pool_tells_how_it_is_used() {
    let database = Database::migrated().await;
    let store = PgStore::connect(&PgOptions { max_connections: 7, ..database.options() }).await.unwrap();
    store.ping().await.unwrap();
    let stats = store.pool_stats();
    assert_eq!(stats.max, 7);
    assert!(stats.size >= 1 && stats.size <= 7 && stats.idle <= stats.size, "{stats:?}");
    store.close().await;
    database.drop().await;
}

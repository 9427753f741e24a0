//! A database of one test.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use ruche_store::{SharedStore, Store, conformance::Fixture};
use ruche_store_postgres::{PgOptions, PgStore};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A database with a name of its own on the test server.
pub struct Database {
    server: String,
    name: String,
    store: Option<Arc<PgStore>>,
}

impl Database {
    /// Empty, without tables.
    pub async fn empty() -> Self {
        let server = std::env::var("RUCHE_TEST_POSTGRES_URL").expect("no test server: run `cargo xtask test`");
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let database = Self { server, name: format!("ruche_it_{}_{number}", std::process::id()), store: None };
        // Process ids come again: an aborted run may have left one behind.
        database.on_server(&format!("drop database if exists {} with (force)", database.name)).await;
        database.on_server(&format!("create database {}", database.name)).await;
        database
    }

    /// With the current schema.
    pub async fn migrated() -> Self {
        let database = Self::empty().await;
        PgStore::migrate(&database.url()).await.expect("migrations");
        database
    }

    /// With the current schema and a store.
    pub async fn with_store() -> Self {
        let mut database = Self::migrated().await;
        database.store = Some(Arc::new(database.connect().await));
        database
    }

    /// One more store, as another process would have it.
    pub async fn connect(&self) -> PgStore {
        PgStore::connect(&self.options()).await.expect("a store")
    }

    pub fn options(&self) -> PgOptions {
        PgOptions { acquire_timeout: Duration::from_secs(30), ..PgOptions::new(self.url()) }
    }

    pub fn url(&self) -> String {
        let mut url = url_parts(&self.server);
        url.1 = self.name.clone();
        format!("{}/{}{}", url.0, url.1, url.2)
    }

    /// A plain connection, for looking behind the store.
    pub async fn connection(&self) -> PgConnection {
        PgConnection::connect(&self.url()).await.expect("a connection")
    }

    pub async fn drop(self) {
        if let Some(store) = &self.store {
            store.close().await;
        }
        self.on_server(&format!("drop database {} with (force)", self.name)).await;
    }

    async fn on_server(&self, sql: &str) {
        let mut connection = PgConnection::connect(&self.server).await.expect("the test server");
        connection.execute(AssertSqlSafe(sql)).await.expect("an administrator's statement");
        connection.close().await.expect("a goodbye");
    }
}

/// Server with user and port, database, parameters.
fn url_parts(url: &str) -> (String, String, String) {
    let (base, parameters) = url.split_once('?').map_or((url, String::new()), |(base, rest)| (base, format!("?{rest}")));
    let after_scheme = base.find("://").expect("a URL") + 3;
    match base[after_scheme..].split_once('/') {
        Some((authority, name)) => (format!("{}{authority}", &base[..after_scheme]), name.to_owned(), parameters),
        None => (base.to_owned(), String::new(), parameters),
    }
}

impl Fixture for Database {
    fn store(&self) -> SharedStore {
        self.store.clone().expect("made by `with_store`")
    }

    async fn sibling(&self) -> Option<SharedStore> {
        Some(Arc::new(self.connect().await))
    }

    async fn discard(self) {
        self.drop().await;
    }
}

//! The suite every store passes.

use std::{path::PathBuf, sync::Arc};

use ruche_store::{SharedStore, conformance::Fixture};
use ruche_store_sqlite::SqliteStore;
use tempfile::TempDir;

/// A file of its own.
struct File {
    path: PathBuf,
    store: SharedStore,
    _directory: TempDir,
}

impl Fixture for File {
    fn store(&self) -> SharedStore {
        self.store.clone()
    }

    async fn sibling(&self) -> Option<SharedStore> {
        let store = SqliteStore::open(&self.path).await.expect("the file opens twice");
        Some(Arc::new(store))
    }

    async fn discard(self) {
        self.store.close().await;
    }
}

async fn file() -> File {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("ruche.db");
    SqliteStore::migrate(&path).await.expect("a migrated file");
    let store = Arc::new(SqliteStore::open(&path).await.expect("an open file"));
    File { path, store, _directory: directory }
}

ruche_store::conformance_suite!(file());

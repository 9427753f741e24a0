//! For tests of tasks with artifacts: a running attempt, a database, and an object store.

use std::sync::Arc;

use chrono::TimeDelta;
use futures::StreamExt;
use ruche_artifacts::{Depot, Limits, Place};
use ruche_domain::{
    ArtifactId, Clock, FileName, MediaType, NewTask, Priority, QueueName, RawJson, SystemClock, TaskOptions, WorkerName,
};
use ruche_store::{ArtifactView, Artifacts, ClaimRequest, Enqueue, EnqueueRequest, Lease, SharedStore};
use ruche_store_sqlite::SqliteStore;
use tempfile::TempDir;

use crate::{TaskContext, TestContext};

/// A running attempt with what it needs.
pub struct Workbench {
    pub test: TestContext,
    pub depot: Depot,
    store: SqliteStore,
    _directory: TempDir,
}

impl Workbench {
    pub async fn new() -> Self {
        Self::within(Limits::default()).await
    }

    pub async fn within(limits: Limits) -> Self {
        let (store, directory) = (SqliteStore::temporary().await.unwrap(), tempfile::tempdir().unwrap());
        let objects = Place::Directory(directory.path().join("artifacts")).open(&SystemClock).await.unwrap();
        let depot = Depot::new(objects, limits, Arc::new(store.clone()) as SharedStore, Arc::new(SystemClock));
        let test = TaskContext::for_tests().with(depot.clone());
        begin(&store, &test).await;
        Self { test, depot, store, _directory: directory }
    }

    /// Uploads a file.
    pub async fn upload(&self, name: &str, bytes: impl Into<bytes::Bytes>) -> ArtifactId {
        let mut writer = self.depot.create(None, FileName::new(name).unwrap(), MediaType::unknown()).await.unwrap();
        writer.write(bytes.into()).await.unwrap();
        writer.finish().await.unwrap().id
    }

    pub async fn facts(&self, id: impl Into<ArtifactId>) -> ArtifactView {
        self.depot.facts(id.into()).await.unwrap()
    }

    /// A file's bytes.
    pub async fn read(&self, id: impl Into<ArtifactId>) -> Vec<u8> {
        let facts = self.facts(id).await;
        let mut reader = self.depot.read(&facts, 0..facts.size).await.unwrap();
        let mut all = Vec::new();
        while let Some(piece) = reader.next().await {
            all.extend_from_slice(&piece.unwrap());
        }
        all
    }

    /// What the attempt has made.
    pub async fn made(&self) -> Vec<ArtifactView> {
        self.store.artifacts(Some(self.test.id()), None, 100).await.unwrap().rows
    }
}

/// Makes the context's task one that runs.
async fn begin(store: &SqliteStore, test: &TestContext) {
    let now = SystemClock.now();
    let task = NewTask {
        id: test.id(),
        name: test.name().clone(),
        queue: QueueName::default_queue(),
        priority: Priority::default(),
        args: RawJson::empty_array(),
        kwargs: RawJson::empty_object(),
        max_attempts: test.max_attempts(),
        created_at: now,
        eta: None,
        expires_at: None,
        options: TaskOptions::default(),
    };
    store.enqueue(&[EnqueueRequest { tasks: vec![task], idempotency: None }], now).await.unwrap();
    let (worker, request) = (WorkerName::new("ruche@test").unwrap(), ClaimRequest { id: test.id(), foreign: None });
    let claimed = store.claim(&worker, vec![request], now, now + TimeDelta::hours(1)).await.unwrap();
    assert_eq!(claimed[0].attempt, test.attempt());
}

//! A depot whose object store and database fail when told to.

use std::{
    ops::Range,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use async_trait::async_trait;
use bytes::Bytes;
use futures::{StreamExt, stream::BoxStream};
use ruche_artifacts::{ArtifactError, Depot, Limits, ObjectError, Objects, Place, Upload};
use ruche_domain::{ArtifactId, FileName, ManualClock, MediaType, Timestamp};
use ruche_store::{ArtifactView, SharedStore};
use ruche_store_sqlite::SqliteStore;
use sqlx::{Connection, Executor, SqliteConnection};
use tempfile::TempDir;

/// Larger than one part.
pub const LARGE: usize = 20 * 1024 * 1024;

/// A depot and the way behind its back.
pub struct Stand {
    pub depot: Depot,
    pub store: SharedStore,
    pub clock: Arc<ManualClock>,
    /// Calls of the object store until one fails; negative for never.
    pub left: Arc<AtomicI64>,
    directory: TempDir,
}

impl Stand {
    pub async fn new() -> Self {
        Self::within(Limits::default()).await
    }

    pub async fn within(limits: Limits) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let place = Place::Directory(directory.path().join("artifacts"));
        Self::over(place, limits, directory).await
    }

    pub async fn over(place: Place, limits: Limits, directory: TempDir) -> Self {
        let file = directory.path().join("ruche.db");
        SqliteStore::migrate(&file).await.unwrap();
        let store: SharedStore = Arc::new(SqliteStore::open(&file).await.unwrap());
        let clock = Arc::new(ManualClock::new(Timestamp::from_timestamp_secs(1_800_000_000).unwrap(), 7));
        let objects = place.open(&*clock).await.unwrap();
        let left = Arc::new(AtomicI64::new(-1));
        let faulty = Arc::new(Faulty { objects, left: Arc::clone(&left) });
        let depot = Depot::new(faulty, limits, store.clone(), clock.clone());
        Self { depot, store, clock, left, directory }
    }

    /// Lets the object store fail once, after `calls` more calls.
    pub fn fail_after(&self, calls: i64) {
        self.left.store(calls, Ordering::SeqCst);
    }

    /// Runs a statement behind the store's back.
    pub async fn behind(&self, statement: &'static str) {
        let url = format!("sqlite:{}", self.directory.path().join("ruche.db").display());
        let mut connection = SqliteConnection::connect(&url).await.unwrap();
        connection.execute(statement).await.unwrap();
        connection.close().await.unwrap();
    }

    /// Rows, whatever their state.
    pub async fn rows(&self) -> i64 {
        let url = format!("sqlite:{}", self.directory.path().join("ruche.db").display());
        let mut connection = SqliteConnection::connect(&url).await.unwrap();
        let rows = sqlx::query_scalar("SELECT count(*) FROM artifacts").fetch_one(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        rows
    }

    /// Files in the object store, unfinished ones too.
    pub fn files(&self) -> usize {
        files(&self.directory.path().join("artifacts"))
    }

    pub async fn write(&self, name: &str, size: usize) -> Result<ArtifactView, ArtifactError> {
        let mut writer = self.depot.create(None, FileName::new(name).unwrap(), MediaType::unknown()).await?;
        for piece in content(size).chunks(1_000_003) {
            writer.write(Bytes::copy_from_slice(piece)).await?;
        }
        writer.finish().await
    }

    pub async fn read(&self, view: &ArtifactView, range: Range<u64>) -> Result<Vec<u8>, ArtifactError> {
        let mut reader = self.depot.read(view, range).await?;
        let mut all = Vec::new();
        while let Some(piece) = reader.next().await {
            all.extend_from_slice(&piece?);
        }
        Ok(all)
    }

    pub async fn is_seen(&self, id: ArtifactId) -> bool {
        self.store.artifact(id).await.unwrap().is_some()
    }
}

/// Bytes of which no part looks like another.
pub fn content(size: usize) -> Vec<u8> {
    (0..size).map(|n| u8::try_from((n ^ (n >> 8) ^ (n >> 16)) & 0xff).unwrap()).collect()
}

fn files(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { files(&path) } else { 1 }).sum()
}

#[derive(Debug)]
struct Faulty {
    objects: Arc<dyn Objects>,
    left: Arc<AtomicI64>,
}

fn call(left: &AtomicI64) -> Result<(), ObjectError> {
    if left.fetch_sub(1, Ordering::SeqCst) == 0 { Err(ObjectError::Failed("told to".into())) } else { Ok(()) }
}

#[async_trait]
impl Objects for Faulty {
    async fn put(&self, id: ArtifactId, bytes: Bytes) -> Result<(), ObjectError> {
        call(&self.left)?;
        self.objects.put(id, bytes).await
    }

    async fn begin(&self, id: ArtifactId) -> Result<Box<dyn Upload>, ObjectError> {
        call(&self.left)?;
        let upload = self.objects.begin(id).await?;
        Ok(Box::new(FaultyUpload { upload, left: Arc::clone(&self.left) }))
    }

    async fn read(
        &self,
        id: ArtifactId,
        range: Range<u64>,
    ) -> Result<BoxStream<'static, Result<Bytes, ObjectError>>, ObjectError> {
        call(&self.left)?;
        self.objects.read(id, range).await
    }

    async fn delete(&self, id: ArtifactId, upload: Option<&str>) -> Result<(), ObjectError> {
        call(&self.left)?;
        self.objects.delete(id, upload).await
    }
}

struct FaultyUpload {
    upload: Box<dyn Upload>,
    left: Arc<AtomicI64>,
}

#[async_trait]
impl Upload for FaultyUpload {
    fn name(&self) -> Option<&str> {
        self.upload.name()
    }

    async fn part(&mut self, bytes: Bytes) -> Result<(), ObjectError> {
        call(&self.left)?;
        self.upload.part(bytes).await
    }

    async fn complete(&mut self) -> Result<(), ObjectError> {
        call(&self.left)?;
        self.upload.complete().await
    }

    async fn abort(&mut self) -> Result<(), ObjectError> {
        call(&self.left)?;
        self.upload.abort().await
    }
}

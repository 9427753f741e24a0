//! Stores whose large objects are put together from parts under an upload's id: S3; and memory, for tests.

use std::{ops::Range, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use object_store::{
    ObjectStore, ObjectStoreExt,
    multipart::{MultipartStore, PartId},
    path::Path,
};
use ruche_domain::ArtifactId;

use super::{Objects, Pieces, Upload, local, path};
use crate::ObjectError;

/// Objects below a prefix. An upload that broke off is kept, and charged, by S3 until it is told to forget it: so its id is noted
/// before its first part is sent.
#[derive(Debug)]
pub(crate) struct PartObjects<S> {
    store: Arc<S>,
    prefix: Path,
}

impl<S> PartObjects<S> {
    pub(crate) fn new(store: S, prefix: Path) -> Self {
        Self { store: Arc::new(store), prefix }
    }
}

#[async_trait]
impl<S: ObjectStore + MultipartStore> Objects for PartObjects<S> {
    async fn put(&self, id: ArtifactId, bytes: Bytes) -> Result<(), ObjectError> {
        self.store.put(&path(&self.prefix, id), bytes.into()).await?;
        Ok(())
    }

    async fn begin(&self, id: ArtifactId) -> Result<Box<dyn Upload>, ObjectError> {
        let path = path(&self.prefix, id);
        let name = self.store.create_multipart(&path).await?;
        Ok(Box::new(PartUpload { store: Arc::clone(&self.store), path, name, parts: Vec::new() }))
    }

    async fn read(&self, id: ArtifactId, range: Range<u64>) -> Result<Pieces, ObjectError> {
        local::read(&*self.store, &path(&self.prefix, id), range).await
    }

    async fn delete(&self, id: ArtifactId, upload: Option<&str>) -> Result<(), ObjectError> {
        let path = path(&self.prefix, id);
        if let Some(upload) = upload {
            forget(&*self.store, &path, upload).await?;
        }
        local::delete(&*self.store, &path).await
    }
}

/// An upload that is complete or forgotten already is not found.
async fn forget<S: MultipartStore>(store: &S, path: &Path, upload: &str) -> Result<(), ObjectError> {
    match store.abort_multipart(path, &upload.to_owned()).await.map_err(ObjectError::from) {
        Err(ObjectError::NotFound(_)) => Ok(()),
        other => other,
    }
}

struct PartUpload<S> {
    store: Arc<S>,
    path: Path,
    name: String,
    parts: Vec<PartId>,
}

#[async_trait]
impl<S: ObjectStore + MultipartStore> Upload for PartUpload<S> {
    fn name(&self) -> Option<&str> {
        Some(&self.name)
    }

    async fn part(&mut self, bytes: Bytes) -> Result<(), ObjectError> {
        let part = self.store.put_part(&self.path, &self.name, self.parts.len(), bytes.into()).await?;
        self.parts.push(part);
        Ok(())
    }

    async fn complete(&mut self) -> Result<(), ObjectError> {
        self.store.complete_multipart(&self.path, &self.name, self.parts.clone()).await?;
        Ok(())
    }

    async fn abort(&mut self) -> Result<(), ObjectError> {
        forget(&*self.store, &self.path, &self.name).await
    }
}

//! A local directory.

use std::{ffi::OsStr, io, ops::Range, path::PathBuf};

use async_trait::async_trait;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use object_store::{GetOptions, GetRange, MultipartUpload, ObjectStore, ObjectStoreExt, local::LocalFileSystem, path::Path};
use ruche_domain::ArtifactId;

use super::{Objects, Pieces, Upload, path};
use crate::ObjectError;

/// Files below a directory. One that is being written has `#` and a number behind its name, until it is whole and synced.
#[derive(Debug)]
pub(crate) struct LocalObjects {
    files: LocalFileSystem,
    root: PathBuf,
}

impl LocalObjects {
    /// Makes the directory if need be.
    pub(crate) fn open(root: PathBuf) -> Result<Self, ObjectError> {
        std::fs::create_dir_all(&root).map_err(failed)?;
        let root = root.canonicalize().map_err(failed)?;
        let files = LocalFileSystem::new_with_prefix(&root)?.with_fsync(true);
        Ok(Self { files, root })
    }

    /// Files that writers left behind that died.
    async fn delete_unfinished(&self, id: ArtifactId) -> Result<(), ObjectError> {
        let file = self.root.join(path(&Path::default(), id).as_ref());
        let (Some(folder), Some(name)) = (file.parent(), file.file_name().and_then(OsStr::to_str)) else { return Ok(()) };
        let begun = format!("{name}#");
        let mut entries = match tokio::fs::read_dir(folder).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries.map_err(failed)?,
        };
        while let Some(entry) = entries.next_entry().await.map_err(failed)? {
            if entry.file_name().to_str().is_some_and(|name| name.starts_with(&begun)) {
                match tokio::fs::remove_file(entry.path()).await {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
                    _ => {}
                }
            }
        }
        Ok(())
    }
}

fn failed(error: io::Error) -> ObjectError {
    ObjectError::Failed(Box::new(error))
}

#[async_trait]
impl Objects for LocalObjects {
    async fn put(&self, id: ArtifactId, bytes: Bytes) -> Result<(), ObjectError> {
        self.files.put(&path(&Path::default(), id), bytes.into()).await?;
        Ok(())
    }

    async fn begin(&self, id: ArtifactId) -> Result<Box<dyn Upload>, ObjectError> {
        Ok(Box::new(LocalUpload(self.files.put_multipart(&path(&Path::default(), id)).await?)))
    }

    async fn read(&self, id: ArtifactId, range: Range<u64>) -> Result<Pieces, ObjectError> {
        read(&self.files, &path(&Path::default(), id), range).await
    }

    async fn delete(&self, id: ArtifactId, _upload: Option<&str>) -> Result<(), ObjectError> {
        delete(&self.files, &path(&Path::default(), id)).await?;
        self.delete_unfinished(id).await
    }
}

struct LocalUpload(Box<dyn MultipartUpload>);

#[async_trait]
impl Upload for LocalUpload {
    fn name(&self) -> Option<&str> {
        None
    }

    async fn part(&mut self, bytes: Bytes) -> Result<(), ObjectError> {
        Ok(self.0.put_part(bytes.into()).await?)
    }

    async fn complete(&mut self) -> Result<(), ObjectError> {
        self.0.complete().await?;
        Ok(())
    }

    async fn abort(&mut self) -> Result<(), ObjectError> {
        Ok(self.0.abort().await?)
    }
}

/// Bytes of an object of any store.
pub(super) async fn read(store: &dyn ObjectStore, path: &Path, range: Range<u64>) -> Result<Pieces, ObjectError> {
    let options = GetOptions { range: Some(GetRange::Bounded(range)), ..GetOptions::default() };
    let found = store.get_opts(path, options).await?;
    Ok(found.into_stream().map_err(ObjectError::from).boxed())
}

/// Deletes an object of any store; one that there is not is deleted already.
pub(super) async fn delete(store: &dyn ObjectStore, path: &Path) -> Result<(), ObjectError> {
    match store.delete(path).await.map_err(ObjectError::from) {
        Err(ObjectError::NotFound(_)) => Ok(()),
        other => other,
    }
}

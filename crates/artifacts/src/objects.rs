//! Where bytes are: the little that is asked of an object store.

mod local;
mod nowhere;
mod parts;

use std::{fmt::Debug, ops::Range, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use object_store::path::Path;
use ruche_domain::ArtifactId;

pub(crate) use local::LocalObjects;
use nowhere::Nowhere;
pub(crate) use parts::PartObjects;

use crate::ObjectError;

/// Bytes of an object, in pieces.
pub(crate) type Pieces = BoxStream<'static, Result<Bytes, ObjectError>>;

/// An object store. Objects are named by their artifact's id, never by what a stranger calls a file.
#[async_trait]
pub trait Objects: Debug + Send + Sync + 'static {
    /// Writes a small object at once; it is durable, and whole, when this returns.
    ///
    /// # Errors
    /// Any; then it may be there all the same.
    async fn put(&self, id: ArtifactId, bytes: Bytes) -> Result<(), ObjectError>;

    /// Begins to write a large object.
    ///
    /// # Errors
    /// Any.
    async fn begin(&self, id: ArtifactId) -> Result<Box<dyn Upload>, ObjectError>;

    /// Bytes of an object; `range` is within it.
    ///
    /// # Errors
    /// Any; also while reading.
    async fn read(&self, id: ArtifactId, range: Range<u64>) -> Result<Pieces, ObjectError>;

    /// Deletes an object, and what an unfinished upload of this name left of it. Where there is nothing, nothing is to be done.
    ///
    /// # Errors
    /// Any; then something may be left.
    async fn delete(&self, id: ArtifactId, upload: Option<&str>) -> Result<(), ObjectError>;
}

/// An object store for a process that has no place for artifacts: it refuses everything and says so. The rest of the process works.
#[must_use]
pub fn nowhere() -> Arc<dyn Objects> {
    Arc::new(Nowhere)
}

/// A large object that is being written.
#[async_trait]
pub trait Upload: Send {
    /// What the object store calls the upload, where it has to be told to forget one that broke off.
    fn name(&self) -> Option<&str>;

    /// Writes the next part. All but the last have the same size, 8 MiB.
    ///
    /// # Errors
    /// Any; then the upload is of no use any more.
    async fn part(&mut self, bytes: Bytes) -> Result<(), ObjectError>;

    /// Makes the parts one object; it is durable when this returns.
    ///
    /// # Errors
    /// Any; then it may be there all the same.
    async fn complete(&mut self) -> Result<(), ObjectError>;

    /// Forgets the parts.
    ///
    /// # Errors
    /// Any; then something may be left.
    async fn abort(&mut self) -> Result<(), ObjectError>;
}

/// Size of a part, in bytes, and of what is held in memory of each artifact that is being written. S3 takes 10,000 parts.
pub(crate) const PART: usize = 8 * 1024 * 1024;

/// Where the object is. The last digits of an id are random: they spread a directory over 256.
fn path(prefix: &Path, id: ArtifactId) -> Path {
    let text = id.to_string();
    Path::from_iter(prefix.parts().chain([text[34..].into(), text.as_str().into()]))
}

//! No place at all, where none was named and the usual one cannot be written.

use std::ops::Range;

use async_trait::async_trait;
use bytes::Bytes;
use ruche_domain::ArtifactId;

use super::{Objects, Pieces, Upload};
use crate::ObjectError;

/// An object store that refuses everything, and says what to do.
#[derive(Debug)]
pub(crate) struct Nowhere;

#[derive(Debug, thiserror::Error)]
#[error("there is no place for artifacts that this process can write (artifacts.location)")]
struct NoPlace;

fn refused<T>() -> Result<T, ObjectError> {
    Err(ObjectError::Failed(Box::new(NoPlace)))
}

#[async_trait]
impl Objects for Nowhere {
    async fn put(&self, _id: ArtifactId, _bytes: Bytes) -> Result<(), ObjectError> {
        refused()
    }

    async fn begin(&self, _id: ArtifactId) -> Result<Box<dyn Upload>, ObjectError> {
        refused()
    }

    async fn read(&self, _id: ArtifactId, _range: Range<u64>) -> Result<Pieces, ObjectError> {
        refused()
    }

    async fn delete(&self, _id: ArtifactId, _upload: Option<&str>) -> Result<(), ObjectError> {
        refused()
    }
}

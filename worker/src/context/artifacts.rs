//! Files that a task takes in and streams out.

use std::sync::Arc;

use bytes::Bytes;
use futures::{Stream, StreamExt};
use ruche_artifacts::{ArtifactError, Depot, ObjectError, Reader, Writer};
use ruche_domain::{ArtifactId, FileName, MediaType};
use ruche_store::{ArtifactView, AttemptRef};
use tokio::io::AsyncRead;
use tokio_util::io::StreamReader;

use super::{Attempt, TaskContext};
use crate::TaskError;

/// The artifacts that an attempt reads and writes; see [`TaskContext::artifacts`].
pub struct TaskArtifacts<'a> {
    attempt: &'a Attempt,
    depot: Option<Arc<Depot>>,
}

/// An artifact that is being read.
pub struct Input {
    facts: ArtifactView,
    reader: Reader,
}

/// An artifact that is being written. Nobody sees it before [`Output::finish`]; dropped before, it is aborted.
pub struct Output(Writer);

impl TaskContext {
    /// Files: opens inputs by their ids, creates outputs that belong to this task and attempt.
    ///
    /// Outputs of an attempt that fails, is cancelled or loses its lease before it has finished them are aborted. One that is
    /// finished is kept whatever becomes of the attempt; a later attempt's of the same name takes its place.
    #[must_use]
    pub fn artifacts(&self) -> TaskArtifacts<'_> {
        let any = self.inner.resources.get(&std::any::TypeId::of::<Depot>()).cloned();
        TaskArtifacts { attempt: &self.inner, depot: any.and_then(|any| any.downcast().ok()) }
    }
}

impl TaskArtifacts<'_> {
    /// Opens an artifact, of whatever task or an upload.
    ///
    /// # Errors
    /// For good when there is none; to be retried when database or object store do not answer.
    pub async fn open(&self, id: ArtifactId) -> Result<Input, TaskError> {
        let depot = self.depot()?;
        let facts = depot.facts(id).await?;
        let reader = depot.read(&facts, 0..facts.size).await?;
        Ok(Input { facts, reader })
    }

    /// Begins an output.
    ///
    /// # Errors
    /// When the attempt runs no more, or database or object store do not answer.
    pub async fn create(&self, name: FileName, content_type: MediaType) -> Result<Output, TaskError> {
        let owner = AttemptRef { id: self.attempt.id, attempt: self.attempt.attempt };
        Ok(Output(self.depot()?.create(Some(owner), name, content_type).await?))
    }

    fn depot(&self) -> Result<&Depot, TaskError> {
        let missing = || TaskError::fail("this worker was started without a place for artifacts").kind("not_configured");
        self.depot.as_deref().ok_or_else(missing)
    }
}

impl Input {
    /// What is known of it.
    #[must_use]
    pub fn facts(&self) -> &ArtifactView {
        &self.facts
    }

    /// Bytes in all.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.facts.size
    }

    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// When the object store fails; to be retried.
    pub async fn next(&mut self) -> Option<Result<Bytes, TaskError>> {
        self.reader.next().await.map(|piece| piece.map_err(|error| ArtifactError::from(error).into()))
    }

    /// Its bytes as a stream.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes, ObjectError>> + Send + Unpin + 'static {
        self.reader
    }

    /// Its bytes to read from.
    #[must_use]
    pub fn into_reader(self) -> impl AsyncRead + Send + Unpin + 'static {
        StreamReader::new(self.reader.map(|piece| piece.map_err(std::io::Error::other)))
    }

    /// All of it at once.
    ///
    /// # Errors
    /// For good when it has more than `most` bytes; to be retried when the object store fails.
    pub async fn read_all(mut self, most: u64) -> Result<Vec<u8>, TaskError> {
        if self.size() > most {
            let text = format!("the artifact has {} bytes, this task takes at most {most}", self.size());
            return Err(TaskError::fail(text).kind("input_too_large"));
        }
        let mut all = Vec::with_capacity(usize::try_from(self.size()).unwrap_or_default());
        while let Some(piece) = self.next().await {
            all.extend_from_slice(&piece?);
        }
        Ok(all)
    }
}

impl Output {
    /// Bytes written so far.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.0.size()
    }

    /// Writes the next bytes.
    ///
    /// # Errors
    /// For good when it becomes larger than it may; to be retried when database or object store fail.
    pub async fn write(&mut self, bytes: impl Into<Bytes>) -> Result<(), TaskError> {
        Ok(self.0.write(bytes.into()).await?)
    }

    /// Makes it whole: from now on everybody sees it, and what this task had under the same name is gone.
    ///
    /// # Errors
    /// As [`Self::write`], and when the attempt is over.
    pub async fn finish(self) -> Result<ArtifactView, TaskError> {
        Ok(self.0.finish().await?)
    }

    /// Gives it up.
    pub async fn abort(self) {
        self.0.abort().await;
    }
}

impl From<ArtifactError> for TaskError {
    fn from(error: ArtifactError) -> Self {
        let kind = match &error {
            ArtifactError::NotFound(_) => "artifact_not_found",
            ArtifactError::Missing(_) => "artifact_missing",
            ArtifactError::TooLarge(_) | ArtifactError::TaskFull(..) => "artifact_too_large",
            ArtifactError::Lost => "artifact_lost",
            ArtifactError::Store(_) | ArtifactError::Objects(_) => "artifact_store",
        };
        // What is missing may be on its way back; what was given up is another attempt's to write.
        let again = error.is_transient() || matches!(error, ArtifactError::Missing(_) | ArtifactError::Lost);
        let decided = if again { Self::retry(&error) } else { Self::fail(&error) };
        decided.kind(kind)
    }
}

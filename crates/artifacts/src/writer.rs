//! Writing.

use std::{mem, time::Duration};

use bytes::{Bytes, BytesMut};
use chrono::TimeDelta;
use ruche_domain::{ArtifactId, FileName};
use ruche_store::{ArtifactView, CompleteArtifact, Completed, NewArtifact, StoreError};
use sha2::{Digest, Sha256};
use tokio::task::AbortHandle;

use crate::{ArtifactError, Depot, Upload, depot::stale_at, objects::PART};

/// How often the row says that somebody is still writing: several times before it counts as left behind.
const RENEWED: Duration = Duration::from_secs(10 * 60);

/// Pauses before the database is told again that an artifact is complete: by then its bytes have long been on their way.
const PAUSES: [Duration; 3] = [Duration::from_millis(100), Duration::from_millis(500), Duration::from_secs(2)];

/// An artifact that is being written. Dropped before it is finished, it is aborted; holds at most 8 MiB of it in memory.
pub struct Writer {
    /// `None` once it is finished or aborted.
    begun: Option<Begun>,
    /// Says that somebody is still writing.
    renewal: AbortHandle,
}

struct Begun {
    depot: Depot,
    new: NewArtifact,
    buffer: BytesMut,
    upload: Option<Box<dyn Upload>>,
    digest: Sha256,
    size: u64,
}

impl Writer {
    pub(crate) fn new(depot: Depot, new: NewArtifact) -> Self {
        let renewal = tokio::spawn(renew(depot.clone(), new.id)).abort_handle();
        let begun = Begun { depot, new, buffer: BytesMut::new(), upload: None, digest: Sha256::new(), size: 0 };
        Self { begun: Some(begun), renewal }
    }

    /// Its id, under which nobody finds it yet.
    #[must_use]
    pub fn id(&self) -> ArtifactId {
        self.begun().new.id
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &FileName {
        &self.begun().new.name
    }

    /// Bytes written so far.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.begun().size
    }

    /// Writes the next bytes.
    ///
    /// # Errors
    /// [`ArtifactError::TooLarge`] when it becomes larger than an artifact, or all of a task's, may be; any other. After an error it
    /// can only be dropped.
    pub async fn write(&mut self, mut bytes: Bytes) -> Result<(), ArtifactError> {
        let begun = self.begun.as_mut().expect("a writer is used until it is finished");
        begun.admit(bytes.len())?;
        begun.digest.update(&bytes);
        begun.depot.inner.metrics.written.inc_by(bytes.len() as u64);
        while begun.buffer.len() + bytes.len() > PART {
            let fits = bytes.split_to(PART - begun.buffer.len());
            begun.buffer.extend_from_slice(&fits);
            begun.send_part().await?;
        }
        begun.buffer.extend_from_slice(&bytes);
        Ok(())
    }

    /// Completes the object, then commits the row: from then on everybody sees it.
    ///
    /// # Errors
    /// [`ArtifactError::TaskFull`], [`ArtifactError::Lost`], any other; then it is aborted. Only when the database goes away while
    /// it is told, the artifact may be there all the same.
    pub async fn finish(mut self) -> Result<ArtifactView, ArtifactError> {
        let begun = self.begun.as_mut().expect("a writer is used until it is finished");
        begun.send_rest().await?;
        // From here on the bytes are not to be deleted unless the database says that they are nobody's.
        let mut begun = self.begun.take().expect("it was there a moment ago");
        let result = begun.commit().await;
        if let Err(ArtifactError::TaskFull(..) | ArtifactError::Lost) = result {
            begun.discard().await;
        }
        result
    }

    /// Gives it up.
    pub async fn abort(mut self) {
        if let Some(begun) = self.begun.take() {
            begun.discard().await;
        }
    }

    fn begun(&self) -> &Begun {
        self.begun.as_ref().expect("a writer is used until it is finished")
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.renewal.abort();
        if let Some(begun) = self.begun.take() {
            // Without a runtime the process is about to end: what is left behind is swept.
            if let Ok(runtime) = tokio::runtime::Handle::try_current() {
                runtime.spawn(begun.discard());
            }
        }
    }
}

impl Begun {
    fn admit(&mut self, more: usize) -> Result<(), ArtifactError> {
        let limits = self.depot.inner.limits;
        self.size = self.size.saturating_add(more as u64);
        if self.size > limits.bytes {
            return Err(ArtifactError::TooLarge(limits.bytes));
        }
        if self.new.owner.is_some() && self.size > limits.task.bytes {
            return Err(ArtifactError::TaskFull(limits.task.bytes, limits.task.artifacts));
        }
        Ok(())
    }

    async fn send_part(&mut self) -> Result<(), ArtifactError> {
        let part = mem::take(&mut self.buffer).freeze();
        let upload = match &mut self.upload {
            Some(upload) => upload,
            None => {
                let upload = self.depot.inner.objects.begin(self.new.id).await?;
                let upload = self.upload.insert(upload);
                if upload.name().is_some() {
                    renewed(&self.depot, self.new.id, upload.name()).await?;
                }
                upload
            }
        };
        Ok(upload.part(part).await?)
    }

    /// Sends what is left, and makes it one object. Before, the row is asked whether somebody still counts on it: a sweeper that has
    /// given it up would delete bytes that are not there yet.
    async fn send_rest(&mut self) -> Result<(), ArtifactError> {
        renewed(&self.depot, self.new.id, None).await?;
        if self.upload.is_none() {
            let bytes = mem::take(&mut self.buffer).freeze();
            return Ok(self.depot.inner.objects.put(self.new.id, bytes).await?);
        }
        if !self.buffer.is_empty() {
            self.send_part().await?;
        }
        match &mut self.upload {
            Some(upload) => Ok(upload.complete().await?),
            None => Ok(()),
        }
    }

    async fn commit(&mut self) -> Result<ArtifactView, ArtifactError> {
        let inner = &self.depot.inner;
        let now = inner.clock.now();
        let retention = TimeDelta::from_std(inner.limits.retention).unwrap_or(TimeDelta::MAX);
        let complete = CompleteArtifact {
            new: self.new.clone(),
            size: self.size,
            sha256: self.digest.clone().finalize().into(),
            completed_at: now,
            expires_at: now.checked_add_signed(retention).unwrap_or(now),
            allowance: inner.limits.task,
        };
        let mut answer = inner.store.complete_artifact(&complete).await;
        for pause in PAUSES {
            if !answer.as_ref().is_err_and(StoreError::is_transient) {
                break;
            }
            tokio::time::sleep(pause).await;
            // Whether or not the database did it before it went away, this says it once more.
            answer = inner.store.complete_artifact(&complete).await;
        }
        match answer? {
            Completed::Kept(view) => Ok(view),
            Completed::Lost => Err(ArtifactError::Lost),
            Completed::TaskFull => Err(ArtifactError::TaskFull(inner.limits.task.bytes, inner.limits.task.artifacts)),
        }
    }

    /// Deletes the bytes, then the row. What fails here is done by the sweeper.
    async fn discard(self) {
        let Self { depot, new, upload, .. } = self;
        let mut name = None;
        if let Some(mut upload) = upload
            && upload.abort().await.is_err()
        {
            // It may be complete already, or the object store is away, which the deletion tells.
            name = upload.name().map(ToOwned::to_owned);
        }
        let deleted = depot.inner.objects.delete(new.id, name.as_deref()).await;
        let forgotten = match deleted {
            Ok(()) => depot.inner.store.abandon_artifact(new.id).await.map_err(ArtifactError::from),
            Err(error) => Err(error.into()),
        };
        if let Err(error) = forgotten {
            tracing::debug!(artifact = %new.id, error = &error as &dyn std::error::Error, "an artifact is left to the sweeper");
        }
    }
}

/// Says that the artifact is still being written.
async fn renewed(depot: &Depot, id: ArtifactId, upload: Option<&str>) -> Result<(), ArtifactError> {
    let stale_at = stale_at(depot.inner.clock.now());
    if depot.inner.store.renew_artifact(id, upload, stale_at).await? { Ok(()) } else { Err(ArtifactError::Lost) }
}

/// Says so now and then, however long its writer takes between two pieces. An error is told by the next write.
async fn renew(depot: Depot, id: ArtifactId) {
    loop {
        tokio::time::sleep(RENEWED).await;
        if matches!(renewed(&depot, id, None).await, Err(ArtifactError::Lost)) {
            return;
        }
    }
}

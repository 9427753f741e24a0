//! Both halves together: bytes and facts.

use std::{fmt, sync::Arc, time::Duration};

use chrono::TimeDelta;
use prometheus::Registry;
use ruche_domain::{ArtifactId, Clock, FileName, MediaType, Timestamp, artifact::completion::TaskAllowance};
use ruche_store::{ArtifactView, AttemptRef, NewArtifact, SharedStore};

use crate::{ArtifactError, Objects, Writer, metrics::Metrics};

/// How much may be kept, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest artifact, in bytes.
    pub bytes: u64,
    /// What one task may keep.
    pub task: TaskAllowance,
    /// How long an artifact is kept, from when it is complete.
    pub retention: Duration,
}

impl Limits {
    /// Most artifacts of one task.
    pub const TASK_ARTIFACTS: u32 = 1_000;
}

impl Default for Limits {
    /// 1 GiB, 4 GiB and 1,000 artifacts per task, 7 days.
    fn default() -> Self {
        let task = TaskAllowance { bytes: 4 * 1024 * 1024 * 1024, artifacts: Self::TASK_ARTIFACTS };
        Self { bytes: 1024 * 1024 * 1024, task, retention: Duration::from_secs(7 * 86_400) }
    }
}

/// Where artifacts are written and read. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct Depot {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) objects: Arc<dyn Objects>,
    pub(crate) limits: Limits,
    pub(crate) store: SharedStore,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) metrics: Metrics,
}

impl fmt::Debug for Depot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Depot").field("limits", &self.inner.limits).finish_non_exhaustive()
    }
}

impl Depot {
    /// Artifacts with these bytes and facts.
    #[must_use]
    pub fn new(objects: Arc<dyn Objects>, limits: Limits, store: SharedStore, clock: Arc<dyn Clock>) -> Self {
        Self { inner: Arc::new(Inner { objects, limits, store, clock, metrics: Metrics::new() }) }
    }

    /// Shows the metrics. Once per process, where API and worker share it.
    ///
    /// # Errors
    /// When the registry has metrics of these names already.
    pub fn register(&self, registry: &Registry) -> Result<(), prometheus::Error> {
        self.inner.metrics.register(registry)
    }

    /// The limits.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.inner.limits
    }

    /// Facts of a whole artifact.
    ///
    /// # Errors
    /// [`ArtifactError::NotFound`] when there is none, among others.
    pub async fn facts(&self, id: ArtifactId) -> Result<ArtifactView, ArtifactError> {
        self.inner.store.artifact(id).await?.ok_or(ArtifactError::NotFound(id))
    }

    /// Begins an artifact: an attempt's, or without `owner` an upload. Nobody sees it before [`Writer::finish`] has returned.
    ///
    /// # Errors
    /// [`ArtifactError::Lost`] when the attempt runs no more, among others.
    pub async fn create(
        &self,
        owner: Option<AttemptRef>,
        name: FileName,
        content_type: MediaType,
    ) -> Result<Writer, ArtifactError> {
        let now = self.inner.clock.now();
        let id = ArtifactId::from(self.inner.clock.new_task_id().as_uuid());
        let new = NewArtifact { id, owner, name, content_type, created_at: now, stale_at: stale_at(now) };
        if !self.inner.store.begin_artifact(&new).await? {
            return Err(ArtifactError::Lost);
        }
        Ok(Writer::new(self.clone(), new))
    }
}

/// What nobody has renewed for so long was left behind by a writer that died.
pub(crate) fn stale_at(now: Timestamp) -> Timestamp {
    now + TimeDelta::hours(1)
}

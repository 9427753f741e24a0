//! What an attempt knows of itself and can say.

mod artifacts;
#[cfg(any(test, feature = "test-support"))]
mod for_tests;

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    sync::Arc,
    time::Duration,
};

use ruche_domain::{Clock, LogLevel, Progress, TaskId, TaskName, Timestamp, TraceContext};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

pub use artifacts::{Input, Output, TaskArtifacts};
#[cfg(any(test, feature = "test-support"))]
pub use for_tests::TestContext;

/// Where an attempt's progress and log lines go. Never waits: what cannot be taken is dropped and counted.
pub trait Reports: Send + Sync {
    /// Takes the latest progress.
    fn progress(&self, progress: Progress);
    /// Takes a log line.
    fn log(&self, level: LogLevel, message: String);
}

/// One attempt, as seen by the task's code. Cheap to clone.
#[derive(Clone)]
pub struct TaskContext {
    pub(crate) inner: Arc<Attempt>,
}

/// Everything behind a [`TaskContext`].
pub(crate) struct Attempt {
    pub(crate) id: TaskId,
    pub(crate) name: TaskName,
    pub(crate) attempt: u32,
    pub(crate) max_attempts: u32,
    pub(crate) created_at: Timestamp,
    pub(crate) deadline: Option<Instant>,
    pub(crate) cancelled: CancellationToken,
    pub(crate) trace: Option<TraceContext>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) reports: Arc<dyn Reports>,
    pub(crate) resources: Arc<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

impl TaskContext {
    /// The task's id; stable over attempts, so of use as an idempotency key elsewhere.
    #[must_use]
    pub fn id(&self) -> TaskId {
        self.inner.id
    }

    /// The task's name.
    #[must_use]
    pub fn name(&self) -> &TaskName {
        &self.inner.name
    }

    /// Number of this attempt, from 1.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.inner.attempt
    }

    /// Attempts allowed.
    #[must_use]
    pub fn max_attempts(&self) -> u32 {
        self.inner.max_attempts
    }

    /// When the task was accepted.
    #[must_use]
    pub fn created_at(&self) -> Timestamp {
        self.inner.created_at
    }

    /// The process's clock.
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        &*self.inner.clock
    }

    /// How long the attempt may still run; `None` if it has no limit.
    #[must_use]
    pub fn remaining(&self) -> Option<Duration> {
        self.inner.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// Whether the attempt should stop: it was cancelled, timed out, its lease was lost, or the worker shuts down.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.inner.cancelled.is_cancelled()
    }

    /// Waits until the attempt should stop.
    pub async fn cancelled(&self) {
        self.inner.cancelled.cancelled().await;
    }

    /// The attempt's span, to hand on as `traceparent`.
    #[must_use]
    pub fn trace(&self) -> Option<&TraceContext> {
        self.inner.trace.as_ref()
    }

    /// Reports `current` of `total` units done. Call it as often as you like: only the latest is kept, several times a second.
    pub fn progress(&self, current: u64, total: Option<u64>, message: impl Into<Option<String>>) {
        self.inner.reports.progress(Progress { current, total, message: message.into() });
    }

    /// Writes a line to the attempt's log.
    pub fn log(&self, level: LogLevel, message: impl Into<String>) {
        self.inner.reports.log(level, message.into());
    }

    /// Writes a line of level `info`.
    pub fn info(&self, message: impl Into<String>) {
        self.log(LogLevel::Info, message);
    }

    /// Writes a line of level `warn`.
    pub fn warn(&self, message: impl Into<String>) {
        self.log(LogLevel::Warn, message);
    }

    /// Something the worker was started with, e.g. an HTTP client; see [`crate::Registry::with`].
    ///
    /// # Panics
    /// When the worker was started without it: a mistake in the worker's `main`, not in the task's input.
    #[must_use]
    pub fn resource<T: Send + Sync + 'static>(&self) -> Arc<T> {
        let any = self.inner.resources.get(&TypeId::of::<T>()).cloned();
        any.and_then(|any| any.downcast().ok())
            .unwrap_or_else(|| panic!("the registry was built without a {}", std::any::type_name::<T>()))
    }

    /// Runs blocking or CPU-bound work on the blocking pool. The work should look at [`Self::is_cancelled`] now and then.
    ///
    /// # Errors
    /// When the work panics.
    pub async fn blocking<T, F>(&self, work: F) -> Result<T, crate::TaskError>
    where
        T: Send + 'static,
        F: FnOnce(&Self) -> T + Send + 'static,
    {
        let context = self.clone();
        tokio::task::spawn_blocking(move || work(&context))
            .await
            .map_err(|_| crate::TaskError::retry("panicked").kind("panicked"))
    }
}

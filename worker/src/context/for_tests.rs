//! A context for tests of tasks, without engine, store or broker.

use std::{
    any::TypeId,
    collections::HashMap,
    ops::Deref,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use ruche_domain::{Clock, LogLevel, Progress, SystemClock, TaskName};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{Attempt, Reports, TaskContext};

/// A [`TaskContext`] that keeps what is reported and can be cancelled.
pub struct TestContext {
    context: TaskContext,
    reported: Arc<Reported>,
}

#[derive(Default)]
struct Reported {
    lines: Mutex<Vec<(LogLevel, String)>>,
    progress: Mutex<Option<Progress>>,
}

impl Reports for Reported {
    fn progress(&self, progress: Progress) {
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner) = Some(progress);
    }

    fn log(&self, level: LogLevel, message: String) {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).push((level, message));
    }
}

impl TaskContext {
    /// The first of five attempts of a new task, on the machine's clock, with a trace and no time limit.
    #[must_use]
    pub fn for_tests() -> TestContext {
        let reported = Arc::new(Reported::default());
        let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".parse().ok();
        let attempt = Attempt {
            id: SystemClock.new_task_id(),
            name: TaskName::new("test.task").expect("the name follows the rule"),
            attempt: 1,
            max_attempts: 5,
            created_at: SystemClock.now(),
            deadline: None,
            cancelled: CancellationToken::new(),
            trace,
            clock: Arc::new(SystemClock),
            reports: reported.clone(),
            resources: Arc::new(HashMap::new()),
        };
        TestContext { context: TaskContext { inner: Arc::new(attempt) }, reported }
    }
}

impl TestContext {
    /// Adds what the task looks up with [`TaskContext::resource`].
    #[must_use]
    pub fn with<T: Send + Sync + 'static>(mut self, resource: T) -> Self {
        Arc::make_mut(&mut self.attempt().resources).insert(TypeId::of::<T>(), Arc::new(resource));
        self
    }

    /// Limits how long the attempt may run.
    #[must_use]
    pub fn with_time_limit(mut self, limit: Duration) -> Self {
        self.attempt().deadline = Some(Instant::now() + limit);
        self
    }

    /// Asks the attempt to stop.
    pub fn cancel(&self) {
        self.context.inner.cancelled.cancel();
    }

    /// The log so far.
    #[must_use]
    pub fn lines(&self) -> Vec<(LogLevel, String)> {
        self.reported.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The latest progress.
    #[must_use]
    pub fn progress(&self) -> Option<Progress> {
        self.reported.progress.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn attempt(&mut self) -> &mut Attempt {
        Arc::get_mut(&mut self.context.inner).expect("the context is changed before it is cloned")
    }
}

impl Deref for TestContext {
    type Target = TaskContext;

    fn deref(&self) -> &TaskContext {
        &self.context
    }
}

//! Changes many tasks at once, as operators asked, in small transactions beside everything else. Whichever replica is free does
//! the next chunk; the database hands no chunk to two of them.

use std::time::Duration;

use async_trait::async_trait;
use ruche_domain::{NewTask, OperationAction};
use ruche_store::{Chunk, ChunkError, StoreError};

use super::{Duties, Duty};
use crate::{definitions::Definitions, metrics::Source};

/// Between looks while nothing is asked for.
const EVERY: Duration = Duration::from_millis(500);
/// Between chunks: leaves the database to the tasks that run.
const BREATH: Duration = Duration::from_millis(10);
/// Tasks per chunk. Its rows are locked while it lasts: some ten milliseconds.
const TASKS: u32 = 1_000;

/// See the module.
pub struct Operator {
    duties: Duties,
    definitions: Definitions,
}

impl Operator {
    /// The duty.
    #[must_use]
    pub fn new(duties: Duties) -> Self {
        Self { definitions: Definitions::new(duties.store.clone()), duties }
    }

    /// Publishes what the chunk left to publish, and says how the operation goes.
    async fn done(&self, chunk: Chunk) {
        let Chunk { operation, handover } = chunk;
        if operation.operation.action == OperationAction::Retry {
            self.count(&handover.tasks).await;
        }
        self.duties.publisher.hand_over(handover).await;
        let id = operation.operation.id;
        if operation.state.is_terminal() {
            let (action, changed, skipped) = (operation.operation.action.as_str(), operation.changed, operation.skipped);
            tracing::info!(operation = %id, action, changed, skipped, "an operation is done");
        }
    }

    /// Counts retried tasks as those retried by hand are. That must not stop the work: without the names, they are told as others.
    async fn count(&self, tasks: &[NewTask]) {
        let definitions = self.definitions.current().await.unwrap_or_default();
        for task in tasks {
            let registered = definitions.get(task.name.as_str()).is_some();
            self.duties.publisher.enqueued().count(task, registered, Source::Retry, 1);
        }
    }

    /// The same chunk would be refused again.
    async fn refused(&self, error: ChunkError) -> Result<(), StoreError> {
        let ChunkError { operation, source } = error;
        tracing::error!(%operation, error = &source as &dyn std::error::Error, "couldn't do a chunk of an operation; it ends here");
        self.duties.store.fail_operation(operation, &source.to_string(), self.duties.clock.now()).await
    }
}

#[async_trait]
impl Duty for Operator {
    fn name(&self) -> &'static str {
        "operator"
    }

    async fn round(&self) -> Result<Duration, StoreError> {
        match self.duties.store.work_on_operation(self.duties.clock.now(), TASKS).await? {
            Some(Ok(chunk)) => self.done(chunk).await,
            Some(Err(refused)) => self.refused(refused).await?,
            None if self.duties.store.fingerprint_failures(TASKS).await? == 0 => return Ok(EVERY),
            None => {}
        }
        Ok(BREATH)
    }
}

//! Changes many tasks at once, as operators asked, in small transactions beside everything else. Whichever replica is free does
//! the next chunk; the database hands no chunk to two of them.

use std::{
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use ruche_domain::{NewTask, OperationAction};
use ruche_store::{Chunk, ChunkError, StoreError};

use super::{Duties, Duty};
use crate::{definitions::Definitions, metrics::Source};

/// Between looks while nothing is asked for.
const EVERY: Duration = Duration::from_millis(500);
/// What a chunk may take: whoever waits for its rows, or for the processor, waits no longer than this.
const CHUNK: Duration = Duration::from_millis(5);
/// Tasks in the smallest chunk, and in the first.
const FEWEST: u32 = 50;
/// Tasks in the largest chunk.
const MOST: u32 = 1_000;
/// The shortest pause between chunks.
const BREATH: Duration = Duration::from_millis(2);

/// See the module.
pub struct Operator {
    duties: Duties,
    definitions: Definitions,
    /// Tasks of the next chunk.
    tasks: AtomicU32,
}

impl Operator {
    /// An operator that begins with small chunks.
    pub fn new(duties: Duties) -> Self {
        Self { definitions: Definitions::new(duties.store.clone()), duties, tasks: AtomicU32::new(FEWEST) }
    }

    /// One chunk, or one portion of fingerprints; whether there was anything to do.
    async fn work(&self, tasks: u32) -> Result<bool, StoreError> {
        let Duties { store, clock, .. } = &self.duties;
        match store.work_on_operation(clock.now(), tasks).await? {
            Some(Ok(chunk)) => self.done(chunk).await,
            Some(Err(refused)) => self.refused(refused).await?,
            None => return Ok(store.fingerprint_failures(tasks).await? > 0),
        }
        Ok(true)
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
        let (tasks, start) = (self.tasks.load(Relaxed), Instant::now());
        if !self.work(tasks).await? {
            return Ok(EVERY);
        }
        let took = start.elapsed();
        self.tasks.store(next_chunk(tasks, took), Relaxed);
        // Two thirds of the time belong to the tasks that run.
        Ok((took * 2).max(BREATH))
    }
}

/// How many tasks the next chunk has, when one of `tasks` took so long.
fn next_chunk(tasks: u32, took: Duration) -> u32 {
    let fits = CHUNK.as_secs_f64() / took.as_secs_f64().max(1e-6);
    // One slow chunk says little, and one that found few tasks nothing: no leaps.
    let next = f64::from(tasks) * fits.clamp(0.5, 1.5);
    (next as u32).clamp(FEWEST, MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_grow_while_they_are_quick_and_shrink_when_they_are_not() {
        let mut tasks = FEWEST;
        let grown = std::iter::repeat_with(|| {
            tasks = next_chunk(tasks, Duration::from_nanos(u64::from(tasks) * 12_500));
            tasks
        });
        assert_eq!(grown.take(10).last(), Some(400), "400 tasks take 5 ms");
        assert_eq!(next_chunk(1_000, Duration::ZERO), MOST);
        assert_eq!(next_chunk(400, Duration::from_secs(5)), 200);
        assert_eq!(next_chunk(FEWEST, Duration::from_secs(5)), FEWEST);
    }
}

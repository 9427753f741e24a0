//! Changes of many tasks at once, in chunks, beside the running system.

use async_trait::async_trait;
use ruche_domain::{OperationAction, OperationId, OperationState, SkippedTask, TaskId, Timestamp};

use crate::{CountedState, Handover, IdempotencyKey, Page, Position, StoreError, TaskFilter};

/// An operation as it is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOperation {
    /// Its id, which nothing has yet.
    pub id: OperationId,
    /// What is done.
    pub action: OperationAction,
    /// To which tasks; of these only those accepted at or before `created_at`.
    pub filter: TaskFilter,
    /// When it was accepted.
    pub created_at: Timestamp,
}

/// What became of a request for an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationAnswer {
    /// It is committed.
    Created,
    /// The same request was accepted before, for this operation. Nothing was stored.
    Replayed(OperationId),
    /// The key was used for another request. Nothing was stored.
    KeyReused,
    /// So many are open already ([`OPEN_OPERATIONS`]). Nothing was stored.
    TooMany,
}

/// Most operations that are open (`pending`, `running`) at once.
pub const OPEN_OPERATIONS: u32 = 100;

/// An operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationView {
    /// What was asked for.
    pub operation: NewOperation,
    /// Where it stands.
    pub state: OperationState,
    /// Tasks looked at so far.
    pub matched: u64,
    /// Of these, tasks changed.
    pub changed: u64,
    /// Of these, tasks not changed.
    pub skipped: u64,
    /// The first of those not changed, at most [`ruche_domain::SkipReason::SAMPLES`].
    pub samples: Vec<SkippedTask>,
    /// Why it failed.
    pub error: Option<String>,
    /// When its first chunk was done.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// What a request to stop an operation found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OperationStop {
    /// There is no such operation.
    NotFound,
    /// It is stopped.
    Stopped(Box<OperationView>),
    /// It had ended already, so.
    AlreadyEnded(OperationState),
}

/// A chunk that was done.
#[derive(Debug, Clone)]
pub struct Chunk {
    /// The operation, as it stands now.
    pub operation: OperationView,
    /// Tasks to publish: retried ones, and queued ones of another queue or priority now.
    pub handover: Handover,
}

/// A chunk could not be done: nothing of it was.
#[derive(Debug, thiserror::Error)]
#[error("a chunk of operation {operation} was refused")]
pub struct ChunkError {
    /// Whose chunk.
    pub operation: OperationId,
    /// Why.
    #[source]
    pub source: StoreError,
}

/// Changes of many tasks at once.
#[async_trait]
pub trait Operations: Send + Sync {
    /// Stores an operation as `pending`, durable when it returns.
    ///
    /// # Errors
    /// Any; then nothing was stored.
    async fn create_operation(
        &self,
        operation: &NewOperation,
        key: Option<&IdempotencyKey>,
    ) -> Result<OperationAnswer, StoreError>;

    /// One operation; `None` if there is no such operation.
    ///
    /// # Errors
    /// Any.
    async fn operation(&self, id: OperationId) -> Result<Option<OperationView>, StoreError>;

    /// One page of operations, newest first; `limit` rows at most.
    ///
    /// # Errors
    /// Any.
    async fn operations(&self, after: Option<Position>, limit: u32) -> Result<Page<OperationView>, StoreError>;

    /// How many tasks an operation would change if it was done now, by state, each counted up to `limit`; zeros left out.
    /// Counted from the indexes that lists use.
    ///
    /// # Errors
    /// Any.
    async fn preview_operation(
        &self,
        action: &OperationAction,
        filter: &TaskFilter,
        limit: u32,
    ) -> Result<Vec<CountedState>, StoreError>;

    /// Stops an operation: what was changed stays changed, no further chunk is begun. Waits for the chunk that is being done.
    ///
    /// # Errors
    /// Any; then nothing changed.
    async fn cancel_operation(&self, id: OperationId, now: Timestamp) -> Result<OperationStop, StoreError>;

    /// The open operation that has waited longest since its last chunk, does one chunk of at most `limit` tasks, newest tasks
    /// first; `None` when none is open, or other processes are at work on all of them.
    ///
    /// One transaction locks the operation's row, changes the tasks, notes those to be published, and saves how far it has
    /// come: so each task is handled once, by whichever process, and a process that dies leaves the operation as it was
    /// before the chunk. There is no lease to wait for.
    ///
    /// # Errors
    /// [`ChunkError`] with the operation when the chunk was refused; then nothing of it was done. Otherwise as any call.
    async fn work_on_operation(&self, now: Timestamp, limit: u32) -> Result<Option<Result<Chunk, ChunkError>>, StoreError>;

    /// Ends an open operation as `failed`; nothing if it has ended.
    ///
    /// # Errors
    /// Any; then nothing changed.
    async fn fail_operation(&self, id: OperationId, error: &str, now: Timestamp) -> Result<(), StoreError>;

    /// Deletes operations that ended before `before`, at most `limit`; how many.
    ///
    /// # Errors
    /// Any; then nothing was deleted.
    async fn forget_operations(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;
}

impl NewOperation {
    /// The states whose tasks the operation walks: those its action changes, as far as its filter lets them pass.
    #[must_use]
    pub fn states(&self) -> Vec<ruche_domain::TaskState> {
        walked(&self.action, &self.filter)
    }

    /// The filter, bounded by what was there when the operation was accepted.
    #[must_use]
    pub fn bounded_filter(&self) -> TaskFilter {
        // Times are kept in microseconds, and the bound is exclusive.
        let until = self.created_at + chrono::TimeDelta::microseconds(1);
        let before = self.filter.created_before.map_or(until, |before| before.min(until));
        TaskFilter { created_before: Some(before), ..self.filter.clone() }
    }
}

/// The states in which `action` changes tasks that pass `filter`.
#[must_use]
pub fn walked(action: &OperationAction, filter: &TaskFilter) -> Vec<ruche_domain::TaskState> {
    action.states().into_iter().filter(|state| filter.passes(*state)).collect()
}

impl OperationView {
    /// An operation nothing was done of yet.
    #[must_use]
    pub const fn pending(operation: NewOperation) -> Self {
        Self {
            operation,
            state: OperationState::Pending,
            matched: 0,
            changed: 0,
            skipped: 0,
            samples: Vec::new(),
            error: None,
            started_at: None,
            finished_at: None,
        }
    }

    /// Adds what a chunk found, and what became of those it did not change.
    #[must_use]
    pub fn after_chunk(
        mut self,
        found: &[TaskId],
        changed: usize,
        skipped: impl IntoIterator<Item = SkippedTask>,
        last: bool,
        now: Timestamp,
    ) -> Self {
        self.matched += found.len() as u64;
        self.changed += changed as u64;
        self.skipped += found.len().saturating_sub(changed) as u64;
        let room = ruche_domain::SkipReason::SAMPLES.saturating_sub(self.samples.len());
        self.samples.extend(skipped.into_iter().take(room));
        self.state = self.state.after_chunk(last).unwrap_or(self.state);
        self.started_at = self.started_at.or(Some(now));
        self.finished_at = self.state.is_terminal().then_some(now);
        self
    }
}

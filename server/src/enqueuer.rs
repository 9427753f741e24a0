//! Accepting tasks: concurrent requests share one statement and one commit, then go to the publisher.

mod unique;

use std::{sync::Arc, time::Duration};

use ruche_bootstrap::{BatchLimits, Batcher};
use ruche_domain::{Clock, NewTask, TaskState};
use ruche_store::{EnqueueAnswer, EnqueueRequest, Handover, InsertedBatch, SharedStore, StoreError, UniqueAnswer, UniqueRequest};

use crate::publisher::Publisher;

/// Two batches on their way keep the database busy while the next one forms; 5,000 rows take it some 50 ms.
const LIMITS: BatchLimits = BatchLimits { weight: 5_000, in_flight: 2, waiting: 1_024 };

/// A request that is not committed by then is answered as overloaded; it may still be committed.
const PATIENCE: Duration = Duration::from_secs(30);

type Answer = Result<EnqueueAnswer, Arc<StoreError>>;

/// Accepts tasks durably.
#[derive(Debug, Clone)]
pub struct Enqueuer {
    batcher: Batcher<EnqueueRequest, Answer>,
    /// Apart, so that nobody else waits for the locks that these take.
    unique: Batcher<UniqueRequest, unique::Answer>,
}

/// The tasks were not accepted.
#[derive(Debug, Clone, thiserror::Error)]
pub enum EnqueueError {
    /// The database said no.
    #[error("couldn't store the tasks")]
    Store(#[source] Arc<StoreError>),
    /// No answer in time: the request may still be accepted. Repeating it with the same idempotency key is safe.
    #[error("the server has more to accept than it can store")]
    Overloaded,
    /// The server is shutting down.
    #[error("the server is shutting down")]
    Stopped,
}

impl Enqueuer {
    /// Starts accepting.
    #[must_use]
    pub fn start(store: SharedStore, publisher: Publisher, clock: Arc<dyn Clock>) -> Self {
        let shared = Arc::new(Shared { store, publisher, clock });
        let unique = unique::start(Arc::clone(&shared));
        let process = move |requests| Arc::clone(&shared).accept(requests);
        Self { batcher: Batcher::start(LIMITS, |request: &EnqueueRequest| request.tasks.len().max(1), process), unique }
    }

    /// Accepts one request; when it returns `Ok` the tasks are committed.
    ///
    /// # Errors
    /// When they are not, or not in time.
    pub async fn enqueue(&self, request: EnqueueRequest) -> Result<EnqueueAnswer, EnqueueError> {
        submit(&self.batcher, request).await
    }

    /// Accepts one request with unique tasks; when it returns `Ok` what it answers is committed.
    ///
    /// # Errors
    /// When it is not, or not in time.
    pub async fn enqueue_unique(&self, request: UniqueRequest) -> Result<UniqueAnswer, EnqueueError> {
        submit(&self.unique, request).await
    }
}

async fn submit<T, A>(batcher: &Batcher<T, Result<A, Arc<StoreError>>>, request: T) -> Result<A, EnqueueError>
where
    T: Send + 'static,
    A: Send + 'static,
{
    match tokio::time::timeout(PATIENCE, batcher.submit(request)).await {
        Ok(Ok(answer)) => answer.map_err(EnqueueError::Store),
        Ok(Err(_stopped)) => Err(EnqueueError::Stopped),
        Err(_elapsed) => Err(EnqueueError::Overloaded),
    }
}

struct Shared {
    store: SharedStore,
    publisher: Publisher,
    clock: Arc<dyn Clock>,
}

impl Shared {
    async fn accept(self: Arc<Self>, requests: Vec<EnqueueRequest>) -> Vec<Answer> {
        match self.store.enqueue(&requests, self.clock.now()).await {
            Ok(inserted) => self.hand_over(requests, inserted).await,
            // One request's data may be what the database refuses: the others must not suffer for it.
            Err(StoreError::Refused(_)) if requests.len() > 1 => self.accept_each(requests).await,
            Err(error) => {
                let error = Arc::new(error);
                requests.iter().map(|_| Err(Arc::clone(&error))).collect()
            }
        }
    }

    async fn accept_each(&self, requests: Vec<EnqueueRequest>) -> Vec<Answer> {
        let mut answers = Vec::with_capacity(requests.len());
        for request in requests {
            let request = vec![request];
            match self.store.enqueue(&request, self.clock.now()).await {
                Ok(inserted) => answers.extend(self.hand_over(request, inserted).await),
                Err(error) => answers.push(Err(Arc::new(error))),
            }
        }
        answers
    }

    async fn hand_over(&self, requests: Vec<EnqueueRequest>, inserted: InsertedBatch) -> Vec<Answer> {
        let created = requests.into_iter().zip(&inserted.answers).filter(|(_, answer)| **answer == EnqueueAnswer::Created);
        let tasks: Vec<NewTask> =
            created.flat_map(|(request, _)| request.tasks).filter(|task| task.initial_state() == TaskState::Queued).collect();
        self.publisher.hand_over(Handover { tasks, outbox: inserted.outbox.into_iter().collect() }).await;
        inserted.answers.into_iter().map(Ok).collect()
    }
}

//! Accepting unique tasks: batches of their own.

use std::sync::Arc;

use ruche_bootstrap::{BatchLimits, Batcher};
use ruche_store::{StoreError, UniqueAnswer, UniqueRequest};

use super::Shared;

/// One batch at a time: two of one server would wait for each other's keys.
const LIMITS: BatchLimits = BatchLimits { weight: 2_000, in_flight: 1, waiting: 1_024 };

/// What one request is told.
pub type Answer = Result<UniqueAnswer, Arc<StoreError>>;

/// Starts accepting.
pub fn start(shared: Arc<Shared>) -> Batcher<UniqueRequest, Answer> {
    let process = move |requests| accept(Arc::clone(&shared), requests);
    Batcher::start(LIMITS, |request: &UniqueRequest| request.tasks.len().max(1), process)
}

async fn accept(shared: Arc<Shared>, requests: Vec<UniqueRequest>) -> Vec<Answer> {
    match enqueue(&shared, &requests).await {
        Ok(answers) => answers,
        // One request's data may be what the database refuses: the others must not suffer for it.
        Err(StoreError::Refused(_)) if requests.len() > 1 => {
            let mut answers = Vec::with_capacity(requests.len());
            for request in requests {
                match enqueue(&shared, &[request]).await {
                    Ok(answer) => answers.extend(answer),
                    Err(error) => answers.push(Err(Arc::new(error))),
                }
            }
            answers
        }
        Err(error) => {
            let error = Arc::new(error);
            requests.iter().map(|_| Err(Arc::clone(&error))).collect()
        }
    }
}

async fn enqueue(shared: &Shared, requests: &[UniqueRequest]) -> Result<Vec<Answer>, StoreError> {
    let batch = shared.store.enqueue_unique(requests, shared.clock.now()).await?;
    shared.publisher.hand_over(batch.handover).await;
    Ok(batch.answers.into_iter().map(Ok).collect())
}

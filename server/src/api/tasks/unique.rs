//! What enqueuing unique tasks comes to.

use ruche_domain::{NewTask, TaskId, Uniqueness};
use ruche_store::{UniqueAnswer, UniqueFate, UniqueRequest, UniqueTask};

use super::{
    accepting::{Accepted, Asked, created, key_full, replayed, stood_for},
    location,
};
use crate::{
    metrics::Source,
    problem::{Code, Problem},
    state::Shared,
};

/// Stores a unique task, or finds the one that stands for it; waits for the outcome where asked to.
pub async fn enqueue(
    shared: &Shared,
    task: NewTask,
    unique: Uniqueness,
    registered: bool,
    asked: Asked,
) -> Result<Accepted, Problem> {
    let Asked { key, wait } = asked;
    let _held = key.as_ref().map(|key| shared.in_flight.hold(&key.key)).transpose()?;
    // Before it can end, so that its end is not missed.
    let waiter = wait.map(|patience| (shared.waiters.expect(task.id), patience));
    let wish = UniqueTask { task: task.clone(), unique: Some(unique) };
    let request = UniqueRequest { tasks: vec![wish], idempotency: key };
    let fates = match shared.enqueuer.enqueue_unique(request).await? {
        UniqueAnswer::KeyReused => return Err(Problem::new(Code::IdempotencyKeyReused)),
        UniqueAnswer::Replayed(ids) => return replayed(shared, ids.first().copied(), wait).await,
        UniqueAnswer::Held { by, .. } => return Err(held("", by)),
        UniqueAnswer::KeyFull(_) => return Err(key_full("/concurrency_key")),
        UniqueAnswer::Accepted(fates) => fates,
    };
    match fates.first() {
        Some(UniqueFate::Existing(id)) => stood_for(shared, *id, "existing", wait).await,
        Some(UniqueFate::Replaced(id)) => stood_for(shared, *id, "replaced", wait).await,
        Some(UniqueFate::Created(_)) => {
            shared.metrics.enqueued.count(&task, registered, Source::Api, 1);
            created(shared, &task, waiter).await
        }
        None => Err(Problem::new(Code::Internal)),
    }
}

/// The key of the task at `base` in the body is held.
pub fn held(base: &str, by: TaskId) -> Problem {
    let detail = format!("the task {by} holds this key");
    let error = ruche_api::FieldError {
        pointer: Some(format!("{base}/unique")),
        parameter: None,
        code: Code::UniqueKeyHeld.as_str().to_owned(),
        detail: detail.clone(),
    };
    Problem::new(Code::UniqueKeyHeld).detail(detail).errors(vec![error]).location(location(by))
}

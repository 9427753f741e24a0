//! Why a task waits.

use ruche_api::{Waiting, WaitingReason};
use ruche_domain::{
    QueueName, TaskState, Timestamp,
    limit::{KeyLimits, Outlook, QueueLimits, outlook},
};
use ruche_store::{Standing, StoreError, TaskView};

use crate::{api::workers, state::Shared};

/// What the task waits for; `None` for one that runs or has ended.
pub async fn of(shared: &Shared, view: &TaskView) -> Result<Option<Waiting>, StoreError> {
    let summary = &view.summary;
    if !summary.state.is_waiting() {
        return Ok(None);
    }
    let now = shared.clock.now();
    if summary.expires_at.is_some_and(|at| at <= now) {
        return Ok(Some(because(WaitingReason::Expired, None)));
    }
    Ok(Some(match summary.state {
        TaskState::Blocked => because(WaitingReason::Dependencies, None),
        TaskState::Scheduled => because(WaitingReason::Eta, summary.due_at),
        TaskState::Retrying => because(WaitingReason::Retry, summary.due_at),
        _ => match held(shared, view, now).await? {
            Some(waiting) => waiting,
            None if is_served(shared, &summary.queue).await? => because(WaitingReason::FreeWorker, None),
            None => because(WaitingReason::NoWorker, None),
        },
    }))
}

const fn because(reason: WaitingReason, next_at: Option<Timestamp>) -> Waiting {
    Waiting { reason, next_at }
}

async fn is_served(shared: &Shared, queue: &QueueName) -> Result<bool, StoreError> {
    let workers = workers::alive(shared).await?;
    Ok(workers.iter().any(|worker| !worker.heartbeat.draining && worker.heartbeat.queues.contains(queue)))
}

/// What its queue holds it back for.
async fn held(shared: &Shared, view: &TaskView, now: Timestamp) -> Result<Option<Waiting>, StoreError> {
    let gates = shared.publisher.gates().known();
    let Some(gate) = gates.get(&view.summary.queue) else { return Ok(None) };
    if gate.paused_at.is_some() {
        return Ok(Some(because(WaitingReason::Paused, None)));
    }
    let Some(limits) = gate.limits else { return Ok(None) };
    let key = view.task.options.concurrency_key.as_ref();
    let standing = shared.store.standing(&gate.queue, key, view.summary.id, view.summary.attempt).await?;
    Ok((!standing.admitted).then(|| limited(&limits, key.is_some(), &standing, now)))
}

fn limited(limits: &QueueLimits, keyed: bool, standing: &Standing, now: Timestamp) -> Waiting {
    let queue = QueueLimits { per_key: None, ..*limits };
    match outlook(&queue, standing.running, standing.bucket, now) {
        Outlook::Full => return because(WaitingReason::QueueLimit, None),
        Outlook::Until(at) => return because(WaitingReason::RateLimit, Some(at)),
        Outlook::Open => {}
    }
    let Some(KeyLimits { max_running, rate, .. }) = limits.per_key.filter(|_| keyed) else {
        return because(WaitingReason::Turn, None);
    };
    match outlook(&QueueLimits { max_running, rate, per_key: None }, standing.key_running, standing.key_bucket, now) {
        Outlook::Full => because(WaitingReason::KeyLimit, None),
        Outlook::Until(at) => because(WaitingReason::RateLimit, Some(at)),
        Outlook::Open => because(WaitingReason::Turn, None),
    }
}

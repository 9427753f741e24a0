//! Why a task waits.

use ruche_api::{HeldKey, HeldTasks, Queue, QueueWaiting, Waiting, WaitingReason};
use ruche_domain::{
    QueueName, TaskId, TaskName, TaskState, Timestamp,
    limit::{Bucket, KeyLimits, Outlook, QueueLimits, Rate, outlook},
};
use ruche_store::{FullKey, InLine, MOST_BEFORE, NameLimit, Standing, StoreError, TaskView};

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
        _ => {
            let waiting = match held(shared, view, now).await? {
                Some(waiting) => waiting,
                None if is_served(shared, &summary.queue).await? => because(WaitingReason::FreeWorker, None),
                None => because(WaitingReason::NoWorker, None),
            };
            Waiting { position: position(shared, view).await?, ..waiting }
        }
    }))
}

const fn because(reason: WaitingReason, next_at: Option<Timestamp>) -> Waiting {
    Waiting { reason, next_at, position: None }
}

/// Keys told of a queue.
const KEYS: u32 = 20;

/// What a queue's runnable tasks wait for.
pub async fn of_queue(shared: &Shared, name: &QueueName, queue: &Queue) -> Result<QueueWaiting, StoreError> {
    let now = shared.clock.now();
    let (mut held, mut keys) = (Vec::new(), Vec::new());
    let mut left = queue.tasks.queued;
    let mut hold = |left: &mut u64, reason, tasks: u64, next_at| {
        let tasks = tasks.min(*left);
        *left -= tasks;
        if tasks > 0 {
            held.push(HeldTasks { reason, tasks, next_at });
        }
    };
    if queue.paused_at.is_some() {
        hold(&mut left, WaitingReason::Paused, u64::MAX, None);
    } else if let Some(limits) = queue.limits.map(QueueLimits::from) {
        let nobody = shared.store.standing(name, None, TaskId::NIL, 0).await?;
        // Slots of tasks that have not begun: these wait for a worker.
        let begun = u64::from(nobody.running).saturating_sub(queue.tasks.running);
        let mut without = left.saturating_sub(begun);
        if let Some(full) = limits.per_key.and_then(|key| key.max_running) {
            let found = shared.store.full_keys(name, full, KEYS, MOST_BEFORE).await?;
            keys = found.into_iter().filter(|key| key.waiting > 0).collect();
            let of_keys = keys.iter().map(|key| u64::from(key.waiting)).sum::<u64>().min(without);
            hold(&mut left, WaitingReason::KeyLimit, of_keys, None);
            without -= of_keys;
        }
        let of_queue = limited(&limits, false, &nobody, now);
        hold(&mut left, of_queue.reason, without, of_queue.next_at);
    }
    if left > 0 {
        let reason = if is_served(shared, name).await? { WaitingReason::FreeWorker } else { WaitingReason::NoWorker };
        hold(&mut left, reason, u64::MAX, None);
    }
    let key = |FullKey { key, running, waiting }| HeldKey { key, running, waiting };
    Ok(QueueWaiting { held, keys: keys.into_iter().map(key).collect() })
}

/// Its place in line, from 1.
async fn position(shared: &Shared, view: &TaskView) -> Result<Option<u32>, StoreError> {
    let summary = &view.summary;
    let Some(queued_at) = summary.queued_at else { return Ok(None) };
    let limited = shared.publisher.gates().known().get(&summary.queue).is_some_and(|gate| gate.limits.is_some());
    let key = view.task.options.concurrency_key.as_ref().filter(|_| limited);
    let task = InLine { id: summary.id, priority: summary.priority, queued_at };
    Ok(Some(shared.store.before(&summary.queue, key, task, MOST_BEFORE).await? + 1))
}

async fn is_served(shared: &Shared, queue: &QueueName) -> Result<bool, StoreError> {
    let workers = workers::alive(shared).await?;
    Ok(workers.iter().any(|worker| !worker.heartbeat.draining && worker.heartbeat.queues.contains(queue)))
}

/// What its queue or its name holds it back for.
async fn held(shared: &Shared, view: &TaskView, now: Timestamp) -> Result<Option<Waiting>, StoreError> {
    let (gates, summary) = (shared.publisher.gates(), &view.summary);
    let gate = gates.known().get(&summary.queue).cloned();
    if gate.as_ref().is_some_and(|gate| gate.paused_at.is_some()) {
        return Ok(Some(because(WaitingReason::Paused, None)));
    }
    let limits = gate.and_then(|gate| gate.limits);
    let named = gates.names().get(&summary.name).is_some_and(|gate| gate.rate.is_some());
    if limits.is_none() && !named {
        return Ok(None);
    }
    let key = view.task.options.concurrency_key.as_ref();
    let standing = shared.store.standing(&summary.queue, key, summary.id, summary.attempt).await?;
    if standing.admitted {
        return Ok(None);
    }
    let of_queue = limits.map(|limits| limited(&limits, key.is_some(), &standing, now));
    match of_queue {
        // Where the queue would let it start, its name may not.
        Some(waiting) if waiting.reason != WaitingReason::Turn => Ok(Some(waiting)),
        _ if named => Ok(Some(name_token(shared, &summary.name, now).await?)),
        waiting => Ok(waiting),
    }
}

async fn name_token(shared: &Shared, name: &TaskName, now: Timestamp) -> Result<Waiting, StoreError> {
    let limits = shared.store.name_limits().await?;
    let limit = limits.into_iter().find(|limit| limit.name == *name);
    let at = limit.and_then(|NameLimit { rate, bucket, .. }| next_token(&rate?, bucket, now));
    Ok(at.map_or_else(|| because(WaitingReason::Turn, None), |at| because(WaitingReason::TaskRateLimit, Some(at))))
}

/// When a bucket has a token; `None` when it has one now.
pub fn next_token(rate: &Rate, bucket: Bucket, now: Timestamp) -> Option<Timestamp> {
    let bucket = bucket.at(rate, now);
    (bucket.level < rate.per_us()).then(|| bucket.next_at(rate))
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

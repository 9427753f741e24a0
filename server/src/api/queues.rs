//! Where tasks wait.

mod limit;
mod pause;
mod resume;

use std::{collections::BTreeMap, time::Duration};

use autometrics::autometrics;
use poem::web::Data;
use poem_openapi::{OpenApi, param::Path};
use ruche_api::{BrokerDepth, LiveCounts, Queue, QueueList};
use ruche_domain::{QueueName, TaskState};
use ruche_store::{Gate, QueueView, StoreError};

use super::{Tag, names, workers};
use crate::{
    payload::Document,
    problem::{Code, Problem},
    refusal::{Common, Refusal, Refuses},
    state::Shared,
    waiting,
};

/// How long the broker is given to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// The operations that change queues, in the order the document shows them.
pub fn changes() -> impl OpenApi + 'static {
    (limit::Limit, pause::Pause, resume::Resume)
}

/// Queues.
pub struct Queues;

/// The statuses only `getQueue` has.
struct Get;

impl Refuses for Get {
    const STATUSES: &'static [u16] = &[404];
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Queues")]
impl Queues {
    /// List queues
    ///
    /// Queues that hold tasks, that a worker serves, that a task definition names, or that are paused or limited, with their
    /// tasks that have not ended.
    #[oai(path = "/queues", method = "get", operation_id = "listQueues")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn list_queues(&self, shared: Data<&Shared>) -> Result<Document<QueueList>, Refusal<Common>> {
        Ok(Document(QueueList { data: known(&shared).await?.into_values().collect() }))
    }

    /// Get a queue
    ///
    /// One queue, with what the broker says of it. `broker` is null where the broker does not answer within 2 s.
    #[oai(path = "/queues/:name", method = "get", operation_id = "getQueue")]
    #[autometrics(objective = crate::metrics::API, error_if = crate::metrics::is_ours)]
    async fn get_queue(&self, shared: Data<&Shared>, name: Path<String>) -> Result<Document<Queue>, Refusal<Get>> {
        let name = names::queue_name("name", &name)?;
        let queue = known(&shared).await?.remove(name.as_str());
        let queue = queue.ok_or_else(|| Problem::new(Code::QueueNotFound))?;
        Ok(Document(whole(&shared, &name, queue).await?))
    }
}

/// The queue, or what there would be to say of it if there were none.
async fn one_or_empty(shared: &Shared, name: &QueueName) -> Result<Queue, StoreError> {
    let queue = known(shared).await?.remove(name.as_str()).unwrap_or_else(|| empty(name));
    whole(shared, name, queue).await
}

/// With what is only said of one queue.
async fn whole(shared: &Shared, name: &QueueName, queue: Queue) -> Result<Queue, StoreError> {
    let admitted = match queue.limits {
        Some(_) => Some(shared.store.slots(name).await?),
        None => None,
    };
    let waiting = Some(waiting::of_queue(shared, name, &queue).await?);
    Ok(Queue { broker: depth(shared, name).await, admitted, waiting, ..queue })
}

async fn known(shared: &Shared) -> Result<BTreeMap<String, Queue>, StoreError> {
    let mut queues = BTreeMap::new();
    for view in shared.store.queues().await? {
        let queue = queue_of(view);
        queues.insert(queue.name.clone(), queue);
    }
    for worker in workers::alive(shared).await? {
        for name in worker.heartbeat.queues {
            queues.entry(name.as_str().to_owned()).or_insert_with(|| empty(&name)).workers += 1;
        }
    }
    for definition in shared.definitions.current().await?.sorted() {
        queues.entry(definition.queue.as_str().to_owned()).or_insert_with(|| empty(&definition.queue));
    }
    for gate in shared.store.gates().await?.into_iter().filter(Gate::is_closed) {
        let queue = queues.entry(gate.queue.as_str().to_owned()).or_insert_with(|| empty(&gate.queue));
        queue.paused_at = gate.paused_at;
        queue.limits = gate.limits.map(Into::into);
    }
    Ok(queues)
}

fn empty(name: &QueueName) -> Queue {
    queue_of(QueueView { name: name.clone(), live: Vec::new(), oldest_queued_at: None, oldest_started_at: None })
}

fn queue_of(view: QueueView) -> Queue {
    let count = |wanted| view.live.iter().find(|(state, _)| *state == wanted).map_or(0, |(_, count)| *count);
    let tasks = LiveCounts {
        blocked: count(TaskState::Blocked),
        scheduled: count(TaskState::Scheduled),
        queued: count(TaskState::Queued),
        running: count(TaskState::Running),
        retrying: count(TaskState::Retrying),
    };
    Queue {
        name: view.name.into(),
        tasks,
        oldest_queued_at: view.oldest_queued_at,
        oldest_started_at: view.oldest_started_at,
        workers: 0,
        broker: None,
        paused_at: None,
        limits: None,
        admitted: None,
        waiting: None,
    }
}

async fn depth(shared: &Shared, name: &QueueName) -> Option<BrokerDepth> {
    let depth = tokio::time::timeout(PATIENCE, shared.broker.depth(name)).await.ok()?.ok()?;
    Some(BrokerDepth { ready: depth.ready, consumers: depth.consumers })
}

//! Publishes what waits in the database while the broker's queue is empty: its messages were lost, or the queue (in process)
//! never had room for them.

use std::{collections::HashMap, sync::Mutex, time::Duration};

use async_trait::async_trait;
use ruche_domain::{QueueName, Timestamp};
use ruche_store::{Gate, Handover, StoreError};

use super::{Duties, Duty};

/// A task that has waited this long in front of an empty queue has lost its message. Longer than the workers' lease renewal
/// interval: a claim that a database crash took back is noticed by its worker before anybody else can claim the task.
const LOST_AFTER: Duration = Duration::from_secs(15);
/// Between looks at the queues.
const EVERY: Duration = Duration::from_secs(5);
/// Until a queue in process, which could not take all that waits, has room again.
const SOON: Duration = Duration::from_millis(50);
/// Tasks published per queue and round.
const TASKS: u32 = 8_192;

/// See the module.
pub struct Refill {
    duties: Duties,
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    /// When each queue's tasks were last published again, so that a worker that holds them in its hands is not flooded.
    republished: HashMap<QueueName, Timestamp>,
    /// A queue that has room again.
    asked: Option<QueueName>,
}

impl Refill {
    /// The duty, which begins with every queue if the broker's memory ends with the process.
    #[must_use]
    pub fn new(duties: Duties) -> Self {
        Self { duties, memory: Mutex::default() }
    }

    /// Publishes what waits; whether there may be more.
    async fn refill(&self, queue: &QueueName, before: Timestamp) -> Result<bool, StoreError> {
        let tasks = self.duties.store.queued_since(queue, before, TASKS).await?;
        let more = tasks.len() == TASKS as usize;
        if !tasks.is_empty() {
            tracing::debug!(%queue, tasks = tasks.len(), "refilling the queue from the database");
            self.duties.publisher.publish(Handover { tasks, outbox: Vec::new() }).await;
        }
        Ok(more)
    }

    /// Whether the queue's waiting tasks should be published again now: not more often than every [`LOST_AFTER`].
    fn is_due(&self, queue: &QueueName, now: Timestamp) -> bool {
        let mut memory = self.lock();
        let due = memory.republished.get(queue).is_none_or(|at| *at <= self.duties.ago(now, LOST_AFTER));
        if due {
            memory.republished.insert(queue.clone(), now);
        }
        due
    }

    /// Whether what waits there is not to be run; the admitter publishes what is.
    fn is_closed(&self, queue: &QueueName) -> bool {
        self.duties.publisher.gates().known().get(queue).is_some_and(Gate::is_closed)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Refills every queue that needs it; whether one of them, in process, will need it again soon.
    async fn look(&self) -> Result<bool, StoreError> {
        let now = self.duties.clock.now();
        let durable = self.duties.broker.is_durable();
        // An in-process queue knows what it holds, so everything that waits may be offered to it.
        let (before, low) = if durable { (self.duties.ago(now, LOST_AFTER), 1) } else { (now, u64::from(TASKS / 2)) };
        let mut more = false;
        for (queue, oldest) in self.duties.store.waiting_queues().await? {
            if self.is_closed(&queue) {
                continue;
            }
            let needs = matches!(self.duties.broker.depth(&queue).await, Ok(depth) if depth.ready < low);
            if oldest < before && needs && (!durable || self.is_due(&queue, now)) {
                more |= self.refill(&queue, before).await?;
            } else {
                more |= !needs;
            }
        }
        Ok(more && !durable)
    }
}

#[async_trait]
impl Duty for Refill {
    fn name(&self) -> &'static str {
        "refill"
    }

    async fn round(&self) -> Result<Duration, StoreError> {
        let asked = self.lock().asked.take();
        let more = match asked {
            Some(queue) if self.is_closed(&queue) => false,
            Some(queue) => self.refill(&queue, self.duties.clock.now()).await?,
            None => self.look().await?,
        };
        Ok(if more && !self.duties.broker.is_durable() { SOON } else { EVERY })
    }

    async fn wake(&self) {
        let queue = self.duties.broker.refill_wanted().await;
        self.lock().asked = Some(queue);
    }
}

//! Publishes what waits in the database while the broker's queue is empty: its messages were lost, or the queue (in process)
//! never had room for them.

use std::{collections::HashMap, sync::Mutex, time::Duration};

use async_trait::async_trait;
use ruche_domain::{QueueName, Timestamp};
use ruche_store::{Handover, StoreError};

use super::{Duties, Duty};

/// A task that has waited this long in front of an empty queue has lost its message. Longer than the workers' lease renewal
/// interval: a claim that a database crash took back is noticed by its worker before anybody else can claim the task.
const LOST_AFTER: Duration = Duration::from_secs(15);
/// Between looks at the queues.
const EVERY: Duration = Duration::from_secs(5);
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

    async fn refill(&self, queue: &QueueName, before: Timestamp) -> Result<(), StoreError> {
        let tasks = self.duties.store.queued_since(queue, before, TASKS).await?;
        if !tasks.is_empty() {
            tracing::debug!(%queue, tasks = tasks.len(), "refilling the queue from the database");
            self.duties.publisher.publish(Handover { tasks, outbox: Vec::new() }).await;
        }
        Ok(())
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

    fn lock(&self) -> std::sync::MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    async fn look(&self) -> Result<(), StoreError> {
        let now = self.duties.clock.now();
        let durable = self.duties.broker.is_durable();
        // An in-process queue knows what it holds, so everything that waits may be offered to it.
        let before = if durable { self.duties.ago(now, LOST_AFTER) } else { now };
        for (queue, oldest) in self.duties.store.waiting_queues().await? {
            let empty = matches!(self.duties.broker.depth(&queue).await, Ok(depth) if depth.ready == 0);
            if oldest < before && empty && (!durable || self.is_due(&queue, now)) {
                self.refill(&queue, before).await?;
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Duty for Refill {
    fn name(&self) -> &'static str {
        "refill"
    }

    async fn round(&self) -> Result<Duration, StoreError> {
        let asked = self.lock().asked.take();
        match asked {
            Some(queue) => self.refill(&queue, self.duties.clock.now()).await?,
            None => self.look().await?,
        }
        Ok(EVERY)
    }

    async fn wake(&self) {
        let queue = self.duties.broker.refill_wanted().await;
        self.lock().asked = Some(queue);
    }
}

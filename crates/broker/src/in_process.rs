//! The broker of a single process: bounded queues in memory, filled from the database.
//!
//! Nothing is serialised: a message is handed over as it is. What does not fit is dropped, since the database has it, and the
//! queue asks to be filled again when there is room.

mod consumer;
mod queue;

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use ruche_domain::QueueName;
use tokio::sync::Notify;

use self::{consumer::InProcessConsumer, queue::Queue};
use crate::{Broker, BrokerError, Consumer, QueueDepth, ReplyMessage, TaskMessage};

/// Messages a queue holds unless told otherwise.
pub const DEFAULT_CAPACITY: usize = 16_384;

/// A broker within this process.
pub struct InProcessBroker {
    shared: Arc<Shared>,
}

/// What the broker and its consumers share.
struct Shared {
    capacity: usize,
    state: Mutex<State>,
    /// Told when there is something in [`State::refill`].
    refill: Notify,
}

#[derive(Default)]
struct State {
    queues: HashMap<QueueName, Queue>,
    /// Queues that lacked room and have it again.
    refill: VecDeque<QueueName>,
    closed: bool,
}

impl InProcessBroker {
    /// A broker whose queues hold at most `capacity` waiting messages each.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        let shared = Shared { capacity: capacity.max(1), state: Mutex::default(), refill: Notify::new() };
        Self { shared: Arc::new(shared) }
    }
}

impl Default for InProcessBroker {
    fn default() -> Self {
        Self::new(DEFAULT_CAPACITY)
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next_refill(&self) -> Option<QueueName> {
        let mut state = self.state();
        let queue = state.refill.pop_front()?;
        if !state.refill.is_empty() {
            // Two reports may have rung for one waiter.
            self.refill.notify_one();
        }
        Some(queue)
    }
}

impl State {
    fn queue(&mut self, name: &QueueName) -> &mut Queue {
        if !self.queues.contains_key(name) {
            self.queues.insert(name.clone(), Queue::default());
        }
        self.queues.get_mut(name).expect("it was just put there if it was missing")
    }

    /// Forgets a queue that holds nothing and serves nobody.
    fn forget_if_idle(&mut self, name: &QueueName) {
        if self.queues.get(name).is_some_and(Queue::is_idle) {
            self.queues.remove(name);
        }
    }
}

#[async_trait]
impl Broker for InProcessBroker {
    async fn publish(&self, messages: &[TaskMessage]) -> Vec<Result<(), BrokerError>> {
        let mut state = self.shared.state();
        if state.closed {
            return messages.iter().map(|_| Err(BrokerError::Unavailable(None))).collect();
        }
        // Neighbours mostly share a queue: look it up, and wake its consumers, once for each run of them.
        for run in messages.chunk_by(|a, b| a.queue() == b.queue()) {
            let queue = state.queue(run[0].queue());
            for message in run {
                queue.push(message, self.shared.capacity);
            }
            queue.wake();
        }
        messages.iter().map(|_| Ok(())).collect()
    }

    async fn consume(&self, queues: &[QueueName], prefetch: u16) -> Result<Box<dyn Consumer>, BrokerError> {
        let consumer = InProcessConsumer::start(self.shared.clone(), queues, prefetch);
        consumer.map(|consumer| Box::new(consumer) as Box<dyn Consumer>).ok_or(BrokerError::Unavailable(None))
    }

    async fn depth(&self, queue: &QueueName) -> Result<QueueDepth, BrokerError> {
        let state = self.shared.state();
        let Some(queue) = state.queues.get(queue) else { return Ok(QueueDepth { ready: 0, consumers: 0 }) };
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        Ok(QueueDepth { ready: count(queue.len()), consumers: count(queue.consumers()) })
    }

    /// No Celery client can wait here, so nobody misses the reply.
    async fn reply(&self, _reply: ReplyMessage) -> Result<(), BrokerError> {
        Ok(())
    }

    async fn refill_wanted(&self) -> QueueName {
        loop {
            let told = self.shared.refill.notified();
            if let Some(queue) = self.shared.next_refill() {
                return queue;
            }
            told.await;
        }
    }

    fn is_connected(&self) -> bool {
        !self.shared.state().closed
    }

    fn is_durable(&self) -> bool {
        false
    }

    async fn close(&self) {
        let mut state = self.shared.state();
        state.closed = true;
        for queue in std::mem::take(&mut state.queues).values() {
            queue.wake();
        }
    }
}

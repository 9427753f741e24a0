//! A consumption within the process.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use ruche_domain::QueueName;
use tokio::sync::Notify;

use super::{Shared, State, queue::Entry};
use crate::{ConsumeError, Consumer, Delivery};

/// A consumption of some queues.
pub(super) struct InProcessConsumer {
    shared: Arc<Shared>,
    queues: Vec<QueueName>,
    /// Whose turn it is to be looked at first.
    turn: usize,
    prefetch: usize,
    next_tag: u64,
    /// Delivered and not yet settled, by tag, with the place of its queue in `queues`.
    unacked: HashMap<u64, (usize, Entry)>,
    bell: Arc<Notify>,
}

impl InProcessConsumer {
    /// `None` when the broker is closed.
    pub(super) fn start(shared: Arc<Shared>, queues: &[QueueName], prefetch: u16) -> Option<Self> {
        let mut queues = queues.to_vec();
        queues.sort_unstable();
        queues.dedup();
        let bell = Arc::new(Notify::new());
        let mut state = shared.state();
        if state.closed {
            return None;
        }
        for queue in &queues {
            state.queue(queue).attach(bell.clone());
        }
        drop(state);
        let prefetch = usize::from(prefetch.max(1));
        Some(Self { shared, queues, turn: 0, prefetch, next_tag: 1, unacked: HashMap::new(), bell })
    }

    /// What is there, up to `most`, beginning with another queue each time.
    fn take(&mut self, state: &mut State, most: usize) -> Vec<Delivery> {
        let mut batch = Vec::new();
        let number = self.queues.len();
        for at in (0..number).map(|step| (self.turn + step) % number) {
            let name = &self.queues[at];
            let queue = state.queue(name);
            while batch.len() < most
                && let Some(entry) = queue.pop()
            {
                let (tag, message, redelivered) = (self.next_tag, Ok(entry.message.clone()), entry.redelivered);
                self.next_tag += 1;
                self.unacked.insert(tag, (at, entry));
                batch.push(Delivery { queue: name.clone(), tag, message, redelivered });
            }
            if queue.has_room_again(self.shared.capacity) {
                state.refill.push_back(name.clone());
                self.shared.refill.notify_one();
            }
        }
        self.turn = (self.turn + 1) % number.max(1);
        batch
    }

    fn settle(&mut self, tags: &[u64], put_back: bool) -> Result<(), ConsumeError> {
        let mut state = self.shared.state();
        if state.closed {
            return Err(ConsumeError(None));
        }
        for tag in tags {
            let Some((at, entry)) = self.unacked.remove(tag) else { continue };
            let queue = state.queue(&self.queues[at]);
            if put_back {
                queue.put_back(entry);
                queue.wake();
            } else {
                queue.settle(entry.message.task.id);
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Consumer for InProcessConsumer {
    async fn next_batch(&mut self, max: usize) -> Result<Vec<Delivery>, ConsumeError> {
        let shared = self.shared.clone();
        let bell = self.bell.clone();
        loop {
            // A bell that rang while nobody listened is remembered, so nothing is missed between looking and waiting.
            let most = max.min(self.prefetch.saturating_sub(self.unacked.len()));
            {
                let mut state = shared.state();
                if state.closed {
                    return Err(ConsumeError(None));
                }
                let batch = self.take(&mut state, most);
                if !batch.is_empty() {
                    return Ok(batch);
                }
            }
            bell.notified().await;
        }
    }

    async fn ack(&mut self, tags: &[u64]) -> Result<(), ConsumeError> {
        self.settle(tags, false)
    }

    /// There is no queue of dead letters here, nor a way for a message that is no task to get in: it is logged and dropped.
    async fn dead_letter(&mut self, tag: u64, reason: &str) -> Result<(), ConsumeError> {
        if let Some((at, entry)) = self.unacked.get(&tag) {
            tracing::warn!(queue = %self.queues[*at], task = %entry.message.task.id, reason, "dropped a dead letter");
        }
        self.settle(&[tag], false)
    }

    async fn requeue(&mut self, tags: &[u64]) -> Result<(), ConsumeError> {
        self.settle(tags, true)
    }
}

impl Drop for InProcessConsumer {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        if state.closed {
            return;
        }
        for (_, (at, entry)) in self.unacked.drain() {
            state.queue(&self.queues[at]).put_back(entry);
        }
        for name in &self.queues {
            let queue = state.queue(name);
            queue.detach(&self.bell);
            queue.wake();
            state.forget_if_idle(name);
        }
    }
}

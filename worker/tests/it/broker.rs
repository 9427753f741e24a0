//! A broker whose mishaps the tests decide: it duplicates, delivers rubbish and hangs up when told to, and keeps count.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard},
};

use async_trait::async_trait;
use ruche_broker::{Broker, BrokerError, ConsumeError, Consumer, DecodeError, Delivery, QueueDepth, ReplyMessage, TaskMessage};
use ruche_domain::{QueueName, TaskId};
use tokio::sync::Notify;

#[derive(Default)]
pub struct TestBroker {
    state: Mutex<State>,
    changed: Notify,
}

/// What happened at the broker.
#[derive(Default)]
pub struct State {
    /// Waiting messages: the most urgent first, then the oldest.
    waiting: BTreeMap<(u8, u64), Content>,
    arrivals: u64,
    /// Tasks whose messages are not lost.
    safe: BTreeSet<TaskId>,
    /// Connections that were cut; a consumer of an earlier one is of no use.
    cuts: u64,
    pub connections: u64,
    pub unacknowledged: usize,
    pub acknowledged: usize,
    pub requeued: usize,
    pub most_unacknowledged: usize,
    pub dead: Vec<String>,
    pub replies: Vec<ReplyMessage>,
}

type Content = Result<TaskMessage, DecodeError>;

impl TestBroker {
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub fn put(&self, content: Content) {
        self.state().put(content);
        self.changed.notify_waiters();
    }

    /// Puts a message that [`Self::lose`] spares.
    pub fn put_safe(&self, message: TaskMessage) {
        self.state().safe.insert(message.task.id);
        self.put(Ok(message));
    }

    /// Loses the waiting message that came last; which, if any.
    pub fn lose(&self) -> Option<TaskId> {
        let mut state = self.state();
        let last = state.waiting.iter().rev().find_map(|(place, content)| {
            let id = content.as_ref().ok()?.task.id;
            (!state.safe.contains(&id)).then_some((*place, id))
        });
        let (place, id) = last?;
        state.waiting.remove(&place);
        Some(id)
    }

    pub fn waiting(&self) -> usize {
        self.state().waiting.len()
    }

    /// Cuts every consumer's connection.
    pub fn cut(&self) {
        self.state().cuts += 1;
        self.changed.notify_waiters();
    }

    /// Waits until the state is as wanted.
    pub async fn until(&self, wanted: impl Fn(&State) -> bool) {
        let seen = async {
            loop {
                let changed = self.changed.notified();
                tokio::pin!(changed);
                changed.as_mut().enable();
                if wanted(&self.state()) {
                    return;
                }
                changed.await;
            }
        };
        tokio::time::timeout(crate::harness::DEADLINE, seen).await.expect("the broker never came to the wanted state");
    }
}

impl State {
    fn put(&mut self, content: Content) {
        let priority = content.as_ref().map_or(0, |message| message.task.priority.get());
        self.arrivals += 1;
        self.waiting.insert((9 - priority, self.arrivals), content);
    }
}

/// A connection to the broker, as the engine is given one.
pub struct TestConnection(pub Arc<TestBroker>);

#[async_trait]
impl Broker for TestConnection {
    async fn publish(&self, messages: &[TaskMessage]) -> Vec<Result<(), BrokerError>> {
        messages.iter().map(|message| self.0.put(Ok(message.clone()))).map(Ok).collect()
    }

    async fn consume(&self, _queues: &[QueueName], prefetch: u16) -> Result<Box<dyn Consumer>, BrokerError> {
        let mut state = self.0.state();
        state.connections += 1;
        let (cuts, broker) = (state.cuts, Arc::clone(&self.0));
        drop(state);
        self.0.changed.notify_waiters();
        Ok(Box::new(TestConsumer { broker, cuts, prefetch: prefetch.into(), tag: 0, unacknowledged: BTreeMap::new() }))
    }

    async fn depth(&self, _queue: &QueueName) -> Result<QueueDepth, BrokerError> {
        Ok(QueueDepth { ready: self.0.waiting() as u64, consumers: 1 })
    }

    async fn reply(&self, reply: ReplyMessage) -> Result<(), BrokerError> {
        self.0.state().replies.push(reply);
        self.0.changed.notify_waiters();
        Ok(())
    }

    async fn refill_wanted(&self) -> QueueName {
        std::future::pending().await
    }

    fn is_connected(&self) -> bool {
        true
    }

    fn is_durable(&self) -> bool {
        false
    }

    async fn close(&self) {}
}

struct TestConsumer {
    broker: Arc<TestBroker>,
    cuts: u64,
    prefetch: usize,
    tag: u64,
    unacknowledged: BTreeMap<u64, Content>,
}

impl TestConsumer {
    fn check(&self) -> Result<(), ConsumeError> {
        if self.broker.state().cuts == self.cuts { Ok(()) } else { Err(ConsumeError(None)) }
    }

    fn take(&mut self, max: usize) -> Vec<Delivery> {
        let mut state = self.broker.state.lock().unwrap();
        let mut taken = Vec::new();
        while taken.len() < max && self.unacknowledged.len() < self.prefetch {
            let Some((_, content)) = state.waiting.pop_first() else { break };
            self.tag += 1;
            self.unacknowledged.insert(self.tag, content.clone());
            taken.push(Delivery { queue: QueueName::default_queue(), tag: self.tag, message: content, redelivered: false });
        }
        state.unacknowledged += taken.len();
        state.most_unacknowledged = state.most_unacknowledged.max(state.unacknowledged);
        taken
    }

    fn settle(&mut self, tags: &[u64]) -> Result<Vec<Content>, ConsumeError> {
        self.check()?;
        let settled: Vec<_> = tags.iter().filter_map(|tag| self.unacknowledged.remove(tag)).collect();
        assert_eq!(settled.len(), tags.len(), "a delivery was settled twice, or through another consumer");
        self.broker.state().unacknowledged -= settled.len();
        Ok(settled)
    }
}

#[async_trait]
impl Consumer for TestConsumer {
    async fn next_batch(&mut self, max: usize) -> Result<Vec<Delivery>, ConsumeError> {
        assert!(max > 0, "nothing was asked for");
        loop {
            let broker = Arc::clone(&self.broker);
            let changed = broker.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            self.check()?;
            let taken = self.take(max);
            if !taken.is_empty() {
                return Ok(taken);
            }
            changed.await;
        }
    }

    async fn ack(&mut self, tags: &[u64]) -> Result<(), ConsumeError> {
        let settled = self.settle(tags)?.len();
        self.broker.state().acknowledged += settled;
        self.broker.changed.notify_waiters();
        Ok(())
    }

    async fn dead_letter(&mut self, tag: u64, reason: &str) -> Result<(), ConsumeError> {
        self.settle(&[tag])?;
        self.broker.state().dead.push(reason.to_owned());
        self.broker.changed.notify_waiters();
        Ok(())
    }

    async fn requeue(&mut self, tags: &[u64]) -> Result<(), ConsumeError> {
        let settled = self.settle(tags)?;
        self.broker.state().requeued += settled.len();
        settled.into_iter().for_each(|content| self.broker.put(content));
        Ok(())
    }
}

impl Drop for TestConsumer {
    fn drop(&mut self) {
        let left = std::mem::take(&mut self.unacknowledged);
        self.broker.state().unacknowledged -= left.len();
        left.into_values().for_each(|content| self.broker.put(content));
    }
}

//! What a case works with.

use std::time::Duration;

use ruche_domain::{Clock, NewTask, Priority, QueueName, RawJson, SystemClock, TaskId, TaskName, TaskOptions};

use crate::{Consumer, Delivery, SharedBroker, TaskMessage};

/// A broker and a queue of its own.
pub struct Subject {
    pub broker: SharedBroker,
    pub queue: QueueName,
}

impl Subject {
    #[must_use]
    pub fn new(broker: SharedBroker) -> Self {
        Self { broker, queue: fresh_queue("q") }
    }

    /// A native message for the subject's queue.
    #[must_use]
    pub fn message(&self) -> TaskMessage {
        message(&self.queue)
    }

    #[must_use]
    pub fn messages(&self, number: usize) -> Vec<TaskMessage> {
        (0..number).map(|_| self.message()).collect()
    }

    /// Publishes, and sees that all is confirmed.
    pub async fn publish(&self, messages: &[TaskMessage]) {
        let answers = self.broker.publish(messages).await;
        assert_eq!(answers.len(), messages.len());
        answers.into_iter().for_each(|answer| answer.expect("the message is confirmed"));
    }

    pub async fn consume(&self, prefetch: u16) -> Box<dyn Consumer> {
        self.broker.consume(std::slice::from_ref(&self.queue), prefetch).await.expect("a consumer")
    }
}

/// A queue's name that nobody used before.
#[must_use]
pub fn fresh_queue(prefix: &str) -> QueueName {
    QueueName::new(&format!("{prefix}.{}", SystemClock.new_task_id())).expect("a valid name")
}

#[must_use]
pub fn message(queue: &QueueName) -> TaskMessage {
    TaskMessage::native(NewTask {
        id: SystemClock.new_task_id(),
        name: TaskName::new("suite.task").expect("a valid name"),
        queue: queue.clone(),
        priority: Priority::default(),
        args: RawJson::empty_array(),
        kwargs: RawJson::empty_object(),
        max_attempts: 1,
        created_at: SystemClock.now(),
        eta: None,
        expires_at: None,
        options: TaskOptions::default(),
    })
}

/// Takes exactly `number` deliveries, in as many batches as they come in.
pub async fn take(consumer: &mut Box<dyn Consumer>, number: usize) -> Vec<Delivery> {
    let mut taken = Vec::new();
    while taken.len() < number {
        taken.extend(consumer.next_batch(number - taken.len()).await.expect("a batch"));
    }
    taken
}

/// Sees that nothing is delivered for a while: long enough for what was wrongly sent to be here.
pub async fn nothing_comes(consumer: &mut Box<dyn Consumer>) {
    let waited = tokio::time::timeout(Duration::from_millis(300), consumer.next_batch(10)).await;
    assert!(waited.is_err(), "something came: {waited:?}");
}

#[must_use]
pub fn id(delivery: &Delivery) -> TaskId {
    delivery.message.as_ref().expect("a task").task.id
}

#[must_use]
pub fn ids<'a>(deliveries: impl IntoIterator<Item = &'a Delivery>) -> Vec<TaskId> {
    deliveries.into_iter().map(id).collect()
}

#[must_use]
pub fn sent(messages: &[TaskMessage]) -> Vec<TaskId> {
    messages.iter().map(|message| message.task.id).collect()
}

#[must_use]
pub fn tags(deliveries: &[Delivery]) -> Vec<u64> {
    deliveries.iter().map(|delivery| delivery.tag).collect()
}

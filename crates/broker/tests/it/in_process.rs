//! What only the in-process broker does: bounded queues, each task once.

use std::time::Duration;

use ruche_broker::{Broker, Consumer, InProcessBroker, TaskMessage, conformance::Subject};
use ruche_domain::{Priority, TaskId};

fn subject(capacity: usize) -> Subject {
    Subject::new(std::sync::Arc::new(InProcessBroker::new(capacity)))
}

fn urgent(subject: &Subject, priority: u8) -> TaskMessage {
    let mut message = subject.message();
    message.task.priority = Priority::new(priority).expect("a priority");
    message
}

async fn all(consumer: &mut Box<dyn Consumer>) -> Vec<(u64, TaskId)> {
    let mut taken = Vec::new();
    while let Ok(batch) = tokio::time::timeout(Duration::from_millis(50), consumer.next_batch(1_000)).await {
        let batch = batch.expect("a batch");
        taken.extend(batch.into_iter().map(|delivery| (delivery.tag, delivery.message.expect("a task").task.id)));
    }
    taken
}

fn ids(taken: &[(u64, TaskId)]) -> Vec<TaskId> {
    taken.iter().map(|(_, id)| *id).collect()
}

async fn refill_is_wanted(broker: &dyn Broker) -> bool {
    tokio::time::timeout(Duration::from_millis(50), broker.refill_wanted()).await.is_ok()
}

#[tokio::test]
async fn a_task_that_waits_or_is_delivered_is_not_taken_twice() {
    let subject = subject(10);
    let message = subject.message();
    let mut consumer = subject.consume(10).await;
    subject.publish(&[message.clone(), message.clone()]).await;
    let taken = all(&mut consumer).await;
    assert_eq!(ids(&taken), [message.task.id]);
    subject.publish(std::slice::from_ref(&message)).await;
    assert_eq!(all(&mut consumer).await, []);
    consumer.ack(&[taken[0].0]).await.unwrap();
    subject.publish(std::slice::from_ref(&message)).await;
    assert_eq!(ids(&all(&mut consumer).await), [message.task.id]);
}

#[tokio::test]
async fn what_does_not_fit_is_dropped_and_asked_for_once_there_is_room() {
    let subject = subject(8);
    let messages = subject.messages(20);
    subject.publish(&messages).await;
    assert_eq!(subject.broker.depth(&subject.queue).await.unwrap().ready, 8);
    assert!(!refill_is_wanted(&*subject.broker).await, "a full queue has no room");
    let mut consumer = subject.consume(4).await;
    let first = consumer.next_batch(4).await.unwrap();
    assert!(!refill_is_wanted(&*subject.broker).await, "half full is not under half");
    consumer.ack(&first.iter().map(|delivery| delivery.tag).collect::<Vec<_>>()).await.unwrap();
    consumer.next_batch(1).await.unwrap();
    assert_eq!(subject.broker.refill_wanted().await, subject.queue);
    assert!(!refill_is_wanted(&*subject.broker).await, "once per shortage");
    subject.publish(&messages[8..]).await;
    all(&mut consumer).await;
    assert!(!refill_is_wanted(&*subject.broker).await, "the consumer is full, so is half of the queue");
}

#[tokio::test]
async fn every_queue_with_room_is_reported() {
    let broker = InProcessBroker::new(1);
    let (first, second) = (Subject::new(std::sync::Arc::new(InProcessBroker::new(1))).queue, subject(1).queue);
    for queue in [&first, &second] {
        let messages: Vec<_> = (0..2).map(|_| message_for(queue)).collect();
        broker.publish(&messages).await;
    }
    let mut consumer = broker.consume(&[first.clone(), second.clone()], 10).await.unwrap();
    consumer.next_batch(10).await.unwrap();
    let mut reported = [broker.refill_wanted().await, broker.refill_wanted().await];
    let mut expected = [first, second];
    reported.sort();
    expected.sort();
    assert_eq!(reported, expected);
}

fn message_for(queue: &ruche_domain::QueueName) -> TaskMessage {
    let mut message = subject(1).message();
    message.task.queue = queue.clone();
    message
}

#[tokio::test]
async fn a_more_urgent_message_takes_the_place_of_the_least_urgent() {
    let subject = subject(3);
    let messages = [3, 1, 1, 5, 0, 1, 9].map(|priority| urgent(&subject, priority));
    subject.publish(&messages).await;
    let mut consumer = subject.consume(10).await;
    let expected = [6, 3, 0].map(|at| messages[at].task.id);
    assert_eq!(ids(&all(&mut consumer).await), expected);
    // An evicted task may come again.
    subject.publish(&messages[1..2]).await;
    assert_eq!(ids(&all(&mut consumer).await), [messages[1].task.id]);
}

#[tokio::test]
async fn requeued_messages_keep_their_place() {
    let subject = subject(10);
    let messages = subject.messages(4);
    subject.publish(&messages).await;
    let mut consumer = subject.consume(10).await;
    let taken = all(&mut consumer).await;
    consumer.requeue(&[taken[2].0, taken[0].0, taken[3].0]).await.unwrap();
    let expected = [0, 2, 3].map(|at| messages[at].task.id);
    assert_eq!(ids(&all(&mut consumer).await), expected);
}

#[tokio::test]
async fn a_hundred_thousand_messages_leave_nothing_behind() {
    let subject = subject(1_000);
    let mut consumer = subject.consume(500).await;
    for _ in 0..200 {
        subject.publish(&subject.messages(500)).await;
        let batch = consumer.next_batch(500).await.unwrap();
        assert_eq!(batch.len(), 500);
        consumer.ack(&batch.iter().map(|delivery| delivery.tag).collect::<Vec<_>>()).await.unwrap();
    }
    assert_eq!(subject.broker.depth(&subject.queue).await.unwrap().ready, 0);
}

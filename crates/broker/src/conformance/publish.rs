//! Handing messages in.

use std::collections::HashSet;

use ruche_domain::Priority;

use super::{
    Subject,
    subject::{fresh_queue, ids, sent, take},
};
use crate::{BrokerError, QueueDepth, TaskMessage};

pub async fn messages_come_in_the_order_they_were_published(subject: &Subject) {
    let messages = subject.messages(3_000);
    let (first, rest) = messages.split_at(1_000);
    subject.publish(first).await;
    subject.publish(rest).await;
    let mut consumer = subject.consume(3_000).await;
    assert_eq!(ids(&take(&mut consumer, 3_000).await), sent(&messages));
}

pub async fn urgent_messages_come_first(subject: &Subject) {
    let messages: Vec<_> = [0, 9, 4, 9, 0, 1].map(|priority| urgent(subject, priority)).into();
    subject.publish(&messages).await;
    let mut consumer = subject.consume(1).await;
    let mut order = Vec::new();
    for _ in 0..messages.len() {
        let batch = take(&mut consumer, 1).await;
        order.extend(ids(&batch));
        consumer.ack(&[batch[0].tag]).await.expect("acknowledged");
    }
    let expected = [1, 3, 2, 5, 0, 4].map(|at| messages[at].task.id);
    assert_eq!(order, expected);
}

pub async fn concurrent_callers_lose_nothing(subject: &Subject) {
    let calls: Vec<Vec<TaskMessage>> = (0..50).map(|at| subject.messages(at % 7)).collect();
    futures::future::join_all(calls.iter().map(|messages| subject.publish(messages))).await;
    let all = calls.concat();
    let mut consumer = subject.consume(500).await;
    let taken: HashSet<_> = ids(&take(&mut consumer, all.len()).await).into_iter().collect();
    assert_eq!(taken, sent(&all).into_iter().collect());
}

pub async fn nothing_to_publish_is_no_error(subject: &Subject) {
    assert!(subject.broker.publish(&[]).await.is_empty());
}

pub async fn the_depth_counts_what_waits(subject: &Subject) {
    let depth = async || subject.broker.depth(&subject.queue).await.expect("a depth");
    assert_eq!(depth().await, QueueDepth { ready: 0, consumers: 0 });
    subject.publish(&subject.messages(5)).await;
    assert_eq!(depth().await, QueueDepth { ready: 5, consumers: 0 });
    let mut consumer = subject.consume(2).await;
    take(&mut consumer, 2).await;
    assert_eq!(depth().await, QueueDepth { ready: 3, consumers: 1 });
    let missing = subject.broker.depth(&fresh_queue("missing")).await.expect("a depth");
    assert_eq!(missing, QueueDepth { ready: 0, consumers: 0 });
}

pub async fn a_closed_broker_refuses_at_once(subject: &Subject) {
    assert!(subject.broker.is_connected());
    subject.broker.close().await;
    assert!(!subject.broker.is_connected());
    let started = std::time::Instant::now();
    let answers = subject.broker.publish(&subject.messages(2)).await;
    assert_eq!(answers.len(), 2);
    assert!(answers.iter().all(|answer| matches!(answer, Err(BrokerError::Unavailable(_)))), "{answers:?}");
    assert!(subject.broker.consume(std::slice::from_ref(&subject.queue), 1).await.is_err());
    assert!(started.elapsed().as_secs() < 1);
}

fn urgent(subject: &Subject, priority: u8) -> TaskMessage {
    let mut message = subject.message();
    message.task.priority = Priority::new(priority).expect("a priority");
    message
}

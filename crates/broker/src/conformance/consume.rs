//! Taking messages.

use std::{collections::HashSet, time::Duration};

use super::{
    Subject,
    subject::{fresh_queue, ids, message, nothing_comes, sent, tags, take},
};

pub async fn waiting_ends_when_a_message_arrives(subject: &Subject) {
    let mut consumer = subject.consume(1).await;
    let message = subject.message();
    let (batch, ()) = futures::join!(consumer.next_batch(10), subject.publish(std::slice::from_ref(&message)));
    let batch = batch.expect("a batch");
    assert_eq!(ids(&batch), [message.task.id]);
    assert_eq!(batch[0].queue, subject.queue);
}

pub async fn a_batch_is_what_is_there_up_to_the_maximum(subject: &Subject) {
    subject.publish(&subject.messages(10)).await;
    let mut consumer = subject.consume(100).await;
    let first = consumer.next_batch(3).await.expect("a batch");
    assert!((1..=3).contains(&first.len()), "{}", first.len());
    take(&mut consumer, 10 - first.len()).await;
    nothing_comes(&mut consumer).await;
}

pub async fn prefetch_bounds_what_is_delivered(subject: &Subject) {
    let messages = subject.messages(5);
    subject.publish(&messages).await;
    let mut consumer = subject.consume(2).await;
    let first = take(&mut consumer, 2).await;
    nothing_comes(&mut consumer).await;
    // What one consumer may not have is there for the others.
    let mut other = subject.consume(10).await;
    assert_eq!(ids(&take(&mut other, 3).await), sent(&messages)[2..]);
    consumer.ack(&tags(&first)).await.expect("acknowledged");
    subject.publish(&subject.messages(1)).await;
    tokio::select! {
        batch = consumer.next_batch(1) => drop(batch.expect("a batch")),
        batch = other.next_batch(1) => drop(batch.expect("a batch")),
    }
}

pub async fn no_delivery_is_lost_when_waiting_is_given_up(subject: &Subject) {
    let messages = subject.messages(200);
    let mut consumer = subject.consume(500).await;
    let mut seen = Vec::new();
    let publishing = async {
        for message in &messages {
            subject.publish(std::slice::from_ref(message)).await;
        }
    };
    let mut publishing = std::pin::pin!(publishing);
    let mut published = false;
    while !published {
        // Whichever is ready first: the waiting is given up each time a message is confirmed meanwhile.
        tokio::select! {
            () = &mut publishing => published = true,
            batch = consumer.next_batch(7) => seen.extend(ids(&batch.expect("a batch"))),
            () = tokio::task::yield_now() => {}
        }
    }
    let missing = messages.len() - seen.len();
    seen.extend(ids(&take(&mut consumer, missing).await));
    assert_eq!(seen, sent(&messages));
}

pub async fn concurrent_consumers_get_each_message_once(subject: &Subject) {
    let messages = subject.messages(400);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let mut consumer = subject.consume(20).await;
        tasks.spawn(async move {
            let mut seen = Vec::new();
            // Ends when nothing came for a second: there is no other sign of the end.
            while let Ok(batch) = tokio::time::timeout(Duration::from_secs(1), consumer.next_batch(10)).await {
                let batch = batch.expect("a batch");
                seen.extend(ids(&batch));
                consumer.ack(&tags(&batch)).await.expect("acknowledged");
            }
            seen
        });
    }
    subject.publish(&messages).await;
    let all: Vec<_> = tasks.join_all().await.concat();
    assert_eq!(all.len(), messages.len());
    assert_eq!(all.into_iter().collect::<HashSet<_>>(), sent(&messages).into_iter().collect());
}

pub async fn one_consumer_takes_from_several_queues(subject: &Subject) {
    let queues = [subject.queue.clone(), fresh_queue("second"), fresh_queue("third")];
    let messages: Vec<_> = (0..30).map(|at| message(&queues[at % 3])).collect();
    let mut consumer = subject.broker.consume(&queues, 30).await.expect("a consumer");
    subject.publish(&messages).await;
    let mut taken = Vec::new();
    // A few at a time and acknowledged at once: what waits behind them in another queue must not be acknowledged too.
    while taken.len() < 20 {
        let batch = consumer.next_batch(3).await.expect("a batch");
        consumer.ack(&tags(&batch)).await.expect("acknowledged");
        taken.extend(batch);
    }
    drop(consumer);
    let left = 30 - taken.len();
    let mut consumer = subject.broker.consume(&queues, 30).await.expect("a consumer");
    taken.extend(take(&mut consumer, left).await);
    assert_eq!(ids(&taken).into_iter().collect::<HashSet<_>>(), sent(&messages).into_iter().collect());
    for delivery in &taken {
        assert_eq!(delivery.queue, delivery.message.as_ref().expect("a task").task.queue);
    }
}

pub async fn a_closed_brokers_consumer_ends(subject: &Subject) {
    let mut consumer = subject.consume(1).await;
    let (batch, ()) = futures::join!(consumer.next_batch(1), subject.broker.close());
    assert!(batch.is_err());
    assert!(consumer.next_batch(1).await.is_err());
    assert!(consumer.ack(&[1]).await.is_err());
}

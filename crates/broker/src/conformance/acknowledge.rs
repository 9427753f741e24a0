//! What becomes of deliveries.

use super::{
    Subject,
    subject::{ids, nothing_comes, sent, tags, take},
};

pub async fn acknowledged_deliveries_do_not_come_again(subject: &Subject) {
    subject.publish(&subject.messages(10)).await;
    let mut consumer = subject.consume(10).await;
    let taken = take(&mut consumer, 10).await;
    consumer.ack(&tags(&taken)).await.expect("acknowledged");
    drop(consumer);
    nothing_comes(&mut subject.consume(10).await).await;
}

pub async fn a_dropped_consumers_deliveries_come_again(subject: &Subject) {
    let messages = subject.messages(10);
    subject.publish(&messages).await;
    let mut consumer = subject.consume(10).await;
    let taken = take(&mut consumer, 10).await;
    assert!(taken.iter().all(|delivery| !delivery.redelivered));
    consumer.ack(&tags(&taken)[..4]).await.expect("acknowledged");
    drop(consumer);
    let mut consumer = subject.consume(10).await;
    let again = take(&mut consumer, 6).await;
    assert_eq!(ids(&again), sent(&messages)[4..]);
    assert!(again.iter().all(|delivery| delivery.redelivered));
    nothing_comes(&mut consumer).await;
}

pub async fn deliveries_may_be_acknowledged_in_any_order(subject: &Subject) {
    let messages = subject.messages(9);
    subject.publish(&messages).await;
    let mut consumer = subject.consume(9).await;
    let tags = tags(&take(&mut consumer, 9).await);
    consumer.ack(&[tags[8], tags[1], tags[2]]).await.expect("acknowledged");
    consumer.ack(&[tags[0]]).await.expect("acknowledged");
    consumer.ack(&[tags[5], tags[3]]).await.expect("acknowledged");
    drop(consumer);
    let mut consumer = subject.consume(9).await;
    let left = [4, 6, 7].map(|at| sent(&messages)[at]);
    assert_eq!(ids(&take(&mut consumer, 3).await), left);
    nothing_comes(&mut consumer).await;
}

pub async fn requeued_deliveries_come_again(subject: &Subject) {
    let messages = subject.messages(3);
    subject.publish(&messages).await;
    let mut consumer = subject.consume(3).await;
    let taken = tags(&take(&mut consumer, 3).await);
    consumer.requeue(&taken[1..2]).await.expect("requeued");
    let again = take(&mut consumer, 1).await;
    assert_eq!(ids(&again), sent(&messages)[1..2]);
    assert!(again[0].redelivered);
    consumer.ack(&[taken[0], taken[2], again[0].tag]).await.expect("acknowledged");
    nothing_comes(&mut consumer).await;
}

pub async fn a_dead_letter_does_not_come_again(subject: &Subject) {
    subject.publish(&subject.messages(2)).await;
    let mut consumer = subject.consume(2).await;
    let taken = tags(&take(&mut consumer, 2).await);
    consumer.dead_letter(taken[0], "it is an example").await.expect("put away");
    consumer.ack(&taken[1..]).await.expect("acknowledged");
    drop(consumer);
    nothing_comes(&mut subject.consume(2).await).await;
}

pub async fn an_unknown_tag_is_ignored(subject: &Subject) {
    subject.publish(&subject.messages(1)).await;
    let mut consumer = subject.consume(5).await;
    let tags = tags(&take(&mut consumer, 1).await);
    consumer.ack(&[tags[0] + 1_000]).await.expect("ignored");
    consumer.ack(&tags).await.expect("acknowledged");
    consumer.ack(&tags).await.expect("ignored the second time");
    consumer.requeue(&tags).await.expect("ignored");
    subject.publish(&subject.messages(1)).await;
    assert_eq!(take(&mut consumer, 1).await.len(), 1);
}

//! Odd and large messages.

use std::time::Duration;

use ruche_domain::{CeleryContext, Clock, QueueName, RawJson, SystemClock, TaskOptions};

use super::{
    Subject,
    subject::{message, take},
};
use crate::{ReplyMessage, TaskMessage};

pub async fn queues_with_odd_names_work(subject: &Subject) {
    let unique = SystemClock.new_task_id().to_string();
    for name in ["..", "-", "a:b_c", &"x".repeat(60), "0"] {
        let queue = QueueName::new(&format!("{name}{unique}")).expect("a valid name");
        let message = message(&queue);
        subject.publish(std::slice::from_ref(&message)).await;
        let mut consumer = subject.broker.consume(std::slice::from_ref(&queue), 1).await.expect("a consumer");
        let taken = take(&mut consumer, 1).await;
        assert_eq!(taken[0].queue, queue);
        assert_eq!(taken[0].message.as_ref().expect("a task").task.id, message.task.id);
        consumer.ack(&[taken[0].tag]).await.expect("acknowledged");
    }
}

pub async fn a_megabyte_passes(subject: &Subject) {
    let big = foreign(subject, format!("[\"{}\"]", "é\\n".repeat(300_000)));
    subject.publish(&[subject.message(), big.clone(), subject.message()]).await;
    let mut consumer = subject.consume(3).await;
    let taken = take(&mut consumer, 3).await;
    let arrived = taken[1].message.as_ref().expect("a task");
    assert_eq!(arrived.task.id, big.task.id);
    assert_eq!(arrived.task.args, big.task.args);
}

pub async fn a_foreign_message_arrives_as_it_was_sent(subject: &Subject) {
    let mut message = foreign(subject, r#"[1e400,123456789012345678901234567890,"\ud83d\ude00"]"#.to_owned());
    message.task.kwargs = RawJson::parse(r#"{"at":{"__type__":"datetime","__value__":"2026-01-01T00:00:00"}}"#).expect("JSON");
    message.task.eta = Some(SystemClock.now() + Duration::from_secs(60));
    message.task.expires_at = Some(SystemClock.now() + Duration::from_secs(120));
    message.retries = 3;
    subject.publish(std::slice::from_ref(&message)).await;
    let mut consumer = subject.consume(1).await;
    let taken = take(&mut consumer, 1).await;
    let TaskMessage { task, retries, native } = taken[0].message.as_ref().expect("a task").clone();
    assert!(!native);
    assert_eq!(retries, 3);
    assert_eq!((task.args, task.kwargs), (message.task.args, message.task.kwargs));
    assert_eq!((task.eta, task.expires_at), (message.task.eta, message.task.expires_at));
    assert_eq!(task.options, message.task.options);
    // Nobody waits for it: that is no error.
    let reply = ReplyMessage { reply_to: "gone".into(), correlation_id: "x".into(), body: "{}".into() };
    subject.broker.reply(reply).await.expect("sent");
}

fn foreign(subject: &Subject, args: String) -> TaskMessage {
    let mut message = subject.message();
    message.native = false;
    message.task.args = RawJson::trusted(args);
    let celery = CeleryContext {
        reply_to: Some("client".into()),
        correlation_id: Some("c".into()),
        root_id: Some("r".into()),
        parent_id: Some("p".into()),
        group_id: Some("g".into()),
        ignore_result: true,
        embed: Some(RawJson::trusted(r#"{"callbacks":[{"task":"x"}],"errbacks":null,"chain":null,"chord":null}"#)),
    };
    let timeout = Some(Duration::from_millis(1_500));
    message.task.options = TaskOptions { timeout, celery: Some(Box::new(celery)), ..TaskOptions::default() };
    message
}

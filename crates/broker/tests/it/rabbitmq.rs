//! What only RabbitMQ does: it goes away, refuses, and has queues of its own.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use lapin::{
    BasicProperties, Channel, Connection, ConnectionProperties,
    options::{BasicGetOptions, BasicPublishOptions, QueueDeclareOptions, QueueDeleteOptions},
    types::{AMQPValue, FieldTable, ShortString},
};
use ruche_broker::{
    AmqpBroker, AmqpOptions, Broker, BrokerError, SharedBroker,
    amqp::{DEAD_LETTER_QUEUE, REASON_HEADER},
    conformance::Subject,
};
use ruche_domain::Priority;
use url::Url;

use crate::{amqp_url, proxy::Proxy};

/// Patient with machines that are busy, but not so patient that the suite would not end; queues nobody uses go away.
pub fn options(url: impl Into<String>) -> AmqpOptions {
    let mut options = AmqpOptions::new(url);
    options.queue_arguments.insert("x-expires".into(), 120_000.into());
    options.queue_arguments.insert("x-max-priority".into(), i32::from(Priority::MAX.get()).into());
    options.connect_timeout = Duration::from_secs(20);
    options.confirm_timeout = Duration::from_secs(5);
    options
}

/// A broker whose wire can be cut.
async fn through_proxy() -> (Proxy, Subject) {
    let mut url = Url::parse(&amqp_url()).expect("an address");
    let target = format!("{}:{}", url.host_str().unwrap_or("127.0.0.1"), url.port().unwrap_or(5672));
    let proxy = Proxy::start(target).await;
    url.set_host(Some("127.0.0.1")).expect("a host");
    url.set_port(Some(proxy.address.port())).expect("a port");
    let broker = AmqpBroker::connect(options(url)).await.expect("RabbitMQ answers");
    let broker: SharedBroker = Arc::new(broker);
    (proxy, Subject::new(broker))
}

async fn bare_channel() -> Channel {
    let connection = Connection::connect(&amqp_url(), ConnectionProperties::default()).await.expect("RabbitMQ answers");
    connection.create_channel().await.expect("a channel")
}

async fn eventually(what: &str, mut is_so: impl AsyncFnMut() -> bool) -> Duration {
    let started = Instant::now();
    while !is_so().await {
        assert!(started.elapsed() < Duration::from_secs(30), "{what} within 30 s");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    started.elapsed()
}

fn url_with(change: impl FnOnce(&mut Url)) -> String {
    let mut url = Url::parse(&amqp_url()).expect("an address");
    change(&mut url);
    url.into()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_connection_refuses_at_once_and_works_again_after_it_is_mended() {
    let (proxy, subject) = through_proxy().await;
    let messages = subject.messages(3);
    subject.publish(&messages[..1]).await;
    let mut consumer = subject.consume(10).await;
    assert_eq!(consumer.next_batch(1).await.expect("a batch").len(), 1);

    proxy.cut();
    let ended = tokio::time::timeout(Duration::from_secs(5), consumer.next_batch(1)).await.expect("it does not hang");
    assert!(ended.is_err(), "{ended:?}");
    assert!(consumer.ack(&[1]).await.is_err());
    eventually("the broker is known to be away", async || !subject.broker.is_connected()).await;
    let started = Instant::now();
    let answers = subject.broker.publish(&messages[1..2]).await;
    assert!(matches!(answers[..], [Err(BrokerError::Unavailable(_))]), "{answers:?}");
    assert!(subject.broker.consume(std::slice::from_ref(&subject.queue), 1).await.is_err());
    assert!(subject.broker.depth(&subject.queue).await.is_err());
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());

    proxy.mend();
    eventually("the broker is back", async || subject.broker.is_connected()).await;
    subject.publish(&messages[2..]).await;
    let mut consumer = subject.consume(10).await;
    let mut seen = Vec::new();
    while seen.len() < 2 {
        let batch = consumer.next_batch(10).await.expect("a batch");
        seen.extend(batch.into_iter().map(|delivery| delivery.message.expect("a task").task.id));
    }
    assert_eq!(seen, [messages[0].task.id, messages[2].task.id], "what was not acknowledged, then what is new");
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_on_their_way_when_the_wire_is_cut_are_answered_soon() {
    let (proxy, subject) = through_proxy().await;
    subject.publish(&subject.messages(1)).await;
    let messages = subject.messages(20_000);
    let cut = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        proxy.cut();
    };
    let started = Instant::now();
    let (answers, ()) = futures::join!(subject.broker.publish(&messages), cut);
    assert_eq!(answers.len(), messages.len());
    assert!(answers.iter().any(Result::is_err), "the wire was cut too late for this test");
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_no_longer_answers_is_given_up_and_left() {
    let (proxy, subject) = through_proxy().await;
    subject.publish(&subject.messages(1)).await;
    proxy.freeze();
    let started = Instant::now();
    let answers = subject.broker.publish(&subject.messages(1)).await;
    assert!(matches!(answers[..], [Err(BrokerError::NotConfirmed | BrokerError::Unavailable(_))]), "{answers:?}");
    assert!(subject.broker.depth(&subject.queue).await.is_err());
    assert!(started.elapsed() < Duration::from_secs(15), "{:?}", started.elapsed());
    eventually("the silent connection is left", async || !subject.broker.is_connected()).await;
    proxy.mend();
    eventually("the broker is back", async || subject.broker.is_connected()).await;
    subject.publish(&subject.messages(1)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_is_away_at_the_start_is_connected_to_later() {
    let (proxy, _) = through_proxy().await;
    proxy.cut();
    let url = url_with(|url| {
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(proxy.address.port())).unwrap();
    });
    let error = AmqpBroker::connect(options(&url)).await.err().expect("it is away");
    assert!(matches!(error, BrokerError::Unavailable(Some(_))), "{error:?}");
    let broker = AmqpBroker::start(options(&url)).expect("the address is right");
    assert!(!broker.is_connected());
    eventually("it says why", async || broker.last_error().is_some()).await;
    let subject = Subject::new(Arc::new(broker));
    assert!(subject.broker.publish(&subject.messages(1)).await[0].is_err());
    proxy.mend();
    eventually("it is connected", async || subject.broker.is_connected()).await;
    subject.publish(&subject.messages(1)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_credentials_and_wrong_hosts_say_so_without_the_password() {
    let wrong_password = url_with(|url| url.set_password(Some("s3cret")).unwrap());
    let wrong_vhost = url_with(|url| url.set_path("/missing"));
    for url in [wrong_password, wrong_vhost] {
        let error = AmqpBroker::connect(options(&url)).await.err().expect("it is refused");
        assert!(matches!(error, BrokerError::Address(_)), "{error:?}");
        assert!(error.to_string().contains("refused"), "{error}");
        assert!(!format!("{error:?} {error}").contains("s3cret"), "{error:?}");
    }
    for url in ["amqp://u:s3cret@127.0.0.1:1", "amqp://u:s3cret@no-such-host.invalid"] {
        let error = AmqpBroker::connect(options(url)).await.err().expect("nobody is there");
        let BrokerError::Unavailable(Some(cause)) = &error else { panic!("{error:?}") };
        assert!(cause.to_string().contains("couldn't connect to"), "{cause}");
        assert!(!format!("{error:?} {cause}").contains("s3cret"), "{error:?}");
    }
    assert!(matches!(AmqpBroker::start(options("http://x")), Err(BrokerError::Address(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_port_is_given_up() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("amqp://{}", listener.local_addr().unwrap());
    let patience = Duration::from_millis(300);
    let error = AmqpBroker::connect(AmqpOptions { connect_timeout: patience, ..options(url) }).await.err().expect("it is silent");
    let BrokerError::Unavailable(Some(cause)) = &error else { panic!("{error:?}") };
    assert!(cause.to_string().contains("did not answer"), "{cause}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_that_is_there_is_used_as_it_is() {
    let broker = AmqpBroker::connect(options(amqp_url())).await.expect("RabbitMQ answers");
    let subject = Subject::new(Arc::new(broker));
    let channel = bare_channel().await;
    let mut arguments = FieldTable::default();
    arguments.insert("x-max-length".into(), 1_000.into());
    let durable = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
    channel.queue_declare(subject.queue.as_str().into(), durable, arguments).await.expect("declared");
    subject.publish(&subject.messages(2)).await;
    let mut consumer = subject.consume(2).await;
    assert!(!consumer.next_batch(2).await.expect("a batch").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_ones_exclusive_queue_is_an_error_of_that_queue_alone() {
    let broker = AmqpBroker::connect(options(amqp_url())).await.expect("RabbitMQ answers");
    let subject = Subject::new(Arc::new(broker));
    let other = Subject::new(subject.broker.clone());
    let channel = bare_channel().await;
    let exclusive = QueueDeclareOptions { exclusive: true, ..QueueDeclareOptions::default() };
    channel.queue_declare(other.queue.as_str().into(), exclusive, FieldTable::default()).await.expect("declared");
    let answers = subject.broker.publish(&[subject.message(), other.message(), subject.message()]).await;
    assert!(answers[0].is_ok() && answers[2].is_ok(), "{answers:?}");
    assert!(matches!(&answers[1], Err(BrokerError::Queue { queue, .. }) if queue == other.queue.as_str()), "{answers:?}");
    assert!(matches!(subject.broker.depth(&other.queue).await, Err(BrokerError::Queue { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_queue_is_declared_again_and_its_consumer_ends() {
    let broker = AmqpBroker::connect(options(amqp_url())).await.expect("RabbitMQ answers");
    let subject = Subject::new(Arc::new(broker));
    let other = Subject::new(subject.broker.clone());
    subject.publish(&[subject.message(), other.message()]).await;
    let mut consumer = subject.consume(10).await;
    consumer.next_batch(1).await.expect("a batch");
    bare_channel().await.queue_delete(subject.queue.as_str().into(), QueueDeleteOptions::default()).await.expect("deleted");
    let ended = tokio::time::timeout(Duration::from_secs(5), consumer.next_batch(1)).await.expect("it does not hang");
    assert!(ended.is_err());
    let mixed: Vec<_> = (0..100).map(|at| if at % 2 == 0 { subject.message() } else { other.message() }).collect();
    subject.publish(&mixed).await;
    assert_eq!(subject.broker.depth(&subject.queue).await.expect("a depth").ready, 50);
    assert_eq!(subject.broker.depth(&other.queue).await.expect("a depth").ready, 51);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_no_task_is_put_away_as_it_came() {
    let broker = AmqpBroker::connect(options(amqp_url())).await.expect("RabbitMQ answers");
    let subject = Subject::new(Arc::new(broker));
    subject.publish(&subject.messages(1)).await;
    let channel = bare_channel().await;
    let mut headers = FieldTable::default();
    headers.insert("task".into(), AMQPValue::LongString("x".into()));
    headers.insert("mark".into(), AMQPValue::LongString(subject.queue.as_str().into()));
    let properties = BasicProperties::default()
        .with_content_type("application/x-python-serialize".into())
        .with_expiration("60000".into())
        .with_headers(headers);
    let key = ShortString::from(subject.queue.as_str());
    let sent = channel.basic_publish("".into(), key, BasicPublishOptions::default(), b"\x80\x02", properties).await;
    sent.expect("sent");
    let mut consumer = subject.consume(10).await;
    let mut taken = Vec::new();
    while taken.len() < 2 {
        taken.extend(consumer.next_batch(10).await.expect("a batch"));
    }
    let reason = taken[1].message.as_ref().expect_err("it is pickled").to_string();
    assert!(reason.contains("pickle"), "{reason}");
    consumer.dead_letter(taken[1].tag, &reason).await.expect("put away");
    consumer.ack(&[taken[0].tag]).await.expect("acknowledged");
    drop(consumer);
    eventually("nothing is left", async || subject.broker.depth(&subject.queue).await.unwrap().ready == 0).await;
    // The queue is shared with other tests: look for ours.
    let found = eventually("the dead letter is there", async || {
        let letter = channel.basic_get(DEAD_LETTER_QUEUE.into(), BasicGetOptions::default()).await.expect("asked");
        letter.is_some_and(|letter| {
            let headers = letter.properties.headers().as_ref().expect("headers").inner();
            let ours = headers.get("mark") == Some(&AMQPValue::LongString(subject.queue.as_str().into()));
            if ours {
                assert_eq!(headers[REASON_HEADER], AMQPValue::LongString(reason.as_str().into()));
                assert_eq!(letter.data, b"\x80\x02");
                assert_eq!(letter.properties.expiration(), &None);
            }
            ours
        })
    });
    found.await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_reaches_the_client_that_waits() {
    let broker = AmqpBroker::connect(options(amqp_url())).await.expect("RabbitMQ answers");
    let channel = bare_channel().await;
    let exclusive = QueueDeclareOptions { exclusive: true, auto_delete: true, ..QueueDeclareOptions::default() };
    let queue = channel.queue_declare("".into(), exclusive, FieldTable::default()).await.expect("declared");
    let reply_to = queue.name().as_str().to_owned();
    let reply = ruche_broker::ReplyMessage { reply_to: reply_to.clone(), correlation_id: "c".into(), body: "{}".into() };
    broker.reply(reply).await.expect("sent");
    let mut got = None;
    eventually("the reply arrives", async || {
        got = channel.basic_get(reply_to.as_str().into(), BasicGetOptions { no_ack: true }).await.expect("asked");
        got.is_some()
    })
    .await;
    let got = got.expect("it arrived");
    assert_eq!(got.properties.correlation_id().as_ref().unwrap().as_str(), "c");
    assert_eq!(got.properties.delivery_mode(), &Some(1));
    assert_eq!(got.data, b"{}");
    let long = ruche_broker::ReplyMessage { reply_to: "x".repeat(300), correlation_id: "c".into(), body: "{}".into() };
    broker.reply(long).await.expect("no such queue can be, so nobody misses it");
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_leaves_no_connection_and_no_consumer() {
    let broker = AmqpBroker::connect(options(amqp_url())).await.expect("RabbitMQ answers");
    let subject = Subject::new(Arc::new(broker));
    let consumer = subject.consume(1).await;
    let observer = AmqpBroker::connect(options(amqp_url())).await.expect("RabbitMQ answers");
    assert_eq!(observer.depth(&subject.queue).await.expect("a depth").consumers, 1);
    subject.broker.close().await;
    eventually("the consumer is gone", async || observer.depth(&subject.queue).await.expect("a depth").consumers == 0).await;
    drop(consumer);
}

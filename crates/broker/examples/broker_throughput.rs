//! What publishing and consuming cost: through this crate, and with bare lapin.
//!
//! ```sh
//! AMQP_URL=amqp://guest:guest@127.0.0.1/%2f cargo run --release -p ruche-broker --example broker_throughput [messages]
//! ```
//!
//! Prints messages per second and processor time for each message: this process's, and RabbitMQ's if `RABBITMQ_PID` names its
//! process (`beam.smp`).

use std::{
    pin::Pin,
    time::{Duration, Instant},
};

use futures::StreamExt;
use lapin::{
    BasicProperties, Channel, Connection, ConnectionProperties,
    options::{
        BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions, ConfirmSelectOptions, QueueDeclareOptions,
        QueueDeleteOptions,
    },
    types::{FieldTable, ShortString},
};
use ruche_broker::{AmqpBroker, AmqpOptions, Broker, InProcessBroker, TaskMessage, message::Encoder};
use ruche_domain::{Clock, NewTask, Priority, QueueName, RawJson, SystemClock, TaskName, TaskOptions};

const WINDOW: usize = 1_000;
const PREFETCH: u16 = 500;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let url = std::env::var("AMQP_URL").unwrap_or_else(|_| "amqp://guest:guest@127.0.0.1/%2f".to_owned());
    let number = std::env::args().nth(1).map_or(50_000, |number| number.parse().expect("a number of messages"));
    println!("{number} messages of about 200 bytes of arguments");
    encode_and_decode(number);
    let in_process = InProcessBroker::new(number);
    through("in process", &in_process, number).await;
    let broker = AmqpBroker::connect(AmqpOptions::new(&url)).await.expect("RabbitMQ answers");
    through("this crate", &broker, number).await;
    broker.close().await;
    let mut priorities = FieldTable::default();
    priorities.insert("x-max-priority".into(), 9.into());
    let prioritised = AmqpOptions { queue_arguments: priorities.clone(), ..AmqpOptions::new(&url) };
    let broker = AmqpBroker::connect(prioritised).await.expect("RabbitMQ answers");
    through("this crate, priorities", &broker, number).await;
    broker.close().await;
    for (label, arguments) in [("bare lapin", FieldTable::default()), ("bare lapin, priorities", priorities)] {
        bare(label, &url, arguments, number).await;
    }
}

fn queue() -> QueueName {
    QueueName::new(&format!("throughput.{}", SystemClock.new_task_id())).expect("a valid name")
}

fn messages(queue: &QueueName, number: usize) -> Vec<TaskMessage> {
    let args = RawJson::of(&["x".repeat(196)]).expect("JSON");
    let kwargs = RawJson::empty_object();
    let name = TaskName::new("throughput.noop").expect("a valid name");
    let task = |_| NewTask {
        id: SystemClock.new_task_id(),
        name: name.clone(),
        queue: queue.clone(),
        priority: Priority::default(),
        args: args.clone(),
        kwargs: kwargs.clone(),
        max_attempts: 1,
        created_at: SystemClock.now(),
        eta: None,
        expires_at: None,
        options: TaskOptions::default(),
    };
    (0..number).map(task).map(TaskMessage::native).collect()
}

fn encode_and_decode(number: usize) {
    let queue = queue();
    let messages = messages(&queue, number);
    let encoder = Encoder::new("ruche@host");
    let meter = Meter::start();
    let encoded: Vec<_> = messages.iter().map(|message| encoder.encode(message)).collect();
    meter.stop("encode", number);
    let now = SystemClock.now();
    let read = |encoded: &ruche_broker::message::Encoded| {
        ruche_broker::message::decode(&encoded.properties, &encoded.body, &queue, now).expect("a task")
    };
    let meter = Meter::start();
    assert!(encoded.iter().map(read).all(|message| message.native));
    meter.stop("decode, native", number);
    let foreign: Vec<_> = messages.into_iter().map(|message| encoder.encode(&TaskMessage { native: false, ..message })).collect();
    let meter = Meter::start();
    assert!(foreign.iter().map(read).all(|message| !message.native));
    meter.stop("decode, foreign", number);
}

async fn through(label: &str, broker: &dyn Broker, number: usize) {
    let queue = queue();
    let batch = messages(&queue, number);
    let meter = Meter::start();
    publish(broker, &batch).await;
    meter.stop(&format!("{label}: publish + confirm"), number);
    let meter = Meter::start();
    consume(broker, &queue, number).await;
    meter.stop(&format!("{label}: consume + ack"), number);
    let batch = messages(&queue, number);
    let meter = Meter::start();
    futures::join!(publish(broker, &batch), consume(broker, &queue, number));
    meter.stop(&format!("{label}: both at once"), number);
}

async fn publish(broker: &dyn Broker, messages: &[TaskMessage]) {
    for answers in futures::future::join_all(messages.chunks(WINDOW).map(|window| broker.publish(window))).await {
        answers.into_iter().for_each(|answer| answer.expect("confirmed"));
    }
}

async fn consume(broker: &dyn Broker, queue: &QueueName, number: usize) {
    let mut consumer = broker.consume(std::slice::from_ref(queue), PREFETCH).await.expect("a consumer");
    let mut seen = 0;
    while seen < number {
        let batch = consumer.next_batch(PREFETCH.into()).await.expect("a batch");
        seen += batch.len();
        let tags: Vec<_> = batch.iter().map(|delivery| delivery.tag).collect();
        consumer.ack(&tags).await.expect("acknowledged");
    }
}

async fn bare(label: &str, url: &str, arguments: FieldTable, number: usize) {
    let (publishing, consuming) = (connect(url).await, connect(url).await);
    let queue = queue();
    let (sender, receiver) = (channel(&publishing).await, channel(&consuming).await);
    let durable = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
    sender.queue_declare(queue.as_str().into(), durable, arguments).await.expect("declared");
    let encoder = Encoder::new("ruche@host");
    let encoded: Vec<_> = messages(&queue, number)
        .iter()
        .map(|message| encoder.encode(message))
        .map(|encoded| (encoded.properties, encoded.body))
        .collect();
    let meter = Meter::start();
    bare_publish(&sender, &queue, encoded.clone()).await;
    meter.stop(&format!("{label}: publish + confirm"), number);
    let meter = Meter::start();
    bare_consume(&receiver, &queue, number).await;
    meter.stop(&format!("{label}: consume + ack"), number);
    let receiver = channel(&consuming).await;
    let meter = Meter::start();
    futures::join!(bare_publish(&sender, &queue, encoded), bare_consume(&receiver, &queue, number));
    meter.stop(&format!("{label}: both at once"), number);
    sender.queue_delete(queue.as_str().into(), QueueDeleteOptions::default()).await.expect("deleted");
}

async fn connect(url: &str) -> Connection {
    Connection::connect(url, ConnectionProperties::default()).await.expect("RabbitMQ answers")
}

async fn channel(connection: &Connection) -> Channel {
    let channel = connection.create_channel().await.expect("a channel");
    channel.basic_qos(PREFETCH, BasicQosOptions::default()).await.expect("set");
    channel.confirm_select(ConfirmSelectOptions::default()).await.expect("set");
    channel
}

/// A window of unconfirmed messages, each sent before the next is handed over, as lapin's own examples do.
async fn bare_publish(channel: &Channel, queue: &QueueName, messages: Vec<(BasicProperties, Vec<u8>)>) {
    let mut confirms: std::collections::VecDeque<Pin<Box<lapin::PublisherConfirm>>> = std::collections::VecDeque::new();
    for (properties, body) in messages {
        let key = ShortString::from(queue.as_str());
        let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
        let confirm = channel.basic_publish("".into(), key, options, &body, properties).await.expect("sent");
        confirms.push_back(Box::pin(confirm));
        if confirms.len() >= WINDOW {
            confirms.pop_front().expect("it is full").await.expect("confirmed");
        }
    }
    for confirm in confirms {
        confirm.await.expect("confirmed");
    }
}

async fn bare_consume(channel: &Channel, queue: &QueueName, number: usize) {
    let consuming =
        channel.basic_consume(queue.as_str().into(), "".into(), BasicConsumeOptions::default(), FieldTable::default());
    let mut consumer = consuming.await.expect("a consumer");
    let mut seen = 0;
    while seen < number {
        let delivery = consumer.next().await.expect("a delivery").expect("a delivery");
        seen += 1;
        if seen % (usize::from(PREFETCH) / 4) == 0 || seen == number {
            channel.basic_ack(delivery.delivery_tag, BasicAckOptions { multiple: true }).await.expect("acknowledged");
        }
    }
}

struct Meter {
    started: Instant,
    own: Duration,
    brokers: Duration,
}

impl Meter {
    fn start() -> Self {
        Self { started: Instant::now(), own: processor_time("self"), brokers: brokers_time() }
    }

    fn stop(self, label: &str, number: usize) {
        let wall = self.started.elapsed();
        let (own, brokers) = (processor_time("self") - self.own, brokers_time() - self.brokers);
        let number = u32::try_from(number).expect("a number of messages");
        let each = |time: Duration| time.as_secs_f64() * 1e6 / f64::from(number);
        let rate = f64::from(number) / wall.as_secs_f64();
        println!("{label:<44} {rate:>9.0}/s {:>7.2} us here {:>7.2} us RabbitMQ", each(own), each(brokers));
    }
}

fn brokers_time() -> Duration {
    std::env::var("RABBITMQ_PID").map_or(Duration::ZERO, |pid| processor_time(&pid))
}

/// User and system time of a process; zero where there is no `/proc`.
fn processor_time(pid: &str) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: u64 = after_name.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    // USER_HZ is 100 on every Linux.
    Duration::from_millis(ticks * 10)
}

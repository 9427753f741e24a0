//! Handing tasks out: what Ruche asks of a message broker, Celery's messages, RabbitMQ and an in-process broker.
//!
//! The broker is a doorbell that also carries the payload: it may lose, delay, duplicate or reorder messages, or be away
//! altogether. The database is the truth.

pub mod amqp;
#[cfg(feature = "conformance")]
pub mod conformance;
mod error;
pub mod in_process;
pub mod message;

use std::sync::Arc;

use async_trait::async_trait;
use ruche_domain::QueueName;

pub use amqp::{AmqpBroker, AmqpOptions};
pub use error::{BrokerError, ConsumeError};
pub use in_process::InProcessBroker;
pub use message::{DecodeError, TaskMessage};

/// What the broker says of a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueDepth {
    /// Messages that wait, not counting those delivered and not yet acknowledged.
    pub ready: u64,
    /// Consumers of the queue.
    pub consumers: u64,
}

/// A message that arrived.
#[derive(Debug)]
pub struct Delivery {
    /// Queue it came from.
    pub queue: QueueName,
    /// What to acknowledge it by; grows within one consumer.
    pub tag: u64,
    /// The task it carries, or why it carries none.
    pub message: Result<TaskMessage, DecodeError>,
    /// Whether the broker delivered it before.
    pub redelivered: bool,
}

/// An outcome for a Celery client that waits for one (`rpc://` result backend).
#[derive(Debug, Clone)]
pub struct ReplyMessage {
    /// The client's reply queue.
    pub reply_to: String,
    /// What the client matches by.
    pub correlation_id: String,
    /// JSON body, see `message::reply`.
    pub body: String,
}

/// A message broker. Any number of tasks may call it at once.
#[async_trait]
pub trait Broker: Send + Sync {
    /// Publishes messages, pipelined, each persistent and confirmed by the broker; declares queues at their first use. One
    /// answer per message, in order. Returns when every message is confirmed or refused; never waits for a reconnect: while the
    /// broker is away every message is refused at once with [`BrokerError::Unavailable`], and no call takes longer than 30 s.
    async fn publish(&self, messages: &[TaskMessage]) -> Vec<Result<(), BrokerError>>;

    /// Starts to consume from the queues (declared if need be). `prefetch` bounds the deliveries that are not yet acknowledged.
    ///
    /// # Errors
    /// When the broker is away.
    async fn consume(&self, queues: &[QueueName], prefetch: u16) -> Result<Box<dyn Consumer>, BrokerError>;

    /// How many messages wait in a queue; zero if there is no such queue.
    ///
    /// # Errors
    /// When the broker is away.
    async fn depth(&self, queue: &QueueName) -> Result<QueueDepth, BrokerError>;

    /// Publishes an outcome to a Celery client's reply queue, transient, unconfirmed; a client that is gone is no error.
    ///
    /// # Errors
    /// When the broker is away.
    async fn reply(&self, reply: ReplyMessage) -> Result<(), BrokerError>;

    /// Returns when a queue has room again that it lacked before, so that it should be refilled from the database. RabbitMQ has no
    /// such limit: there it never returns.
    async fn refill_wanted(&self) -> QueueName;

    /// Whether there is a connection now.
    fn is_connected(&self) -> bool;

    /// Whether messages survive this process; `false` for the in-process broker, whose queues are filled from the database.
    fn is_durable(&self) -> bool;

    /// Ends connections and background work. Nothing may be called afterwards.
    async fn close(&self);
}

/// A running consumption. Dropping it stops it; unacknowledged deliveries go back to their queues.
#[async_trait]
pub trait Consumer: Send {
    /// Waits for at least one delivery, then takes what else is there, up to `max`. Cancel safe: no delivery is lost when the
    /// future is dropped.
    ///
    /// # Errors
    /// When the connection is gone; make a new consumer.
    async fn next_batch(&mut self, max: usize) -> Result<Vec<Delivery>, ConsumeError>;

    /// Acknowledges deliveries, so that they are not delivered again.
    ///
    /// # Errors
    /// When the connection is gone: they will be delivered again, which does no harm.
    async fn ack(&mut self, tags: &[u64]) -> Result<(), ConsumeError>;

    /// Puts a delivery that is no task into the dead-letter queue (`ruche.dead`) as it came, with the reason in the header
    /// `x-ruche-reason`, then acknowledges it.
    ///
    /// # Errors
    /// When the connection is gone.
    async fn dead_letter(&mut self, tag: u64, reason: &str) -> Result<(), ConsumeError>;

    /// Gives deliveries back to their queues.
    ///
    /// # Errors
    /// When the connection is gone: they go back by themselves.
    async fn requeue(&mut self, tags: &[u64]) -> Result<(), ConsumeError>;
}

/// A broker as it is passed around.
pub type SharedBroker = Arc<dyn Broker>;

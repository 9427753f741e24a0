//! RabbitMQ.
//!
//! Two connections at most: one publishes, declares and asks; the other, opened by the first [`Broker::consume`], consumes, so
//! that RabbitMQ's flow control on publishers never holds acknowledgements back. Each is watched by a task that opens a new one
//! when it is gone. lapin's own recovery is not used: it renumbers deliveries under the consumers' feet, lets publishers wait
//! for the reconnect, and hangs for ever once its retries are used up (4.12.3). Here everything that belonged to a connection
//! ends with it, at once and visibly.

mod address;
mod consumer;
mod dead_letter;
mod declare;
mod link;
mod options;
mod publisher;
mod session;
mod unacked;

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use lapin::{BasicProperties, options::BasicPublishOptions, types::ShortString};
use ruche_domain::QueueName;
use tokio_util::sync::{CancellationToken, DropGuard};

use self::{address::Address, consumer::AmqpConsumer, link::Link, publisher::Publisher, session::Purpose};
use crate::{Broker, BrokerError, Consumer, QueueDepth, ReplyMessage, TaskMessage, message::Encoder};

pub use dead_letter::{DEAD_LETTER_QUEUE, REASON_HEADER};
pub use options::AmqpOptions;

/// What a process's log filter should hold beside its own directives: lapin writes whole messages it got back to the log, payload
/// included, and calls every queue that is not there an error. What matters of it, this crate logs itself.
pub const LOG_DIRECTIVE: &str = "lapin=off";

/// RabbitMQ as a [`Broker`].
pub struct AmqpBroker {
    publishing: Arc<Link>,
    consuming: OnceLock<Arc<Link>>,
    publisher: Publisher,
    options: Arc<AmqpOptions>,
    address: Arc<Address>,
    stop: CancellationToken,
    _stop_on_drop: DropGuard,
}

impl AmqpBroker {
    /// Connects.
    ///
    /// # Errors
    /// [`BrokerError::Address`] when the address is wrong or RabbitMQ refuses the credentials or the virtual host;
    /// [`BrokerError::Unavailable`] when it cannot be reached.
    pub async fn connect(options: AmqpOptions) -> Result<Self, BrokerError> {
        let address = Address::parse(&options)?;
        let first =
            session::open(&address, &options, Purpose::Publishing).await.map_err(session::OpenError::into_broker_error)?;
        Ok(Self::with(address, options, Some(first)))
    }

    /// Returns at once and connects in the background, however long that takes; [`Broker::is_connected`] tells when.
    ///
    /// # Errors
    /// [`BrokerError::Address`] when the address makes no sense.
    pub fn start(options: AmqpOptions) -> Result<Self, BrokerError> {
        let address = Address::parse(&options)?;
        Ok(Self::with(address, options, None))
    }

    fn with(address: Address, options: AmqpOptions, first: Option<Arc<session::Session>>) -> Self {
        let (address, options, stop) = (Arc::new(address), Arc::new(options), CancellationToken::new());
        let publishing = Link::start(address.clone(), options.clone(), Purpose::Publishing, first, stop.clone());
        let publisher = Publisher::start(publishing.clone(), Encoder::new(&options.origin), options.confirm_timeout);
        let guard = stop.clone().drop_guard();
        Self { publishing, consuming: OnceLock::new(), publisher, options, address, stop, _stop_on_drop: guard }
    }

    /// Why there is no connection now, if there is none and an attempt failed; without credentials.
    #[must_use]
    pub fn last_error(&self) -> Option<String> {
        let broken = [Some(&self.publishing), self.consuming.get()];
        broken.into_iter().flatten().filter(|link| link.session().is_none()).find_map(|link| link.last_error())
    }

    fn consuming(&self) -> &Arc<Link> {
        self.consuming
            .get_or_init(|| Link::start(self.address.clone(), self.options.clone(), Purpose::Consuming, None, self.stop.clone()))
    }
}

#[async_trait]
impl Broker for AmqpBroker {
    async fn publish(&self, messages: &[TaskMessage]) -> Vec<Result<(), BrokerError>> {
        if self.publishing.session().is_none() {
            return publisher::refuse(messages.len(), self.publishing.last_error());
        }
        self.publisher.publish(messages).await
    }

    async fn consume(&self, queues: &[QueueName], prefetch: u16) -> Result<Box<dyn Consumer>, BrokerError> {
        self.publishing.usable_session()?;
        let session = self.consuming().session_within(self.options.connect_timeout).await?;
        let consumer =
            AmqpConsumer::start(session, self.publishing.clone(), queues, prefetch, self.options.clock.clone()).await?;
        Ok(Box::new(consumer))
    }

    async fn depth(&self, queue: &QueueName) -> Result<QueueDepth, BrokerError> {
        let session = self.publishing.usable_session()?;
        session.depth(queue).await
    }

    async fn reply(&self, reply: ReplyMessage) -> Result<(), BrokerError> {
        let session = self.publishing.usable_session()?;
        let (Ok(reply_to), Ok(correlation_id)) =
            (ShortString::try_new(reply.reply_to), ShortString::try_new(reply.correlation_id))
        else {
            tracing::debug!("a reply was dropped: no queue can have the name it asks for");
            return Ok(());
        };
        let properties = BasicProperties::default()
            .with_content_type("application/json".into())
            .with_content_encoding("utf-8".into())
            .with_delivery_mode(1)
            .with_correlation_id(correlation_id);
        let body = reply.body.into_bytes();
        let channel = session.reply_channel().await?;
        let sent = channel.basic_publish("".into(), reply_to, BasicPublishOptions::default(), &body, properties);
        session.within(sent).await.map(drop)
    }

    async fn refill_wanted(&self) -> QueueName {
        std::future::pending().await
    }

    fn is_connected(&self) -> bool {
        self.publishing.session().is_some() && self.consuming.get().is_none_or(|link| link.session().is_some())
    }

    fn is_durable(&self) -> bool {
        true
    }

    async fn close(&self) {
        self.stop.cancel();
        self.publishing.ended().await;
        if let Some(consuming) = self.consuming.get() {
            consuming.ended().await;
        }
    }
}

//! Queues: asked for first, created only where they are missing.
//!
//! A Python application may have declared the queue with arguments of its own; declaring it with others is refused
//! (`PRECONDITION_FAILED`) and closes the channel. So Ruche asks passively first, and takes what is there.

use lapin::{
    Channel, ErrorKind, Queue,
    options::QueueDeclareOptions,
    protocol::{AMQPErrorKind, AMQPSoftError},
    types::{FieldTable, ShortString},
};
use ruche_domain::QueueName;

use super::session::Session;
use crate::{BrokerError, QueueDepth};

impl Session {
    /// Sees to it that the queue is there: durable, with the options' arguments if Ruche creates it.
    ///
    /// # Errors
    /// [`BrokerError::Queue`] when it may not be used.
    pub(super) async fn ensure_queue(&self, queue: &QueueName) -> Result<(), BrokerError> {
        self.ensure_queue_with(queue, || self.queue_arguments.clone()).await
    }

    pub(super) async fn ensure_queue_with(
        &self,
        queue: &QueueName,
        arguments: impl Fn() -> FieldTable,
    ) -> Result<(), BrokerError> {
        if self.is_declared(queue) {
            return Ok(());
        }
        let passive = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::default() };
        let durable = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
        let mut answer = self.declare(queue, passive, FieldTable::default()).await?;
        if answer.as_ref().is_err_and(is_missing) {
            answer = self.declare(queue, durable, arguments()).await?;
        }
        if answer.as_ref().is_err_and(is_different) {
            // Somebody else was faster, and wants it otherwise.
            answer = self.declare(queue, passive, FieldTable::default()).await?;
        }
        answer.map_err(|error| refused(queue, error))?;
        self.remember(queue.clone());
        Ok(())
    }

    /// How many messages wait, and for how many consumers.
    pub(super) async fn depth(&self, queue: &QueueName) -> Result<QueueDepth, BrokerError> {
        let passive = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::default() };
        match self.declare(queue, passive, FieldTable::default()).await? {
            Ok(found) => Ok(QueueDepth { ready: found.message_count().into(), consumers: found.consumer_count().into() }),
            Err(error) if is_missing(&error) => Ok(QueueDepth { ready: 0, consumers: 0 }),
            Err(error) => Err(refused(queue, error)),
        }
    }

    /// Declares on the channel kept for it. A refusal closes that channel; the next caller opens another.
    async fn declare(
        &self,
        queue: &QueueName,
        options: QueueDeclareOptions,
        arguments: FieldTable,
    ) -> Result<Result<Queue, lapin::Error>, BrokerError> {
        let mut kept = self.asking.lock().await;
        let channel = match kept.take().filter(|channel: &Channel| channel.status().connected()) {
            Some(channel) => channel,
            None => self.channel().await?,
        };
        let answer = self.try_within(channel.queue_declare(ShortString::from(queue.as_str()), options, arguments)).await?;
        if answer.is_ok() {
            *kept = Some(channel);
        }
        Ok(answer)
    }
}

fn soft(error: &lapin::Error) -> Option<&AMQPSoftError> {
    match error.kind() {
        ErrorKind::ProtocolError(protocol) => match protocol.kind() {
            AMQPErrorKind::Soft(soft) => Some(soft),
            AMQPErrorKind::Hard(_) => None,
        },
        _ => None,
    }
}

fn is_missing(error: &lapin::Error) -> bool {
    soft(error).is_some_and(|soft| matches!(soft, AMQPSoftError::NOTFOUND))
}

fn is_different(error: &lapin::Error) -> bool {
    soft(error).is_some_and(|soft| matches!(soft, AMQPSoftError::PRECONDITIONFAILED))
}

fn refused(queue: &QueueName, error: lapin::Error) -> BrokerError {
    match error.kind() {
        ErrorKind::ProtocolError(protocol) => {
            BrokerError::Queue { queue: queue.to_string(), reason: protocol.get_message().to_string() }
        }
        _ => BrokerError::Unavailable(Some(Box::new(error))),
    }
}

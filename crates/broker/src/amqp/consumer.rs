//! Consuming: one channel, one lapin consumer for each queue.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use async_trait::async_trait;
use futures::StreamExt;
use lapin::{
    BasicProperties, Channel,
    options::{BasicAckOptions, BasicConsumeOptions, BasicNackOptions, BasicQosOptions},
    types::{FieldTable, ShortString},
};
use ruche_domain::{Clock, QueueName, Timestamp};

use super::{
    dead_letter::{DEAD_LETTER_QUEUE, dead_letter},
    link::Link,
    publisher::{Fate, hand_over, send},
    session::Session,
    unacked::{Frames, Unacked},
};
use crate::{BrokerError, ConsumeError, Consumer, Delivery, message};

/// How long a confirmation of a dead letter may take.
const DEAD_LETTER_TIMEOUT: Duration = Duration::from_secs(10);

/// A consumption of some queues.
pub(super) struct AmqpConsumer {
    session: Arc<Session>,
    channel: Channel,
    /// Each queue's deliveries, in the order lapin read them.
    sources: Vec<(QueueName, lapin::Consumer)>,
    /// Whose turn it is to be looked at first.
    turn: usize,
    unacked: Unacked<Raw>,
    prefetch: usize,
    gone: Option<lapin::Error>,
    /// Dead letters go out on the other connection: RabbitMQ, when it runs short of memory, no longer reads what comes from a
    /// connection that ever published, and acknowledgements must go on.
    publishing: Arc<Link>,
    dead_letters: Option<(Arc<Session>, Channel)>,
    clock: Arc<dyn Clock>,
}

/// A delivery as it came; kept until it is settled, in case it turns out to be a dead letter.
struct Raw {
    properties: BasicProperties,
    data: Vec<u8>,
}

impl AmqpConsumer {
    pub(super) async fn start(
        session: Arc<Session>,
        publishing: Arc<Link>,
        queues: &[QueueName],
        prefetch: u16,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, BrokerError> {
        let mut names = queues.to_vec();
        names.sort_unstable();
        names.dedup();
        for queue in &names {
            session.ensure_queue(queue).await?;
        }
        let channel = session.channel().await?;
        let prefetch = prefetch.max(1);
        // Counted by RabbitMQ for each consumer, and `global` is refused by quorum queues: so each queue has its share.
        let share = prefetch.div_ceil(u16::try_from(names.len().max(1)).unwrap_or(u16::MAX));
        session.within(channel.basic_qos(share, BasicQosOptions { global: false })).await?;
        let mut sources = Vec::with_capacity(names.len());
        for queue in names {
            let name = ShortString::from(queue.as_str());
            let options = BasicConsumeOptions::default();
            let consuming = channel.basic_consume(name, ShortString::default(), options, FieldTable::default());
            let source = session.try_within(consuming).await?.map_err(|error| {
                // It was there a moment ago; the next consumer declares it again.
                session.forget(&queue);
                BrokerError::Unavailable(Some(Box::new(error)))
            })?;
            sources.push((queue, source));
        }
        Ok(Self {
            session,
            channel,
            sources,
            turn: 0,
            unacked: Unacked::default(),
            prefetch: usize::from(prefetch),
            gone: None,
            publishing,
            dead_letters: None,
            clock,
        })
    }

    fn check(&self) -> Result<(), ConsumeError> {
        match &self.gone {
            Some(error) => Err(ConsumeError(Some(Box::new(error.clone())))),
            None if self.session.ended.is_cancelled() || !self.channel.status().connected() => Err(ConsumeError(None)),
            None => Ok(()),
        }
    }

    /// Everything that is there, up to `max`; never part of it while the rest is waited for, so that nothing is lost when the
    /// waiting is given up.
    fn poll_batch(&mut self, context: &mut Context<'_>, max: usize) -> Poll<Result<Vec<Delivery>, ConsumeError>> {
        let most = max.min(self.prefetch.saturating_sub(self.unacked.len()));
        let (mut batch, mut now) = (Vec::new(), None);
        for step in 0..self.sources.len() {
            if batch.len() >= most {
                break;
            }
            let at = (self.turn + step) % self.sources.len();
            self.poll_source(context, at, most, &mut now, &mut batch);
        }
        self.turn = (self.turn + 1) % self.sources.len().max(1);
        if !batch.is_empty() {
            return Poll::Ready(Ok(batch));
        }
        match self.check() {
            Err(error) => Poll::Ready(Err(error)),
            Ok(()) => Poll::Pending,
        }
    }

    fn poll_source(
        &mut self,
        context: &mut Context<'_>,
        at: usize,
        most: usize,
        now: &mut Option<Timestamp>,
        batch: &mut Vec<Delivery>,
    ) {
        let (queue, source) = &mut self.sources[at];
        while batch.len() < most {
            match source.poll_next_unpin(context) {
                Poll::Ready(Some(Ok(delivery))) => {
                    let now = *now.get_or_insert_with(|| self.clock.now());
                    let lapin::message::Delivery { delivery_tag: tag, redelivered, properties, data, .. } = delivery;
                    let message = message::decode(&properties, &data, queue, now);
                    self.unacked.hold(tag, Raw { properties, data });
                    batch.push(Delivery { queue: queue.clone(), tag, message, redelivered });
                }
                Poll::Ready(Some(Err(error))) => self.gone = Some(error),
                Poll::Ready(None) => {
                    // The queue was deleted, or the channel closed: either way no more comes.
                    self.session.forget(queue);
                    let closed = lapin::ErrorKind::InvalidChannelState(lapin::ChannelState::Closed, "consumer cancelled");
                    self.gone.get_or_insert_with(|| closed.into());
                    return;
                }
                Poll::Pending => return,
            }
        }
    }

    async fn tell<F>(&self, frames: &Frames, one: impl Fn(u64, bool) -> F) -> Result<(), ConsumeError>
    where
        F: Future<Output = Result<(), lapin::Error>>,
    {
        let multiple = frames.up_to.map(|tag| (tag, true));
        let single = frames.single.iter().map(|tag| (*tag, false));
        let mut sends: Vec<Pin<Box<F>>> =
            multiple.into_iter().chain(single).map(|(tag, multiple)| Box::pin(one(tag, multiple))).collect();
        let early = hand_over(&mut sends).await;
        let told = async {
            for (send, early) in sends.iter_mut().zip(early) {
                match early {
                    Some(outcome) => outcome?,
                    None => send.await?,
                }
            }
            Ok(())
        };
        self.session.within(told).await.map_err(|error| ConsumeError(Some(Box::new(error))))
    }

    async fn publish_dead_letter(&mut self, tag: u64, reason: &str) -> Result<(), BrokerError> {
        let Some(Raw { properties, data }) = self.unacked.get(tag) else { return Ok(()) };
        let session = self.publishing.usable_session()?;
        let queue = QueueName::new(DEAD_LETTER_QUEUE).expect("the constant is a valid queue name");
        let letter = [(&queue, dead_letter(properties, data.clone(), reason, session.largest_frame()))];
        // Once more if the queue was deleted meanwhile.
        for _ in 0..2 {
            session.ensure_queue_with(&queue, FieldTable::default).await?;
            let channel = match self.dead_letters.take() {
                Some((own, channel)) if Arc::ptr_eq(&own, &session) && channel.status().connected() => channel,
                _ => session.confirming_channel().await?,
            };
            let sent = send(&session, &channel, &letter, DEAD_LETTER_TIMEOUT).await;
            if sent.fates != [Fate::Confirmed] {
                return Err(BrokerError::NotConfirmed);
            }
            self.dead_letters = Some((session.clone(), channel));
            if sent.unroutable.is_empty() {
                return Ok(());
            }
            session.forget(&queue);
        }
        Err(BrokerError::NotConfirmed)
    }
}

#[async_trait]
impl Consumer for AmqpConsumer {
    async fn next_batch(&mut self, max: usize) -> Result<Vec<Delivery>, ConsumeError> {
        self.check()?;
        let ended = self.session.ended.clone();
        tokio::select! {
            biased;
            () = ended.cancelled() => Err(ConsumeError(None)),
            batch = poll_fn(|context| self.poll_batch(context, max)) => batch,
        }
    }

    async fn ack(&mut self, tags: &[u64]) -> Result<(), ConsumeError> {
        self.check()?;
        let frames = self.unacked.settle(tags);
        self.tell(&frames, |tag, multiple| self.channel.basic_ack(tag, BasicAckOptions { multiple })).await
    }

    async fn dead_letter(&mut self, tag: u64, reason: &str) -> Result<(), ConsumeError> {
        self.check()?;
        self.publish_dead_letter(tag, reason).await.map_err(|error| ConsumeError(Some(Box::new(error))))?;
        self.ack(&[tag]).await
    }

    async fn requeue(&mut self, tags: &[u64]) -> Result<(), ConsumeError> {
        self.check()?;
        let frames = self.unacked.settle(tags);
        self.tell(&frames, |tag, multiple| self.channel.basic_nack(tag, BasicNackOptions { multiple, requeue: true })).await
    }
}

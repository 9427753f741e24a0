//! Publishing: what concurrent callers hand in goes out together.
//!
//! A few tasks take whatever has been handed in, each on its own channel: while one waits for confirmations the next batch is
//! already on its way. Nothing ever waits for a batch to fill.

use std::{collections::HashSet, future::Future, pin::Pin, sync::Arc, task::Poll, time::Duration};

use lapin::{Channel, Confirmation, options::BasicPublishOptions, types::ShortString};
use ruche_domain::QueueName;
use tokio::sync::{Mutex, mpsc, oneshot};

use super::{link::Link, session::Session};
use crate::{
    BrokerError, TaskMessage,
    message::{Encoded, Encoder},
};

/// Batches on their way at once.
const CHANNELS: usize = 2;
/// Most messages that wait for confirmation on one channel. lapin looks at all of them for each confirmation that covers
/// several, so more would cost more.
const WINDOW: usize = 1024;
/// Calls that wait for their turn before further ones are made to wait.
const BACKLOG: usize = 1024;
/// No call takes longer (the trait's promise, less a margin).
const LONGEST_CALL: Duration = Duration::from_secs(25);

pub(super) type Answer = Result<(), BrokerError>;

/// Where to hand messages in.
pub(super) struct Publisher {
    jobs: mpsc::Sender<Job>,
}

struct Job {
    messages: Vec<TaskMessage>,
    answer: oneshot::Sender<Vec<Answer>>,
}

impl Publisher {
    pub(super) fn start(link: Arc<Link>, encoder: Encoder, timeout: Duration) -> Self {
        let (jobs, waiting) = mpsc::channel(BACKLOG);
        let (waiting, encoder) = (Arc::new(Mutex::new(waiting)), Arc::new(encoder));
        for _ in 0..CHANNELS {
            let lane = Lane { link: link.clone(), encoder: encoder.clone(), timeout, open: None };
            tokio::spawn(lane.run(waiting.clone()));
        }
        Self { jobs }
    }

    pub(super) async fn publish(&self, messages: &[TaskMessage]) -> Vec<Answer> {
        if messages.is_empty() {
            return Vec::new();
        }
        let (answer, answered) = oneshot::channel();
        let job = Job { messages: messages.to_vec(), answer };
        let published = async {
            self.jobs.send(job).await.ok()?;
            answered.await.ok()
        };
        match tokio::time::timeout(LONGEST_CALL, published).await {
            Ok(Some(answers)) => answers,
            Ok(None) => refuse(messages.len(), None),
            Err(_) => messages.iter().map(|_| Err(BrokerError::NotConfirmed)).collect(),
        }
    }
}

/// The answers when nothing can be published.
pub(super) fn refuse(messages: usize, reason: Option<String>) -> Vec<Answer> {
    (0..messages).map(|_| Err(BrokerError::Unavailable(reason.clone().map(Into::into)))).collect()
}

/// One channel's worth of publishing.
struct Lane {
    link: Arc<Link>,
    encoder: Arc<Encoder>,
    timeout: Duration,
    open: Option<(Arc<Session>, Channel)>,
}

impl Lane {
    async fn run(mut self, waiting: Arc<Mutex<mpsc::Receiver<Job>>>) {
        while let Some(jobs) = take(&waiting).await {
            let jobs: Vec<Job> = jobs.into_iter().filter(|job| !job.answer.is_closed()).collect();
            let messages: Vec<&TaskMessage> = jobs.iter().flat_map(|job| &job.messages).collect();
            let mut answers = self.publish(&messages).await.into_iter();
            for job in jobs {
                let own = answers.by_ref().take(job.messages.len()).collect();
                // Whoever gave up waiting will publish again.
                let _ = job.answer.send(own);
            }
        }
    }

    async fn publish(&mut self, messages: &[&TaskMessage]) -> Vec<Answer> {
        let mut answers = Vec::with_capacity(messages.len());
        for window in messages.chunks(WINDOW) {
            answers.extend(self.publish_window(window).await);
        }
        answers
    }

    async fn publish_window(&mut self, messages: &[&TaskMessage]) -> Vec<Answer> {
        let (session, channel) = match self.channel().await {
            Ok(open) => open,
            Err(_) => return refuse(messages.len(), self.link.last_error()),
        };
        let mut answers: Vec<Option<Answer>> = messages.iter().map(|_| None).collect();
        // A second time for the messages whose queue turned out to be gone.
        for last in [false, true] {
            let todo: Vec<usize> = (0..messages.len()).filter(|at| answers[*at].is_none()).collect();
            if todo.is_empty() {
                break;
            }
            let todo = self.declared(&session, messages, todo, &mut answers).await;
            let encoded: Vec<_> = todo.iter().map(|at| (messages[*at].queue(), self.encoder.encode(messages[*at]))).collect();
            let sent = send(&session, &channel, &encoded, self.timeout).await;
            if sent.given_up {
                // What is still on its way would be taken for the answer to something else.
                self.open = None;
            }
            for (at, fate) in todo.into_iter().zip(sent.fates) {
                let queue = messages[at].queue();
                answers[at] = match fate {
                    Fate::Confirmed if !sent.unroutable.contains(queue.as_str()) => Some(Ok(())),
                    Fate::Confirmed if last => Some(Err(unroutable(queue))),
                    Fate::Confirmed => {
                        session.forget(queue);
                        None
                    }
                    Fate::Unknown => Some(Err(BrokerError::NotConfirmed)),
                    Fate::NotSent => Some(Err(BrokerError::Unavailable(None))),
                };
            }
        }
        answers.into_iter().map(|answer| answer.unwrap_or(Err(BrokerError::NotConfirmed))).collect()
    }

    /// Sees to the messages' queues; those whose queue may not be used get that as their answer and are left out.
    async fn declared(
        &self,
        session: &Session,
        messages: &[&TaskMessage],
        todo: Vec<usize>,
        answers: &mut [Option<Answer>],
    ) -> Vec<usize> {
        let missing: HashSet<&QueueName> =
            todo.iter().map(|at| messages[*at].queue()).filter(|queue| !session.is_declared(queue)).collect();
        for queue in missing {
            if let Err(error) = session.ensure_queue(queue).await {
                let reason = error.to_string();
                for at in todo.iter().filter(|at| messages[**at].queue() == queue) {
                    answers[*at] = Some(Err(match &error {
                        BrokerError::Queue { queue, reason } => {
                            BrokerError::Queue { queue: queue.clone(), reason: reason.clone() }
                        }
                        _ => BrokerError::Unavailable(Some(reason.clone().into())),
                    }));
                }
            }
        }
        todo.into_iter().filter(|at| answers[*at].is_none()).collect()
    }

    async fn channel(&mut self) -> Result<(Arc<Session>, Channel), BrokerError> {
        let session = self.link.usable_session()?;
        if let Some((own, channel)) = &self.open
            && Arc::ptr_eq(own, &session)
            && channel.status().connected()
        {
            return Ok((session, channel.clone()));
        }
        let channel = session.confirming_channel().await?;
        self.open = Some((session.clone(), channel.clone()));
        Ok((session, channel))
    }
}

/// Waits for a job, then takes what else is there, up to a window of messages.
async fn take(waiting: &Mutex<mpsc::Receiver<Job>>) -> Option<Vec<Job>> {
    let mut waiting = waiting.lock().await;
    let mut jobs = vec![waiting.recv().await?];
    let mut messages = jobs[0].messages.len();
    while messages < WINDOW
        && let Ok(job) = waiting.try_recv()
    {
        messages += job.messages.len();
        jobs.push(job);
    }
    Some(jobs)
}

fn unroutable(queue: &QueueName) -> BrokerError {
    BrokerError::Queue { queue: queue.to_string(), reason: "it disappears as soon as it is declared".to_owned() }
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// RabbitMQ answers for it, unless its queue is among the unroutable.
    Confirmed,
    /// It may or may not be there.
    Unknown,
    /// It was not sent.
    NotSent,
}

/// What became of a batch.
pub(super) struct Sent {
    pub(super) fates: Vec<Fate>,
    /// Queues that are not there. lapin attaches a returned message to any confirmation of its batch, so only the batch as a
    /// whole can be asked; a message that did get through before its queue was deleted is then published twice.
    pub(super) unroutable: HashSet<String>,
    /// The confirmations did not all come in time, or the connection ended first.
    pub(super) given_up: bool,
}

/// Publishes to queues through the default exchange and waits for every confirmation.
pub(super) async fn send(session: &Session, channel: &Channel, messages: &[(&QueueName, Encoded)], timeout: Duration) -> Sent {
    let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
    let mut sends: Vec<_> = messages
        .iter()
        .map(|(queue, Encoded { properties, body })| {
            let key = ShortString::from(queue.as_str());
            Box::pin(channel.basic_publish(ShortString::default(), key, options, body, properties.clone()))
        })
        .collect();
    let mut sent = Sent { fates: vec![Fate::Unknown; messages.len()], unroutable: HashSet::new(), given_up: false };
    let collecting = async {
        let early = hand_over(&mut sends).await;
        for ((send, early), fate) in sends.iter_mut().zip(early).zip(&mut sent.fates) {
            let confirm = match early {
                Some(Ok(confirm)) => Ok(confirm),
                Some(Err(_)) => {
                    *fate = Fate::NotSent;
                    continue;
                }
                None => send.await,
            };
            let Ok(confirm) = confirm else { continue };
            if let Ok(Confirmation::Ack(returned)) = confirm.await {
                *fate = Fate::Confirmed;
                sent.unroutable.extend(returned.map(|returned| returned.routing_key.as_str().to_owned()));
            }
        }
    };
    sent.given_up = tokio::select! {
        biased;
        () = collecting => false,
        () = session.ended.cancelled() => true,
        () = tokio::time::sleep(timeout) => true,
    };
    sent
}

/// Polls every send once, in order: that is what hands its frames to lapin's thread, which then writes them together. Waiting
/// for each before the next would cost a write and two thread switches per message.
pub(super) async fn hand_over<F, T>(sends: &mut [Pin<Box<F>>]) -> Vec<Option<T>>
where
    F: Future<Output = T>,
{
    std::future::poll_fn(|context| {
        let polled = sends.iter_mut().map(|send| match send.as_mut().poll(context) {
            Poll::Ready(outcome) => Some(outcome),
            Poll::Pending => None,
        });
        Poll::Ready(polled.collect())
    })
    .await
}

//! A connection that is opened again whenever it is gone.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures::StreamExt;
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    address::Address,
    options::AmqpOptions,
    session::{self, OpenError, Purpose, Session},
};
use crate::BrokerError;

const SHORTEST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// How often to look whether the connection is still there, in case its end was not announced.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// A handle of the connection there is now, if there is one.
pub(super) struct Link {
    sessions: watch::Receiver<Option<Arc<Session>>>,
    last_error: Arc<Mutex<Option<String>>>,
    tasks: TaskTracker,
}

struct Supervisor {
    address: Arc<Address>,
    options: Arc<AmqpOptions>,
    purpose: Purpose,
    sessions: watch::Sender<Option<Arc<Session>>>,
    last_error: Arc<Mutex<Option<String>>>,
    stop: CancellationToken,
}

impl Link {
    /// Keeps a connection open until `stop`, beginning with `first` if it is there.
    pub(super) fn start(
        address: Arc<Address>,
        options: Arc<AmqpOptions>,
        purpose: Purpose,
        first: Option<Arc<Session>>,
        stop: CancellationToken,
    ) -> Arc<Self> {
        let (sender, sessions) = watch::channel(first);
        let last_error = Arc::new(Mutex::new(None));
        let supervisor = Supervisor { address, options, purpose, sessions: sender, last_error: last_error.clone(), stop };
        let tasks = TaskTracker::new();
        tasks.spawn(supervisor.run());
        tasks.close();
        Arc::new(Self { sessions, last_error, tasks })
    }

    /// The connection, if it can be used now.
    pub(super) fn session(&self) -> Option<Arc<Session>> {
        self.sessions.borrow().as_ref().filter(|session| session.usable()).cloned()
    }

    /// The connection, or why there is none.
    pub(super) fn usable_session(&self) -> Result<Arc<Session>, BrokerError> {
        self.session().ok_or_else(|| BrokerError::Unavailable(self.last_error().map(Into::into)))
    }

    /// The connection, once it is there.
    pub(super) async fn session_within(&self, timeout: Duration) -> Result<Arc<Session>, BrokerError> {
        let mut sessions = self.sessions.clone();
        let there = sessions.wait_for(|session| session.as_ref().is_some_and(|session| session.usable()));
        let _ = tokio::time::timeout(timeout, async { drop(there.await) }).await;
        self.usable_session()
    }

    /// Why the connection cannot be used, if it cannot and that is known.
    pub(super) fn last_error(&self) -> Option<String> {
        if self.sessions.borrow().as_ref().is_some_and(|session| session.connection.status().blocked()) {
            return Some("RabbitMQ takes no messages for now: it is out of memory or disk space".to_owned());
        }
        self.last_error.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns when the connection is closed for good.
    pub(super) async fn ended(&self) {
        self.tasks.wait().await;
    }
}

impl Supervisor {
    async fn run(self) {
        let stop = self.stop.clone();
        let first = self.sessions.borrow().clone();
        if let Some(session) = first {
            self.watch(session).await;
        }
        let mut pause = SHORTEST_PAUSE;
        while !stop.is_cancelled() {
            let opened = tokio::select! {
                opened = session::open(&self.address, &self.options, self.purpose) => opened,
                () = stop.cancelled() => break,
            };
            match opened {
                Ok(session) => {
                    pause = SHORTEST_PAUSE;
                    tracing::info!(purpose = ?self.purpose, address = %self.address, "connected to the broker");
                    self.note(None);
                    self.sessions.send_replace(Some(session.clone()));
                    self.watch(session).await;
                }
                Err(error) => self.note(Some(error)),
            }
            // Half of the pause is random, so that many processes do not come back at once.
            let share = 0.5 + self.options.clock.random() / 2.0;
            tokio::select! {
                () = tokio::time::sleep(pause.mul_f64(share)) => {}
                () = stop.cancelled() => {}
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Returns when the connection is gone, or closed because all is to stop.
    async fn watch(&self, session: Arc<Session>) {
        let mut events = std::pin::pin!(session.connection.events_listener());
        let mut tick = tokio::time::interval(LOOK_AGAIN);
        while session.connection.status().connected() {
            tokio::select! {
                _ = events.next() => {}
                _ = tick.tick() => {}
                () = session.ended.cancelled() => break,
                () = self.stop.cancelled() => {
                    self.sessions.send_replace(None);
                    return session.close().await;
                }
            }
        }
        tracing::warn!(purpose = ?self.purpose, address = %self.address, "lost the connection to the broker");
        self.sessions.send_replace(None);
        session.cut();
    }

    /// Keeps the reason, and logs it when it is a new one.
    fn note(&self, error: Option<OpenError>) {
        let reason = error.map(|error| error.to_string());
        let mut last = self.last_error.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reason) = reason.as_ref().filter(|reason| last.as_ref() != Some(reason)) {
            tracing::warn!(purpose = ?self.purpose, %reason, "no connection to the broker; trying again and again");
        }
        *last = reason;
    }
}

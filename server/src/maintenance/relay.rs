//! Publishes what was committed and never confirmed: the broker was away, or the server died in between. Tasks of workflows that
//! an outcome released are published this way too, at once.

use std::time::Duration;

use async_trait::async_trait;
use ruche_domain::Changes;
use ruche_store::StoreError;
use tokio::sync::{
    Mutex,
    broadcast::{Receiver, error::RecvError},
};

use super::{Duties, Duty};

/// A note this old was forgotten: publishing takes milliseconds, and 30 seconds at the very most.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(5);
/// Notes per round; each covers up to some thousand tasks.
const NOTES: u32 = 8;

/// See the module.
pub struct Relay {
    duties: Duties,
    /// Followed from the start, and not only during pauses, so that what is told during a round counts as well.
    notices: Mutex<Receiver<Changes>>,
}

impl Relay {
    /// The duty.
    #[must_use]
    pub fn new(duties: Duties) -> Self {
        Self { notices: Mutex::new(duties.store.feed().subscribe()), duties }
    }

    /// Publishes what is due; how long there is nothing to do.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn relay(&self) -> Result<Duration, StoreError> {
        self.round().await
    }
}

#[async_trait]
impl Duty for Relay {
    fn name(&self) -> &'static str {
        "relay"
    }

    async fn round(&self) -> Result<Duration, StoreError> {
        if !self.duties.broker.is_connected() {
            return Ok(Duration::from_millis(500));
        }
        let now = self.duties.clock.now();
        let handover = self.duties.store.take_unpublished(self.duties.ago(now, FORGOTTEN_AFTER), now, NOTES).await?;
        if handover.tasks.is_empty() && handover.outbox.is_empty() {
            return Ok(Duration::from_secs(1));
        }
        tracing::info!(tasks = handover.tasks.len(), "publishing what was committed and not confirmed");
        self.duties.publisher.publish(handover).await;
        Ok(Duration::ZERO)
    }

    /// Tasks that waited for others are published by nobody else, so their notes are taken at once.
    async fn wake(&self) {
        let mut notices = self.notices.lock().await;
        loop {
            match notices.recv().await {
                Ok(Changes::Released) | Err(RecvError::Lagged(_)) => return,
                Ok(_) => {}
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    }
}

//! Publishes what was committed and never confirmed: the broker was away, or the server died in between.

use std::time::Duration;

use async_trait::async_trait;
use ruche_store::StoreError;

use super::{Duties, Duty};

/// A note this old was forgotten: publishing takes milliseconds, and 30 seconds at the very most.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(5);
/// Notes per round; each covers up to some thousand tasks.
const NOTES: u32 = 8;

/// See the module.
pub struct Relay(pub Duties);

#[async_trait]
impl Duty for Relay {
    fn name(&self) -> &'static str {
        "relay"
    }

    async fn round(&self) -> Result<Duration, StoreError> {
        if !self.0.broker.is_connected() {
            return Ok(Duration::from_millis(500));
        }
        let now = self.0.clock.now();
        let handover = self.0.store.take_unpublished(self.0.ago(now, FORGOTTEN_AFTER), now, NOTES).await?;
        if handover.tasks.is_empty() && handover.outbox.is_empty() {
            return Ok(Duration::from_secs(1));
        }
        tracing::info!(tasks = handover.tasks.len(), "publishing what was committed and not confirmed");
        self.0.publisher.publish(handover).await;
        Ok(Duration::ZERO)
    }
}

//! Moves on what has come due (ETA, retries) and ends what is past its expiry.

use std::time::Duration;

use async_trait::async_trait;
use ruche_store::StoreError;

use super::{Duties, Duty};

/// Longest pause: what becomes due meanwhile is at most this late.
const EVERY: Duration = Duration::from_millis(200);
/// Tasks moved per statement.
const TASKS: u32 = 2_000;

/// See the module.
pub struct Scheduler(pub Duties);

#[async_trait]
impl Duty for Scheduler {
    fn name(&self) -> &'static str {
        "scheduler"
    }

    async fn round(&self) -> Result<Duration, StoreError> {
        let now = self.0.clock.now();
        let expired = self.0.store.expire_overdue(now, TASKS).await?;
        self.0.publisher.maintained().expired.inc_by(expired);
        let due = self.0.store.release_due(now, TASKS).await?;
        let more = due.tasks.len() == TASKS as usize || expired == u64::from(TASKS);
        self.0.publisher.hand_over(due).await;
        if more {
            return Ok(Duration::ZERO);
        }
        let next = self.0.store.next_due().await?;
        let wait = next.map_or(EVERY, |at| (at - self.0.clock.now()).to_std().unwrap_or_default());
        Ok(wait.clamp(Duration::from_millis(5), EVERY))
    }
}

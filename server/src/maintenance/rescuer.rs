//! Takes back what a lost worker held: its lease ran out.

use std::time::Duration;

use async_trait::async_trait;
use ruche_store::StoreError;

use super::{Duties, Duty};

/// Between looks; with leases of 30 s a lost worker's tasks are back within 32 s.
const EVERY: Duration = Duration::from_secs(2);
/// Tasks per statement.
const TASKS: u32 = 1_000;

/// See the module.
pub struct Rescuer(pub Duties);

#[async_trait]
impl Duty for Rescuer {
    fn name(&self) -> &'static str {
        "rescuer"
    }

    async fn round(&self) -> Result<Duration, StoreError> {
        let rescued = self.0.store.rescue_lost(self.0.clock.now(), TASKS).await?;
        let count = rescued.tasks.len();
        self.0.publisher.maintained().rescued.inc_by(count as u64);
        if count > 0 {
            tracing::warn!(tasks = count, "queued again what a lost worker held");
        }
        self.0.publisher.hand_over(rescued).await;
        Ok(if count == TASKS as usize { Duration::ZERO } else { EVERY })
    }
}

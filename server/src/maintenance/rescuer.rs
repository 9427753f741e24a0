//! Takes back what a lost worker held: its lease ran out.

use std::time::Duration;

use async_trait::async_trait;
use ruche_store::{Rescued, StoreError};

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
        let Rescued { again, ended } = self.0.store.rescue_lost(self.0.clock.now(), TASKS).await?;
        let publisher = &self.0.publisher;
        publisher.maintained().rescued.inc_by(again.tasks.len() as u64);
        ended.iter().for_each(|task| publisher.lost().count(task));
        let found = again.tasks.len() + ended.len();
        if found > 0 {
            tracing::warn!(queued = again.tasks.len(), ended = ended.len(), "took back what a lost worker held");
        }
        publisher.hand_over(again).await;
        Ok(if found >= TASKS as usize { Duration::ZERO } else { EVERY })
    }
}

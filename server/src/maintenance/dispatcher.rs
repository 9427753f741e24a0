//! Gives recorded events of webhooks to tasks that deliver them, and looks after old deliveries.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use ruche_domain::Timestamp;
use ruche_store::StoreError;

use super::{Duties, Duty};
use crate::{metrics::Source, webhooks::deliver_task};

/// Between looks while nothing is recorded. With no subscription a look is one at an empty table.
const EVERY: Duration = Duration::from_millis(500);
/// Between portions: leaves the database to the tasks that run.
const BREATH: Duration = Duration::from_millis(10);
/// Deliveries per transaction.
const DELIVERIES: u32 = 1_000;
/// Between looks after old deliveries.
const TIDY_EVERY: chrono::TimeDelta = chrono::TimeDelta::minutes(1);
/// How long deliveries are kept after they ended.
const KEPT: Duration = Duration::from_hours(14 * 24);

/// See the module.
pub struct Dispatcher {
    duties: Duties,
    tidied_at: Mutex<Option<Timestamp>>,
}

impl Dispatcher {
    /// The duty.
    #[must_use]
    pub const fn new(duties: Duties) -> Self {
        Self { duties, tidied_at: Mutex::new(None) }
    }

    /// Gives one portion to tasks; how many.
    ///
    /// # Errors
    /// When the database fails; then nothing was given.
    pub async fn dispatch(&self) -> Result<usize, StoreError> {
        let Duties { store, publisher, clock, .. } = &self.duties;
        let make = |id| deliver_task(id, &**clock);
        let handover = store.dispatch_webhooks(clock.now(), DELIVERIES, &make).await?;
        let given = handover.tasks.len();
        if let Some(task) = handover.tasks.first() {
            // All are of one name, on one queue.
            publisher.enqueued().count(task, true, Source::Webhook, given as u64);
            publisher.hand_over(handover).await;
        }
        Ok(given)
    }

    /// Looks after old deliveries, in portions.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tidy(&self) -> Result<(), StoreError> {
        let now = self.duties.clock.now();
        // What fails is tried again in a minute, so that it does not hold up the dispatch.
        self.set_tidied(Some(now));
        let tidied = self.duties.store.tidy_webhooks(self.duties.ago(now, KEPT), now, DELIVERIES).await?;
        if tidied.lost > 0 {
            tracing::warn!(lost = tidied.lost, "deliveries of webhooks whose tasks ended without a word have failed");
        }
        let more = tidied.pruned >= u64::from(DELIVERIES) || tidied.lost >= u64::from(DELIVERIES);
        self.set_tidied((!more).then_some(now));
        Ok(())
    }

    fn set_tidied(&self, at: Option<Timestamp>) {
        *self.tidied_at.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }

    fn is_tidy(&self) -> bool {
        let tidied_at = *self.tidied_at.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.duties.clock.now();
        tidied_at.is_some_and(|at| (chrono::TimeDelta::zero()..TIDY_EVERY).contains(&(now - at)))
    }
}

#[async_trait]
impl Duty for Dispatcher {
    fn name(&self) -> &'static str {
        "dispatcher"
    }

    async fn round(&self) -> Result<Duration, StoreError> {
        let given = self.dispatch().await?;
        if !self.is_tidy() {
            self.tidy().await?;
        }
        Ok(if given > 0 { BREATH } else { EVERY })
    }
}

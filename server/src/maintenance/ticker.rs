//! Enqueues the tasks of schedules whose tick is due.

use std::time::Duration;

use async_trait::async_trait;
use ruche_store::{Fired, StoreError};

use super::{Duties, Duty};
use crate::{definitions::Definitions, metrics::Source, scheduling::Maker};

/// Longest pause: a schedule that another server stores meanwhile is at most this late.
const EVERY: Duration = Duration::from_millis(250);
/// Pause when other servers have what is due.
const TAKEN: Duration = Duration::from_millis(20);
/// Schedules decided in one transaction.
const SCHEDULES: u32 = 100;

/// See the module.
pub struct Ticker {
    duties: Duties,
    definitions: Definitions,
}

impl Ticker {
    /// The duty.
    #[must_use]
    pub fn new(duties: Duties) -> Self {
        Self { definitions: Definitions::new(duties.store.clone()), duties }
    }

    /// Decides what is due; how long there is nothing to do.
    ///
    /// # Errors
    /// When the database fails; then nothing was decided.
    pub async fn tick(&self) -> Result<Duration, StoreError> {
        let Duties { store, publisher, clock, accept_unregistered_tasks, .. } = &self.duties;
        let now = clock.now();
        let Some(due) = store.next_tick_due().await? else { return Ok(EVERY) };
        if due > now {
            return Ok((due - now).to_std().unwrap_or_default().clamp(Duration::from_millis(1), EVERY));
        }
        // Only now, so that a server without schedules asks for nothing else.
        self.definitions.refresh().await?;
        let definitions = self.definitions.current().await?;
        let maker = Maker { definitions: &definitions, accept_unregistered: *accept_unregistered_tasks, clock: &**clock };
        let Fired { decided, unreadable, made, handover } = store.fire_due(now, SCHEDULES, &maker).await?;
        publisher.maintained().count_ticks(decided, made.len());
        for task in &made {
            let registered = definitions.get(task.name.as_str()).is_some();
            publisher.enqueued().count(task, registered, Source::Schedule, 1);
        }
        publisher.hand_over(handover).await;
        if unreadable > 0 {
            tracing::error!(unreadable, "couldn't read schedules; they are tried again in a minute");
        }
        Ok(if decided == 0 { TAKEN } else { Duration::ZERO })
    }
}

#[async_trait]
impl Duty for Ticker {
    fn name(&self) -> &'static str {
        "ticker"
    }

    async fn round(&self) -> Result<Duration, StoreError> {
        self.tick().await
    }
}

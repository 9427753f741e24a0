//! The duties that keep promises when something went wrong or waits for its time. Every server replica runs all of them; the
//! database hands no row to two of them, so no replica is special.
//!
//! | Duty | finds | and |
//! |---|---|---|
//! | [`relay`] | committed, not confirmed by the broker | publishes it |
//! | [`refill`] | waiting in the database, gone from (or never in) the broker's queue | publishes it |
//! | [`scheduler`] | due, or past its expiry | queues it, or expires it |
//! | [`ticker`] | a schedule whose tick is due | enqueues its task |
//! | [`rescuer`] | running under a lease that ran out | queues it again, or fails it |
//! | [`janitor`] | audit entries, sessions and keys past their time | deletes them |
//! | [`admitter`] | waiting in a limited queue that has room, or in one that was paused until now | publishes it |
//! | [`sweeper`] | artifacts that expired, were deleted, or were left behind | deletes their bytes, then their rows |
//! | [`starter`] | waiting under a limited task name that has tokens, or one that was limited until now | publishes it |
//! | [`pruner`] | ended longer ago than its retention | deletes it |
//! | [`dispatcher`] | events recorded for webhooks | gives them to tasks that deliver them |
//! | [`operator`] | open operations on many tasks, failures without a fingerprint | does them, chunk by chunk |

pub mod admitter;
pub mod dispatcher;
pub mod janitor;
pub mod operator;
pub mod pruner;
pub mod refill;
pub mod relay;
pub mod rescuer;
pub mod scheduler;
pub mod starter;
pub mod sweeper;
pub mod ticker;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use ruche_artifacts::Depot;
use ruche_broker::SharedBroker;
use ruche_domain::{Clock, Timestamp};
use ruche_store::{Retention, SharedStore, StoreError};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::publisher::Publisher;

/// What the duties work with.
#[derive(Clone)]
pub struct Duties {
    /// Where the tasks are.
    pub store: SharedStore,
    /// Where their messages go.
    pub broker: SharedBroker,
    /// The way there.
    pub publisher: Publisher,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How long ended tasks are kept.
    pub retention: Retention,
    /// Whether schedules may enqueue tasks that no worker has registered.
    pub accept_unregistered_tasks: bool,
    /// How long entries of the audit log are kept, and API keys that are of no use any more.
    pub audit_retention: Duration,
    /// Files of tasks.
    pub artifacts: Depot,
}

/// A duty, in rounds.
#[async_trait]
trait Duty: Send + Sync {
    /// What logs call it.
    fn name(&self) -> &'static str;

    /// One round; how long to pause before the next.
    async fn round(&self) -> Result<Duration, StoreError>;

    /// Ends the pause early.
    async fn wake(&self) {
        std::future::pending().await
    }
}

/// Longest pause after errors.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

impl Duties {
    /// Runs every duty until `shutdown`; the tracker ends when they have.
    pub fn start(self, tracker: &TaskTracker, shutdown: &CancellationToken) {
        let duties: Vec<Arc<dyn Duty>> = vec![
            Arc::new(relay::Relay::new(self.clone())),
            Arc::new(refill::Refill::new(self.clone())),
            Arc::new(scheduler::Scheduler(self.clone())),
            Arc::new(ticker::Ticker::new(self.clone())),
            Arc::new(rescuer::Rescuer(self.clone())),
            Arc::new(janitor::Janitor(self.clone())),
            Arc::new(operator::Operator::new(self.clone())),
            Arc::new(admitter::Admitter::new(self.clone())),
            Arc::new(sweeper::Sweeper(self.clone())),
            Arc::new(dispatcher::Dispatcher::new(self.clone())),
            Arc::new(starter::Starter::new(self.clone())),
            Arc::new(pruner::Pruner(self)),
        ];
        for duty in duties {
            tracker.spawn(repeat(duty, shutdown.clone()));
        }
    }

    fn ago(&self, now: Timestamp, by: Duration) -> Timestamp {
        now - chrono::TimeDelta::from_std(by).unwrap_or(chrono::TimeDelta::MAX)
    }
}

async fn repeat(duty: Arc<dyn Duty>, shutdown: CancellationToken) {
    let mut failures = 0u32;
    loop {
        // A round is not interrupted: what it has taken from the database it also publishes.
        let pause = match duty.round().await {
            Ok(pause) => {
                if failures > 0 {
                    tracing::info!(duty = duty.name(), "works again");
                }
                failures = 0;
                pause
            }
            Err(error) => {
                if failures == 0 {
                    tracing::warn!(
                        duty = duty.name(),
                        error = &error as &dyn std::error::Error,
                        "couldn't finish a round; trying again"
                    );
                }
                failures = failures.saturating_add(1);
                LONGEST_PAUSE.min(Duration::from_millis(250) * 2u32.saturating_pow(failures.min(8)))
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = duty.wake() => {}
            () = shutdown.cancelled() => return,
        }
    }
}

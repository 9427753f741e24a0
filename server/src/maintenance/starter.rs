//! Lets tasks start whose names are limited, in queues without limits, and publishes them; publishes what waits of names that were
//! lifted.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use chrono::TimeDelta;
use ruche_domain::{ChangeKind, Changes, TaskName, TaskState, Timestamp};
use ruche_store::{Handover, StoreError};
use tokio::{
    sync::{
        broadcast::{Receiver, error::RecvError},
        watch,
    },
    time::{Instant, sleep_until},
};

use super::{Duties, Duty};
use crate::gates::{self, NameGate, Names};

/// A limited name is looked at so often, whatever is told of it.
const LOOK: TimeDelta = TimeDelta::seconds(1);
/// Pause while no name is limited; ended early when one is.
const IDLE: Duration = Duration::from_secs(5);
/// Shortest pause: tokens of a fast rate are used together.
const TOGETHER: Duration = Duration::from_millis(5);
/// A task that may start since so long and was not begun has lost its message.
const LOST_AFTER: Duration = Duration::from_secs(15);
/// Tasks per round of one name.
const STARTED: u32 = 1_000;
/// Tasks of a lifted name published per round.
const SWEPT: u32 = 2_000;

/// See the module.
pub struct Starter {
    duties: Duties,
    /// When each name is to be looked at.
    due: Mutex<BTreeMap<TaskName, Timestamp>>,
    /// What is told: of tasks, and of names.
    ears: tokio::sync::Mutex<(Receiver<Changes>, watch::Receiver<Names>)>,
}

impl Starter {
    /// The duty, which hears of changes from now on.
    #[must_use]
    pub fn new(duties: Duties) -> Self {
        let ears = (duties.store.feed().subscribe(), duties.publisher.gates().subscribe_names());
        Self { duties, due: Mutex::default(), ears: tokio::sync::Mutex::new(ears) }
    }

    /// One round of a name; when to look at it again.
    async fn look(&self, name: &TaskName, gate: &NameGate, now: Timestamp) -> Result<Timestamp, StoreError> {
        let Duties { store, publisher, .. } = &self.duties;
        if gate.rate.is_some() {
            let round = store.admit_name(name, now, self.duties.ago(now, LOST_AFTER), STARTED).await?;
            publisher.publish_admitted(Handover { tasks: round.tasks, outbox: Vec::new() }).await;
            return Ok(if round.admitted == STARTED { now } else { round.next_at.map_or(now + LOOK, |at| at.min(now + LOOK)) });
        }
        let Some(tasks) = store.sweep_name(name, now, gates::EVERY * 3, SWEPT).await? else { return Ok(now + LOOK) };
        let more = tasks.len() == SWEPT as usize;
        // Those of paused and limited queues are held back there.
        publisher.publish(Handover { tasks, outbox: Vec::new() }).await;
        Ok(if more { now } else { now + LOOK })
    }

    fn due(&self) -> MutexGuard<'_, BTreeMap<TaskName, Timestamp>> {
        self.due.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a notice is reason to look at a name.
    fn hears(&self, told: Result<Changes, RecvError>) -> bool {
        let names = self.duties.publisher.gates().names();
        let mut due = self.due();
        match told {
            Ok(Changes::Each(changes)) => {
                let queued = changes.iter().filter(|change| change.kind == ChangeKind::State(TaskState::Queued));
                queued.filter(|change| names.contains_key(&change.name) && due.remove(&change.name).is_some()).count() > 0
            }
            Ok(Changes::Registry | Changes::Released) => false,
            Ok(Changes::Summary(_) | Changes::Lost) | Err(_) => {
                due.clear();
                !names.is_empty()
            }
        }
    }
}

#[async_trait]
impl Duty for Starter {
    fn name(&self) -> &'static str {
        "starter"
    }

    async fn round(&self) -> Result<Duration, StoreError> {
        let names = self.duties.publisher.gates().names();
        if names.is_empty() {
            return Ok(IDLE);
        }
        self.due().retain(|name, _| names.contains_key(name));
        for (name, gate) in names.iter() {
            let now = self.duties.clock.now();
            if self.due().get(name).is_none_or(|at| *at <= now) {
                let next = self.look(name, gate, now).await?;
                self.due().insert(name.clone(), next);
            }
        }
        let now = self.duties.clock.now();
        let next = self.due().values().min().map_or(LOOK, |at| (*at - now).min(LOOK));
        Ok(next.to_std().unwrap_or_default().max(TOGETHER))
    }

    async fn wake(&self) {
        let mut ears = self.ears.lock().await;
        let (feed, changed) = &mut *ears;
        let mut until = None;
        loop {
            tokio::select! {
                biased;
                news = changed.changed() => {
                    if news.is_ok() {
                        self.due().clear();
                    }
                    return;
                }
                told = feed.recv() => {
                    if matches!(told, Err(RecvError::Closed)) {
                        std::future::pending::<()>().await;
                    }
                    if self.hears(told) {
                        until.get_or_insert_with(|| Instant::now() + TOGETHER);
                    }
                }
                () = async { sleep_until(until.expect("a time")).await }, if until.is_some() => return,
            }
        }
    }
}

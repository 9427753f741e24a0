//! Gives slots to waiting tasks of limited queues, and publishes them; publishes what waits in queues that were opened.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use async_trait::async_trait;
use chrono::TimeDelta;
use ruche_domain::{Change, ChangeKind, Changes, QueueName, TaskState, Timestamp};
use ruche_store::{Gate, Handover, StoreError};
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::{Instant, sleep_until},
};

use super::{Duties, Duty};
use crate::gates::{self, Known};

/// A limited queue is looked at so often, whatever is told of it.
const LOOK: TimeDelta = TimeDelta::seconds(1);
/// Pause while no queue is paused or limited; ended early when one is.
const IDLE: Duration = Duration::from_secs(5);
/// Changes come in flocks: the rest of one is waited for.
const FLOCK: Duration = Duration::from_millis(2);
/// The worker whose attempt ends fills its slot itself, sooner than a server can: what it does not do is done here so long after
/// the end. While there is nothing left to do for this server it looks less often, as each look keeps the workers waiting.
const HANDED_ON: [Duration; 2] = [Duration::from_millis(25), Duration::from_millis(200)];
/// A task admitted so long ago that nobody has begun has lost its message, if the broker has none for its queue.
const LOST_AFTER: Duration = Duration::from_secs(15);
/// Tasks admitted per round of one queue.
const ADMITTED: u32 = 1_000;
/// Tasks of an opened queue published per round.
const SWEPT: u32 = 2_000;

/// See the module.
pub struct Admitter {
    duties: Duties,
    /// When each limited queue is to be looked at.
    due: Mutex<BTreeMap<QueueName, Timestamp>>,
    feed: tokio::sync::Mutex<Receiver<Changes>>,
    /// How long to leave an end to the worker, in milliseconds.
    handed_on: AtomicU64,
    /// When the broker was last asked how much of each queue it has.
    asked: Mutex<BTreeMap<QueueName, Timestamp>>,
    /// What the last round went by.
    seen: Mutex<Known>,
}

impl Admitter {
    /// The duty, which hears of changes from now on.
    #[must_use]
    pub fn new(duties: Duties) -> Self {
        let feed = duties.store.feed().subscribe();
        Self {
            duties,
            due: Mutex::default(),
            handed_on: AtomicU64::new(HANDED_ON[0].as_millis() as u64),
            asked: Mutex::default(),
            feed: tokio::sync::Mutex::new(feed),
            seen: Mutex::default(),
        }
    }

    /// One round of a limited queue; when to look at it again.
    async fn admit(&self, queue: &QueueName, now: Timestamp) -> Result<Timestamp, StoreError> {
        let told_before = self.told_before(queue, now).await;
        let admissions = self.duties.store.admit(queue, now, told_before, ADMITTED).await?;
        let more = admissions.admitted == ADMITTED;
        let [least, most] = HANDED_ON.map(|pause| pause.as_millis() as u64);
        let next = if admissions.admitted > 0 { least } else { (self.handed_on.load(Relaxed) * 2).min(most) };
        self.handed_on.store(next, Relaxed);
        if !admissions.stopped.is_empty() {
            tracing::debug!(%queue, tasks = admissions.stopped.len(), "asked to stop, to make room for newcomers");
        }
        self.duties.publisher.publish_admitted(Handover { tasks: admissions.tasks, outbox: Vec::new() }).await;
        let next = admissions.next_at.map_or(now + LOOK, |at| at.min(now + LOOK));
        Ok(if more { now } else { next })
    }

    /// Since when an admitted task must have been told of, or is told of again: now and then, and only while the broker's queue
    /// is empty, so that messages do not pile up where no worker is.
    async fn told_before(&self, queue: &QueueName, now: Timestamp) -> Timestamp {
        let lost_before = self.duties.ago(now, LOST_AFTER);
        if self.asked().get(queue).is_some_and(|at| *at > lost_before) {
            return Timestamp::UNIX_EPOCH;
        }
        self.asked().insert(queue.clone(), now);
        match self.duties.broker.depth(queue).await {
            Ok(depth) if depth.ready == 0 => lost_before,
            _ => Timestamp::UNIX_EPOCH,
        }
    }

    /// Publishes the next portion of an opened queue; when to go on.
    async fn sweep(&self, queue: &QueueName, now: Timestamp) -> Result<Timestamp, StoreError> {
        let portion = self.duties.store.sweep(queue, now, gates::EVERY * 3, SWEPT).await?;
        let Some(tasks) = portion else { return Ok(now + LOOK) };
        let more = tasks.len() == SWEPT as usize;
        self.duties.publisher.publish_admitted(Handover { tasks, outbox: Vec::new() }).await;
        Ok(if more { now } else { now + LOOK })
    }

    /// The queues whose time has come; forgets those of which nothing is said any more.
    fn take_due(&self, known: &Known, now: Timestamp) -> Vec<Gate> {
        let mut due = self.due();
        due.retain(|queue, _| known.contains_key(queue));
        self.asked().retain(|queue, _| known.contains_key(queue));
        let wanted = |gate: &&Gate| gate.paused_at.is_none() && due.get(&gate.queue).is_none_or(|at| *at <= now);
        known.values().filter(wanted).cloned().collect()
    }

    fn seen(&self) -> MutexGuard<'_, Known> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn asked(&self) -> MutexGuard<'_, BTreeMap<QueueName, Timestamp>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn due(&self) -> MutexGuard<'_, BTreeMap<QueueName, Timestamp>> {
        self.due.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a notice is reason to look at a limited queue, which is then due: how soon.
    fn hears(&self, told: Result<Changes, RecvError>, known: &Known) -> Option<Duration> {
        let mut due = self.due();
        match told {
            Ok(Changes::Each(changes)) => {
                let limited = |queue| known.get(queue).is_some_and(|gate| gate.limits.is_some());
                let mut soon = None;
                for Change { queue, kind, .. } in changes.iter().filter(|change| limited(&change.queue)) {
                    let ChangeKind::State(state) = kind else { continue };
                    let wait = match state {
                        TaskState::Running => continue,
                        TaskState::Queued => FLOCK,
                        _ => Duration::from_millis(self.handed_on.load(Relaxed)),
                    };
                    due.remove(queue);
                    soon = Some(soon.map_or(wait, |soon: Duration| soon.min(wait)));
                }
                soon
            }
            Ok(Changes::Registry | Changes::Released) => None,
            Ok(Changes::Summary(_) | Changes::Lost) | Err(_) => {
                due.clear();
                Some(FLOCK)
            }
        }
    }
}

#[async_trait]
impl Duty for Admitter {
    fn name(&self) -> &'static str {
        "admitter"
    }

    async fn round(&self) -> Result<Duration, StoreError> {
        let known = self.duties.publisher.gates().known();
        *self.seen() = Arc::clone(&known);
        for gate in self.take_due(&known, self.duties.clock.now()) {
            let now = self.duties.clock.now();
            let next = match gate.limits {
                Some(_) => self.admit(&gate.queue, now).await?,
                None => self.sweep(&gate.queue, now).await?,
            };
            self.due().insert(gate.queue, next);
        }
        if known.is_empty() {
            return Ok(IDLE);
        }
        let now = self.duties.clock.now();
        let next = self.due().values().min().map_or(LOOK, |at| (*at - now).min(LOOK));
        Ok(next.to_std().unwrap_or_default())
    }

    async fn wake(&self) {
        let gates = self.duties.publisher.gates();
        let mut changed = gates.subscribe();
        let mut feed = self.feed.lock().await;
        if !Arc::ptr_eq(&gates.known(), &self.seen()) {
            // News came during the round.
            self.due().clear();
            return;
        }
        let mut until = None;
        loop {
            let known = gates.known();
            tokio::select! {
                biased;
                news = changed.changed() => {
                    if news.is_ok() {
                        self.due().clear();
                    }
                    return tokio::time::sleep(FLOCK).await;
                }
                told = feed.recv() => {
                    if matches!(told, Err(RecvError::Closed)) {
                        std::future::pending::<()>().await;
                    }
                    if let Some(wait) = (!known.is_empty()).then(|| self.hears(told, &known)).flatten() {
                        let at = Instant::now() + wait;
                        until = Some(until.map_or(at, |until: Instant| until.min(at)));
                    }
                }
                () = async { sleep_until(until.expect("a time")).await }, if until.is_some() => return,
            }
        }
    }
}

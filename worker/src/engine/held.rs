//! The attempts this worker holds leases of.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use ruche_domain::TaskId;
use ruche_store::AttemptRef;
use tokio::{sync::Notify, time::Instant};

use super::live::{Live, Stop};

/// Every attempt from its claim until its outcome is recorded or its lease is lost.
#[derive(Debug, Default)]
pub(super) struct Held {
    attempts: Mutex<HashMap<AttemptRef, Arc<Live>>>,
    emptied: Notify,
}

impl Held {
    pub(super) fn insert(&self, attempts: impl IntoIterator<Item = Arc<Live>>) {
        self.lock().extend(attempts.into_iter().map(|live| (live.attempt, live)));
    }

    pub(super) fn remove(&self, attempts: impl IntoIterator<Item = AttemptRef>) {
        let mut held = self.lock();
        for attempt in attempts {
            held.remove(&attempt);
        }
        if held.is_empty() {
            self.emptied.notify_waiters();
        }
    }

    pub(super) fn all(&self) -> Vec<Arc<Live>> {
        self.lock().values().cloned().collect()
    }

    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }

    /// Asks one attempt to stop; nothing if it is not held.
    pub(super) fn tell(&self, id: TaskId, attempt: u32, stop: Stop) {
        if let Some(live) = self.lock().get(&AttemptRef { id, attempt }) {
            live.tell(stop);
        }
    }

    /// Asks every attempt to stop.
    pub(super) fn tell_all(&self, stop: Stop) {
        for live in self.lock().values() {
            live.tell(stop);
        }
    }

    /// Stops attempts whose lease may have run out by `now`; how many.
    pub(super) fn stop_overdue(&self, now: Instant) -> usize {
        let held = self.lock();
        let overdue = held.values().filter(|live| !live.has_ended() && live.lease_until() <= now);
        overdue.map(|live| live.tell(Stop::Lost)).count()
    }

    /// When the first lease of an attempt that still runs ends.
    pub(super) fn first_lease_end(&self) -> Option<Instant> {
        self.lock().values().filter(|live| !live.has_ended()).map(|live| live.lease_until()).min()
    }

    /// Forgets everything and stops it without outcomes.
    pub(super) fn abandon(&self) {
        for live in self.lock().drain().map(|(_, live)| live) {
            live.tell(Stop::Lost);
        }
    }

    /// Returns when nothing is held.
    pub(super) async fn empty(&self) {
        loop {
            let emptied = self.emptied.notified();
            tokio::pin!(emptied);
            emptied.as_mut().enable();
            if self.lock().is_empty() {
                return;
            }
            emptied.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<AttemptRef, Arc<Live>>> {
        // Nothing panics while holding the lock, so a poisoned map is whole.
        self.attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

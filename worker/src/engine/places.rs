//! Room for tasks: slots to run in, and places to wait in for a slot that will be free in a moment.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

/// As many tasks may wait as were done with during so many claims: short tasks come in large claims, which cost the database
/// less for each, and behind a long task nothing waits that another worker could run.
const CLAIMS_AHEAD: usize = 4;

/// Tasks that may wait for each slot, at most.
const MOST_AHEAD_PER_SLOT: usize = 8;

/// Who is here. Only the intake takes places.
#[derive(Debug)]
pub(super) struct Places {
    slots: Arc<Semaphore>,
    concurrency: usize,
    /// Tasks that may be here beyond the slots.
    ahead: AtomicUsize,
    taken: AtomicUsize,
    /// Places given back since the start.
    returned: AtomicUsize,
    returning: Notify,
}

/// Some places; given back when dropped.
#[derive(Debug)]
pub(super) struct Taken {
    places: Arc<Places>,
    count: usize,
}

impl Places {
    pub(super) fn new(concurrency: usize) -> Arc<Self> {
        Arc::new(Self {
            slots: Arc::new(Semaphore::new(concurrency)),
            concurrency,
            ahead: AtomicUsize::new(0),
            taken: AtomicUsize::new(0),
            returned: AtomicUsize::new(0),
            returning: Notify::new(),
        })
    }

    /// Places nobody has taken.
    pub(super) fn free(&self) -> usize {
        (self.concurrency + self.ahead.load(Relaxed)).saturating_sub(self.taken.load(Relaxed))
    }

    /// Waits until a place is free; how many are. For the intake only, which may give up waiting.
    pub(super) async fn some_free(&self) -> usize {
        loop {
            match self.free() {
                0 => self.returning.notified().await,
                free => return free,
            }
        }
    }

    /// Takes places, whether they are free or not.
    pub(super) fn take(self: &Arc<Self>, count: usize) -> Taken {
        self.taken.fetch_add(count, Relaxed);
        Taken { places: Arc::clone(self), count }
    }

    /// Waits for a slot, in order of asking.
    pub(super) async fn slot(&self) -> OwnedSemaphorePermit {
        Arc::clone(&self.slots).acquire_owned().await.expect("the semaphore is never closed")
    }

    /// Places given back since the start.
    pub(super) fn returned(&self) -> usize {
        self.returned.load(Relaxed)
    }

    /// A claim took as long as it took to give back the places since `returned` was read: sets how many tasks may wait.
    pub(super) fn adapt(&self, returned: usize) {
        let turnover = self.returned().wrapping_sub(returned);
        self.ahead.store((turnover * CLAIMS_AHEAD).min(self.concurrency * MOST_AHEAD_PER_SLOT), Relaxed);
    }
}

impl Taken {
    /// One of them.
    ///
    /// # Panics
    /// When there is none left.
    pub(super) fn split_one(&mut self) -> Self {
        self.count = self.count.checked_sub(1).expect("a place is left");
        Self { places: Arc::clone(&self.places), count: 1 }
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.places.taken.fetch_sub(self.count, Relaxed);
        self.places.returned.fetch_add(self.count, Relaxed);
        self.places.returning.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_given_back_one_by_one() {
        let places = Places::new(3);
        let mut taken = places.take(2);
        assert_eq!(places.free(), 1);
        let one = taken.split_one();
        drop(taken);
        assert_eq!((places.free(), places.returned()), (2, 1));
        drop(one);
        assert_eq!((places.free(), places.returned()), (3, 2));
    }

    #[test]
    fn tasks_wait_only_where_others_end() {
        let places = Places::new(2);
        let running = places.take(2);
        let before = places.returned();
        places.adapt(before);
        assert_eq!(places.free(), 0, "nothing ended during the claim");
        drop(running);
        let _running = places.take(2);
        places.adapt(before);
        assert_eq!(places.free(), 2 * CLAIMS_AHEAD);
        drop(places.take(100));
        places.adapt(before);
        assert_eq!(places.free(), 2 * MOST_AHEAD_PER_SLOT, "never more");
    }

    #[tokio::test]
    async fn the_intake_waits_for_a_place() {
        let places = Places::new(1);
        let taken = places.take(1);
        let waiting = tokio::spawn({
            let places = Arc::clone(&places);
            async move { places.some_free().await }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(taken);
        assert_eq!(waiting.await.expect("no panic"), 1);
    }
}

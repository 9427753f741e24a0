//! Room for tasks: as many are claimed as may run at once. Reaching ahead, so that short tasks wait at the worker while others end,
//! was measured and gained nothing: while one claim is on its way deliveries gather for the next one anyway.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

/// Who is here: claimed, or on the way to be. Places may be taken beyond those that are free; slots may not.
#[derive(Debug)]
pub(super) struct Places {
    slots: Arc<Semaphore>,
    concurrency: usize,
    taken: AtomicUsize,
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
            taken: AtomicUsize::new(0),
            returning: Notify::new(),
        })
    }

    /// Places nobody has taken.
    pub(super) fn free(&self) -> usize {
        self.concurrency.saturating_sub(self.taken.load(Relaxed))
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
        assert_eq!(places.free(), 2);
        drop(one);
        assert_eq!(places.free(), 3);
    }

    #[tokio::test]
    async fn no_more_run_than_there_are_slots_whoever_took_a_place() {
        let places = Places::new(1);
        let _taken = places.take(2);
        assert_eq!(places.free(), 0);
        let first = places.slot().await;
        assert!(futures::poll!(std::pin::pin!(places.slot())).is_pending());
        drop(first);
        drop(places.slot().await);
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

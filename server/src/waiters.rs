//! Requests that wait for tasks to end.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use ruche_domain::TaskId;
use ruche_store::{SharedStore, StoreError};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

/// How often waiters look at the database, since notices may be lost.
const POLL: Duration = Duration::from_millis(500);

/// Ids asked for in one query.
const CHUNK: usize = 1_000;

/// Who waits for what.
#[derive(Default)]
pub struct Waiters(Mutex<HashMap<TaskId, Vec<oneshot::Sender<()>>>>);

/// One who waits. Dropping it ends the wait.
pub struct Waiter<'a> {
    waiters: &'a Waiters,
    id: TaskId,
    ended: Option<oneshot::Receiver<()>>,
}

impl Waiters {
    /// Begins to wait. Begin before the task can end, so that no notice is missed.
    pub fn expect(&self, id: TaskId) -> Waiter<'_> {
        let (sender, receiver) = oneshot::channel();
        self.all().entry(id).or_default().push(sender);
        Waiter { waiters: self, id, ended: Some(receiver) }
    }

    /// Tells those who wait for this task that it has ended.
    pub fn ended(&self, id: TaskId) {
        let waiting = self.all().remove(&id);
        for waiter in waiting.into_iter().flatten() {
            // An error means that the waiter has gone.
            let _gone = waiter.send(());
        }
    }

    /// Looks at the database for everybody who waits.
    pub async fn look(&self, store: &SharedStore) -> Result<(), StoreError> {
        let ids: Vec<TaskId> = self.all().keys().copied().collect();
        for chunk in ids.chunks(CHUNK) {
            for (id, state) in store.states(chunk).await? {
                if state.is_terminal() {
                    self.ended(id);
                }
            }
        }
        Ok(())
    }

    /// Looks now and then, until shutdown.
    pub async fn keep_looking(&self, store: &SharedStore, shutdown: &CancellationToken) {
        let mut ticks = tokio::time::interval(POLL);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                () = shutdown.cancelled() => return,
            }
            if let Err(error) = self.look(store).await {
                tracing::debug!(%error, "couldn't look for the ends of awaited tasks");
            }
        }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<TaskId, Vec<oneshot::Sender<()>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiter<'_> {
    /// Waits until the task has ended, time is up, or the server shuts down; whether it has ended.
    pub async fn wait(mut self, patience: Duration, shutdown: &CancellationToken) -> bool {
        let Some(ended) = self.ended.take() else { return false };
        tokio::select! {
            answer = ended => answer.is_ok(),
            () = tokio::time::sleep(patience) => false,
            () = shutdown.cancelled() => false,
        }
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.ended = None;
        let mut all = self.waiters.all();
        if let Some(waiting) = all.get_mut(&self.id) {
            waiting.retain(|sender| !sender.is_closed());
            if waiting.is_empty() {
                all.remove(&self.id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[tokio::test]
    async fn everybody_who_waits_for_a_task_is_told_and_forgotten() {
        let (waiters, shutdown, id) = (Waiters::default(), CancellationToken::new(), TaskId::from(Uuid::from_u128(1)));
        let (one, two) = (waiters.expect(id), waiters.expect(id));
        waiters.ended(id);
        let patience = Duration::from_secs(60);
        assert!(one.wait(patience, &shutdown).await && two.wait(patience, &shutdown).await);
        assert!(waiters.all().is_empty());
    }

    #[tokio::test]
    async fn a_wait_that_is_given_up_leaves_nothing_behind() {
        let (waiters, shutdown, id) = (Waiters::default(), CancellationToken::new(), TaskId::from(Uuid::from_u128(1)));
        assert!(!waiters.expect(id).wait(Duration::ZERO, &shutdown).await);
        drop(waiters.expect(id));
        assert!(waiters.all().is_empty());
    }
}

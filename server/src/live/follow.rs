//! The one subscription to the store's feed.

use ruche_domain::{ChangeKind, Changes};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::state::Shared;

/// Follows the feed until shutdown: wakes waiters, keeps definitions fresh, feeds the streams.
///
/// `feed` is subscribed before anything is served, so that no notice is missed between.
pub async fn follow(shared: Shared, mut feed: Receiver<Changes>) {
    loop {
        let changes = tokio::select! {
            received = feed.recv() => match received {
                Ok(changes) => changes,
                Err(RecvError::Lagged(_)) => Changes::Lost,
                Err(RecvError::Closed) => return,
            },
            () = shared.shutdown.cancelled() => return,
        };
        take(&shared, &changes).await;
        shared.history.heard(&changes, shared.clock.now());
        shared.live.publish(changes);
    }
}

async fn take(shared: &Shared, changes: &Changes) {
    match changes {
        Changes::Each(changes) => {
            for change in changes {
                if matches!(change.kind, ChangeKind::State(state) if state.is_terminal()) {
                    shared.waiters.ended(change.id);
                }
            }
        }
        Changes::Summary(_) => look(shared).await,
        Changes::Registry => refresh(shared).await,
        // The relay's.
        Changes::Released => {}
        Changes::Lost => {
            look(shared).await;
            refresh(shared).await;
        }
    }
}

async fn look(shared: &Shared) {
    if let Err(error) = shared.waiters.look(&shared.store).await {
        tracing::debug!(%error, "couldn't look for the ends of awaited tasks");
    }
}

async fn refresh(shared: &Shared) {
    if let Err(error) = shared.definitions.refresh().await {
        tracing::debug!(%error, "couldn't refresh the task definitions");
    }
}

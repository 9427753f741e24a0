//! Requests to stop, as the store's feed tells them. The next renewal would tell them too, only later.

use std::sync::Arc;

use ruche_domain::{ChangeKind, Changes};
use tokio::sync::broadcast::error::RecvError;

use super::{Core, live::Stop};

/// Follows the feed until the engine ends.
pub(super) async fn follow(core: Arc<Core>) {
    let mut feed = core.store.feed().subscribe();
    loop {
        match feed.recv().await {
            Ok(Changes::Each(changes)) => {
                for change in changes.iter().filter(|change| change.kind == ChangeKind::CancelRequested) {
                    core.held.tell(change.id, change.attempt, Stop::Cancel);
                }
            }
            Ok(Changes::Lost) | Err(RecvError::Lagged(_)) => core.renew_now.notify_one(),
            Ok(Changes::Summary(_) | Changes::Registry | Changes::Released) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

//! What lasts longer than a request asks again whether its caller may still be there.

use std::time::Duration;

use ruche_store::StoreError;

use super::caller::{Caller, Via};
use crate::{auth::Gate, state::Shared};

/// How often it is asked.
const EVERY: Duration = Duration::from_secs(30);

/// Returns when the caller's key or session is over. While the database does not say, nothing changes.
pub async fn until_refused(shared: Shared, caller: Caller) {
    loop {
        tokio::time::sleep(EVERY).await;
        if matches!(shared.gate.still_admits(&caller).await, Ok(false)) {
            return;
        }
    }
}

impl Gate {
    /// Whether a caller that was let in would be now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn still_admits(&self, caller: &Caller) -> Result<bool, StoreError> {
        let now = self.clock.now();
        match (caller.via, caller.key) {
            (Via::Session(id), _) => Ok(self.store.session(id, now).await?.is_some()),
            (Via::Key, Some(id)) => Ok(self.store.key(id).await?.is_some_and(|(key, _)| key.is_valid(now))),
            (Via::Key, None) | (Via::Nothing, _) => Ok(true),
        }
    }
}

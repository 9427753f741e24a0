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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chrono::{DateTime, TimeDelta};
    use ruche_domain::{Clock, ManualClock, Role};
    use ruche_store::SharedStore;
    use ruche_store_sqlite::SqliteStore;

    use crate::{
        access::{caller::Caller, issue_from_command_line},
        auth::Gate,
        options::ServerOptions,
    };

    #[tokio::test]
    async fn a_caller_lasts_as_long_as_its_key_or_session() {
        let store: SharedStore = Arc::new(SqliteStore::temporary().await.unwrap());
        let clock = Arc::new(ManualClock::new(DateTime::from_timestamp(1_800_000_000, 0).unwrap(), 7));
        let options = ServerOptions { require_key: true, ..ServerOptions::default() };
        let gate = Gate::new(&options, store.clone(), clock.clone());
        let expires_at = Some(clock.now() + TimeDelta::seconds(100));
        let issued = issue_from_command_line(&*store, &*clock, "a".parse().unwrap(), Role::Viewer, expires_at).await.unwrap();
        let by_key = gate.bearer(&issued.token.reveal()).await.unwrap().unwrap();
        let by_session = gate.open_session(&by_key).await.unwrap().caller;
        assert_eq!(by_session.expires_at, expires_at, "no session outlives its key");
        assert!(gate.still_admits(&by_key).await.unwrap() && gate.still_admits(&by_session).await.unwrap());
        clock.advance(std::time::Duration::from_secs(100));
        assert!(!gate.still_admits(&by_key).await.unwrap() && !gate.still_admits(&by_session).await.unwrap());
        clock.set(issued.key.created_at);
        assert!(gate.still_admits(&by_session).await.unwrap());
        store.revoke_key(issued.key.id, clock.now()).await.unwrap();
        assert!(!gate.still_admits(&by_key).await.unwrap() && !gate.still_admits(&by_session).await.unwrap());
        assert!(gate.still_admits(&Caller::anonymous()).await.unwrap());
    }
}

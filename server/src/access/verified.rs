//! Callers that were verified a moment ago, so that not every request asks the database.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use chrono::TimeDelta;
use ruche_domain::{KeyId, SessionId, Timestamp};

use super::{
    caller::{Caller, Via},
    secret::Digested,
};

/// How long a caller is believed without a look at the database. A key revoked at another server works for so long here.
pub const BELIEVED: TimeDelta = TimeDelta::seconds(5);

/// Callers remembered at once.
const MOST: usize = 4_096;

/// Callers by the digest of their token, which nobody can choose.
#[derive(Debug, Default)]
pub struct Verified(Mutex<HashMap<Digested, (Caller, Timestamp)>>);

impl Verified {
    /// The caller with this token, if it was verified a moment ago.
    pub fn get(&self, token: &Digested, now: Timestamp) -> Option<Caller> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(token).filter(|(caller, since)| is_fresh(caller, *since, now)).map(|(caller, _)| caller.clone())
    }

    /// Remembers a caller verified at `now`.
    pub fn put(&self, token: Digested, caller: Caller, now: Timestamp) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.retain(|_, (caller, since)| is_fresh(caller, *since, now));
            if known.len() >= MOST {
                known.clear();
            }
        }
        known.insert(token, (caller, now));
    }

    /// Forgets who had a key, or a session opened with it.
    pub fn forget_key(&self, id: KeyId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, (caller, _)| caller.key != Some(id));
    }

    /// Forgets who had a session.
    pub fn forget_session(&self, id: SessionId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, (caller, _)| caller.via != Via::Session(id));
    }
}

/// A clock that was set back makes nobody believed for longer.
fn is_fresh(caller: &Caller, since: Timestamp, now: Timestamp) -> bool {
    (since..since + BELIEVED).contains(&now) && caller.expires_at.is_none_or(|at| now < at)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn callers_are_believed_for_a_while_and_few_are_remembered() {
        let (verified, now) = (Verified::default(), DateTime::from_timestamp(1_800_000_000, 0).unwrap());
        let caller = Caller { expires_at: Some(now + TimeDelta::seconds(3)), ..Caller::anonymous() };
        verified.put([1; 32], Caller::anonymous(), now);
        verified.put([2; 32], caller, now);
        let known = |token: u8, seconds: i64| verified.get(&[token; 32], now + TimeDelta::seconds(seconds)).is_some();
        assert!(known(1, 0) && known(1, 4) && !known(1, 5) && !known(1, -1) && !known(3, 0));
        assert!(known(2, 2) && !known(2, 3), "not beyond its own time");
        for n in 0..10_000u32 {
            let mut token = [0; 32];
            token[..4].copy_from_slice(&n.to_be_bytes());
            verified.put(token, Caller::anonymous(), now);
        }
        assert!(verified.0.lock().unwrap().len() <= MOST);
    }
}

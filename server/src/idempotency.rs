//! `Idempotency-Key`: what recognises a repeated request, here and in the store.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use ruche_store::IdempotencyKey;
use sha2::{Digest, Sha256};

use crate::problem::{Code, Problem};

/// Longest key, in bytes.
pub const MAX_LEN: usize = 200;

/// Keys of requests this process is working on.
#[derive(Default)]
pub struct InFlight(Mutex<HashSet<String>>);

/// Holds a key while its request is worked on.
pub struct Held<'a> {
    keys: &'a InFlight,
    key: String,
}

impl InFlight {
    /// Takes a key; refused while another request has it.
    pub fn hold(&self, key: &str) -> Result<Held<'_>, Problem> {
        if self.keys().insert(key.to_owned()) {
            return Ok(Held { keys: self, key: key.to_owned() });
        }
        Err(Problem::new(Code::RequestInFlight).retry_after(1))
    }

    fn keys(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.keys.keys().remove(&self.key);
    }
}

/// The key in the header, scoped to the operation, with the request's fingerprint: operation, query and body.
pub fn key(header: &str, operation: &str, query: &str, body: &[u8]) -> Result<IdempotencyKey, Problem> {
    if header.is_empty() || header.len() > MAX_LEN || !header.bytes().all(|b| (0x21..=0x7e).contains(&b)) {
        return Err(Problem::parameter("Idempotency-Key", format!("1 to {MAX_LEN} visible ASCII characters")));
    }
    let mut hash = Sha256::new();
    for part in [operation.as_bytes(), query.as_bytes(), body] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    Ok(IdempotencyKey { key: format!("{operation} {header}"), fingerprint: hash.finalize().into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_held_once_until_its_request_ends() {
        let keys = InFlight::default();
        let held = keys.hold("k").unwrap();
        assert!(keys.hold("k").is_err());
        assert!(keys.hold("l").is_ok());
        drop(held);
        assert!(keys.hold("k").is_ok());
    }

    #[test]
    fn fingerprints_differ_by_operation_query_and_body() {
        let print = |operation, query, body: &[u8]| key("k", operation, query, body).unwrap().fingerprint;
        let base = print("a", "b", b"c");
        assert_eq!(base, print("a", "b", b"c"));
        for other in [print("x", "b", b"c"), print("a", "x", b"c"), print("a", "b", b"x"), print("ab", "", b"c")] {
            assert_ne!(base, other);
        }
        assert!(key("a b", "o", "", b"").is_err());
    }
}

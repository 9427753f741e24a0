//! Digests of secrets.
//!
//! Keys and session tokens are 256 random bits, so what is kept of them is their SHA-256 and no slow password hash: there is
//! nothing to guess, whoever steals the digests would have to try 2^255 secrets, and each request pays for the hash.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// A digest.
pub type Digested = [u8; 32];

/// The digest of a text or of a secret's bytes.
pub fn digest(secret: impl AsRef<[u8]>) -> Digested {
    Sha256::digest(secret.as_ref()).into()
}

/// The digest of the secret of a session that the configured key opened. It covers that key, so that changing it ends the session.
pub fn digest_with(secret: &[u8; 32], configured: &Digested) -> Digested {
    Sha256::new().chain_update(b"ruche session v1").chain_update(configured).chain_update(secret).finalize().into()
}

/// Whether two digests are the same, in constant time, so that nothing can be guessed from the time taken.
pub fn same(one: &Digested, other: &Digested) -> bool {
    one.ct_eq(other).into()
}

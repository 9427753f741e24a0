//! The API key.

use poem::{Request, http::header};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::{
    options::ApiKey,
    problem::{Code, Problem},
};

/// What lets callers in.
pub struct Gate {
    digest: Option<[u8; 32]>,
}

impl Gate {
    /// A gate that this key opens; without one it stands open.
    pub fn new(key: Option<&ApiKey>) -> Self {
        Self { digest: key.map(|key| digest(key.expose())) }
    }

    /// Whether the request may pass. Everything under `/api/` asks for the key; probes, metrics and the documentation do not.
    ///
    /// Digests are compared, in constant time, so that neither the key's bytes nor its length can be guessed from the time taken.
    pub fn check(&self, request: &Request) -> Result<(), Problem> {
        let Some(expected) = &self.digest else { return Ok(()) };
        if !request.uri().path().starts_with("/api/") {
            return Ok(());
        }
        let presented = digest(bearer(request).unwrap_or_default());
        if bool::from(presented.ct_eq(expected)) { Ok(()) } else { Err(Problem::new(Code::Unauthorized)) }
    }
}

fn bearer(request: &Request) -> Option<&str> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

//! Cursors of pages: opaque, signed, and bound to the filters they were made for.

mod named;
mod place;
mod position;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::DateTime;
use hmac::{Hmac, KeyInit, Mac};
use ruche_domain::TaskId;
use ruche_store::{Cursor, TaskFilter};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::{
    options::ApiKey,
    problem::{Code, Problem},
};

const DOMAIN: &[u8] = b"ruche cursor v1";
const TAG: usize = 16;
const POSITION: usize = 8 + 16;
const FILTER: usize = 8;

/// Signs cursors. The key follows from the API key, so that every replica takes the others' cursors; without an API key anybody
/// may read everything, and the signature only tells cursors from garbage. It does so too where all keys are in the database: a
/// cursor says where a page begins and opens nothing.
pub struct Signer {
    key: [u8; 32],
}

impl Signer {
    /// A signer for a deployment with this API key.
    pub fn new(api_key: Option<&ApiKey>) -> Self {
        let secret = api_key.map_or("", ApiKey::expose);
        let mut mac = mac(DOMAIN);
        mac.update(secret.as_bytes());
        Self { key: mac.finalize().into_bytes().into() }
    }

    /// The cursor as text.
    pub fn sign(&self, cursor: Cursor, filter: &TaskFilter) -> String {
        let mut bytes = Vec::with_capacity(POSITION + FILTER + TAG);
        bytes.extend_from_slice(&cursor.created_at.timestamp_micros().to_be_bytes());
        bytes.extend_from_slice(cursor.id.as_uuid().as_bytes());
        bytes.extend_from_slice(&fingerprint(filter));
        let tag = self.tag(&bytes);
        bytes.extend_from_slice(&tag);
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The cursor in a text; an error when this deployment did not make it, or for other filters.
    pub fn verify(&self, text: &str, filter: &TaskFilter) -> Result<Cursor, Problem> {
        let refuse = || Problem::of_parameter(Code::InvalidCursor, "cursor", "not a cursor of this list with these filters");
        self.open(text, filter).ok_or_else(refuse)
    }

    fn open(&self, text: &str, filter: &TaskFilter) -> Option<Cursor> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        let (body, tag) = bytes.split_at_checked(POSITION + FILTER)?;
        if !bool::from(self.tag(body).ct_eq(tag)) || body[POSITION..] != fingerprint(filter) {
            return None;
        }
        let micros = i64::from_be_bytes(body[..8].try_into().ok()?);
        let id = Uuid::from_bytes(body[8..POSITION].try_into().ok()?);
        Some(Cursor { created_at: DateTime::from_timestamp_micros(micros)?, id: TaskId::from(id) })
    }

    fn tag(&self, body: &[u8]) -> [u8; TAG] {
        let mut mac = mac(&self.key);
        mac.update(body);
        let full: [u8; 32] = mac.finalize().into_bytes().into();
        std::array::from_fn(|i| full[i])
    }
}

fn mac(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

fn fingerprint(filter: &TaskFilter) -> [u8; FILTER] {
    let TaskFilter { state, name, queue, worker, created_from, created_before, fingerprint } = filter;
    let text = format!("{state:?}|{name:?}|{queue:?}|{worker:?}|{created_from:?}|{created_before:?}|{fingerprint:?}");
    let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    std::array::from_fn(|i| digest[i])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor() -> Cursor {
        Cursor {
            created_at: DateTime::from_timestamp_micros(1_763_809_200_123_456).unwrap(),
            id: TaskId::from(Uuid::from_u128(7)),
        }
    }

    #[test]
    fn a_cursor_comes_back_in_every_replica_of_the_deployment() {
        let key = ApiKey::from("k".to_owned());
        let text = Signer::new(Some(&key)).sign(cursor(), &TaskFilter::default());
        assert_eq!(Signer::new(Some(&key)).verify(&text, &TaskFilter::default()).unwrap(), cursor());
    }

    #[test]
    fn forged_foreign_and_misplaced_cursors_are_refused() {
        let (key, other) = (ApiKey::from("k".to_owned()), ApiKey::from("l".to_owned()));
        let signer = Signer::new(Some(&key));
        let text = signer.sign(cursor(), &TaskFilter::default());
        let filter = TaskFilter { state: Some(ruche_domain::TaskState::Failed), ..TaskFilter::default() };
        assert!(signer.verify(&text, &filter).is_err());
        assert!(Signer::new(Some(&other)).verify(&text, &TaskFilter::default()).is_err());
        let mut forged = text.clone().into_bytes();
        forged[3] ^= 1;
        for bad in ["", "AAAA", "%00", &String::from_utf8(forged).unwrap(), &text[1..]] {
            assert!(signer.verify(bad, &TaskFilter::default()).is_err(), "{bad}");
        }
    }
}

//! Cursors of listings by time and id.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::DateTime;
use ruche_store::Position;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::{FILTER, POSITION, Signer};
use crate::problem::{Code, Problem};

impl Signer {
    /// A position in a listing as text. `listing` says which, and with which filters.
    pub fn sign_position(&self, position: Position, listing: &str) -> String {
        let mut bytes = Vec::with_capacity(POSITION + FILTER + super::TAG);
        bytes.extend_from_slice(&position.at.timestamp_micros().to_be_bytes());
        bytes.extend_from_slice(position.id.as_bytes());
        bytes.extend_from_slice(&fingerprint(listing));
        let tag = self.tag(&bytes);
        bytes.extend_from_slice(&tag);
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The position in a text; an error when this deployment did not make it, or for another listing.
    pub fn verify_position(&self, text: &str, listing: &str) -> Result<Position, Problem> {
        let refuse = || Problem::of_parameter(Code::InvalidCursor, "cursor", "not a cursor of this list with these filters");
        self.open_position(text, listing).ok_or_else(refuse)
    }

    fn open_position(&self, text: &str, listing: &str) -> Option<Position> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        let (body, tag) = bytes.split_at_checked(POSITION + FILTER)?;
        if !bool::from(self.tag(body).ct_eq(tag)) || body[POSITION..] != fingerprint(listing) {
            return None;
        }
        let micros = i64::from_be_bytes(body[..8].try_into().ok()?);
        let id = Uuid::from_slice(&body[8..POSITION]).ok()?;
        Some(Position { at: DateTime::from_timestamp_micros(micros)?, id })
    }
}

fn fingerprint(listing: &str) -> [u8; FILTER] {
    let digest: [u8; 32] = Sha256::digest(listing.as_bytes()).into();
    std::array::from_fn(|i| digest[i])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_of_its_listing_and_deployment() {
        let (signer, other) = (Signer::new(Some(&"k".to_owned().into())), Signer::new(None));
        let position = Position { at: DateTime::from_timestamp_micros(1_763_809_200_123_456).unwrap(), id: Uuid::from_u128(7) };
        let text = signer.sign_position(position, "keys");
        assert_eq!(signer.verify_position(&text, "keys").unwrap(), position);
        assert!(signer.verify_position(&text, "audit").is_err() && other.verify_position(&text, "keys").is_err());
        for bad in ["", "AAAA", "%00", &text[1..], &format!("{text}A")] {
            assert!(signer.verify_position(bad, "keys").is_err(), "{bad}");
        }
    }
}

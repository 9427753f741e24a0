//! Cursors of pages: opaque, signed, and bound to the list and the filters they were made for.

mod place;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

pub use self::place::Place;
use crate::{
    options::ApiKey,
    problem::{Code, Problem},
};

const DOMAIN: &[u8] = b"ruche cursor v2";
const TAG: usize = 16;

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

    /// A place as text. `listing` says in which list, with which filters.
    pub fn sign(&self, listing: &str, place: &impl Place) -> String {
        let mut bytes = place.to_bytes();
        let tag = self.tag(listing, &bytes);
        bytes.extend_from_slice(&tag);
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The place in a text; an error when this deployment did not make it, or for another listing.
    pub fn verify<P: Place>(&self, listing: &str, text: &str) -> Result<P, Problem> {
        let refuse = || Problem::of_parameter(Code::InvalidCursor, "cursor", "not a cursor of this list with these filters");
        self.open(listing, text).ok_or_else(refuse)
    }

    fn open<P: Place>(&self, listing: &str, text: &str) -> Option<P> {
        let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        let tag = bytes.split_off(bytes.len().checked_sub(TAG)?);
        let genuine = bool::from(self.tag(listing, &bytes).ct_eq(&tag));
        // Signed by us, so of the right form; unless another version made it.
        if genuine { P::from_bytes(&bytes) } else { None }
    }

    fn tag(&self, listing: &str, place: &[u8]) -> [u8; TAG] {
        let mut mac = mac(&self.key);
        // The length keeps the one from running into the other.
        mac.update(&(listing.len() as u64).to_be_bytes());
        mac.update(listing.as_bytes());
        mac.update(place);
        let full: [u8; 32] = mac.finalize().into_bytes().into();
        std::array::from_fn(|i| full[i])
    }
}

fn mac(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

#[cfg(test)]
mod tests {
    use ruche_domain::ScheduleName;

    use super::*;

    fn name(text: &str) -> ScheduleName {
        text.parse().unwrap()
    }

    #[test]
    fn a_cursor_comes_back_in_every_replica_of_the_deployment() {
        let key = ApiKey::from("k".to_owned());
        let text = Signer::new(Some(&key)).sign("list", &name("a.b"));
        assert_eq!(Signer::new(Some(&key)).verify::<ScheduleName>("list", &text).unwrap(), name("a.b"));
    }

    #[test]
    fn forged_foreign_and_misplaced_cursors_are_refused() {
        let (key, other) = (ApiKey::from("k".to_owned()), ApiKey::from("l".to_owned()));
        let signer = Signer::new(Some(&key));
        let text = signer.sign("list", &name("bc"));
        let verify = |signer: &Signer, listing: &str, text: &str| signer.verify::<ScheduleName>(listing, text);
        assert!(verify(&signer, "list", &text).is_ok());
        assert!(verify(&signer, "list|failed", &text).is_err());
        assert!(verify(&signer, "listb", &signer.sign("list", &name("bb"))).is_err(), "one does not run into the other");
        assert!(verify(&Signer::new(Some(&other)), "list", &text).is_err());
        assert!(verify(&Signer::new(None), "list", &text).is_err());
        let mut forged = text.clone().into_bytes();
        forged[1] ^= 1;
        for bad in ["", "AAAA", "%00", &String::from_utf8(forged).unwrap(), &text[1..], &format!("{text}A")] {
            assert!(verify(&signer, "list", bad).is_err(), "{bad}");
        }
    }
}

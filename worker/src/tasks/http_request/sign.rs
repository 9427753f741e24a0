//! Signatures by the Standard Webhooks specification, 1.0
//! (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>).

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::{HeaderName, HeaderValue};
use sha2::Sha256;

use crate::tasks::Secret;

/// Lengths of a key that the specification allows, in bytes.
const KEY_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// Headers a signature consists of.
pub(crate) const SIGNATURE_HEADERS: [&str; 3] = ["webhook-id", "webhook-timestamp", "webhook-signature"];

/// A symmetric signing key.
#[derive(Clone)]
pub(crate) struct SigningKey(Vec<u8>);

/// The secret is no `whsec_` secret.
#[derive(Debug, thiserror::Error)]
#[error("not a signing secret: expected whsec_ and base64 of 24 to 64 bytes")]
pub struct InvalidSigningSecret;

impl SigningKey {
    /// Reads a secret of the form `whsec_<base64>`; the prefix may be missing.
    pub(crate) fn parse(secret: &Secret) -> Result<Self, InvalidSigningSecret> {
        let encoded = secret.expose().strip_prefix("whsec_").unwrap_or(secret.expose());
        let key = STANDARD.decode(encoded).map_err(|_| InvalidSigningSecret)?;
        if KEY_BYTES.contains(&key.len()) { Ok(Self(key)) } else { Err(InvalidSigningSecret) }
    }

    /// `v1,<base64 of HMAC-SHA256>`.
    fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(..)")
    }
}

/// The value of `webhook-signature`: one signature per key, separated by spaces, so that a receiver may know the old key or the
/// new one while keys are changed.
pub(crate) fn signatures(keys: &[SigningKey], id: &str, timestamp: i64, body: &[u8]) -> String {
    keys.iter().map(|key| key.sign(id, timestamp, body)).collect::<Vec<_>>().join(" ")
}

/// The three headers, in the order of [`SIGNATURE_HEADERS`].
pub(crate) fn signed(keys: &[SigningKey], id: &str, timestamp: i64, body: &[u8]) -> [(HeaderName, HeaderValue); 3] {
    let [of_id, of_timestamp, of_signature] = SIGNATURE_HEADERS.map(HeaderName::from_static);
    let value = |text: &str| HeaderValue::from_str(text).expect("ids, numbers and base64 are header values");
    let signature = signatures(keys, id, timestamp, body);
    [(of_id, value(id)), (of_timestamp, value(&timestamp.to_string())), (of_signature, value(&signature))]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(secret: &str) -> Result<SigningKey, InvalidSigningSecret> {
        SigningKey::parse(&Secret::from(secret.to_owned()))
    }

    /// The example that the specification's reference implementations test with.
    #[test]
    fn the_specifications_example_verifies() {
        let key = key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = signatures(&[key], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn two_keys_give_two_signatures() {
        let (old, new) =
            (key("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap(), key("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").unwrap());
        let both = signatures(&[old.clone(), new], "id", 1, b"");
        assert_eq!(both.split(' ').count(), 2);
        assert!(both.starts_with(&signatures(&[old], "id", 1, b"")));
    }

    #[test]
    fn short_long_and_broken_secrets_are_refused() {
        let long = STANDARD.encode([7; 65]);
        for bad in ["", "whsec_", "whsec_c2hvcnQ=", "whsec_!!", "whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", &long] {
            assert!(key(bad).is_err(), "{bad}");
        }
    }
}

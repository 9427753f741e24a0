//! Cursors of lists whose position is a text: signed like the others, and bound to their list.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{FILTER, Signer, TAG};
use crate::problem::{Code, Problem};

impl Signer {
    /// The cursor as text: `position` in the list `list`.
    pub fn sign_named(&self, list: &str, position: &str) -> String {
        let mut bytes = bound_to(list).to_vec();
        bytes.extend_from_slice(position.as_bytes());
        let tag = self.tag(&bytes);
        bytes.extend_from_slice(&tag);
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The position in a text; an error when this deployment did not make it, or for another list.
    pub fn verify_named(&self, list: &str, text: &str) -> Result<String, Problem> {
        let refuse = || Problem::of_parameter(Code::InvalidCursor, "cursor", "not a cursor of this list");
        self.open_named(list, text).ok_or_else(refuse)
    }

    fn open_named(&self, list: &str, text: &str) -> Option<String> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        let (body, tag) = bytes.split_at_checked(bytes.len().checked_sub(TAG)?)?;
        let position = body.strip_prefix(&bound_to(list))?;
        if !bool::from(self.tag(body).ct_eq(tag)) {
            return None;
        }
        String::from_utf8(position.to_vec()).ok()
    }
}

fn bound_to(list: &str) -> [u8; FILTER] {
    let digest: [u8; 32] = Sha256::digest(format!("named list: {list}").as_bytes()).into();
    std::array::from_fn(|i| digest[i])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_comes_back_for_its_list_only() {
        let signer = Signer::new(None);
        let text = signer.sign_named("schedules", "a.b");
        assert_eq!(signer.verify_named("schedules", &text).unwrap(), "a.b");
        assert!(signer.verify_named("ticks a", &text).is_err());
        let other = Signer::new(Some(&crate::options::ApiKey::from("k".to_owned())));
        for bad in ["", "AAAA", &text[1..], &other.sign_named("schedules", "a.b")] {
            assert!(signer.verify_named("schedules", bad).is_err(), "{bad}");
        }
    }
}

//! Cursors of lists that have no filters: a position, bound to its list.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq;

use super::{Signer, TAG};
use crate::problem::{Code, Problem};

impl Signer {
    /// The cursor of a position in the list of this name, as text.
    pub fn sign_place(&self, list: &str, position: &[u8]) -> String {
        let mut bytes = position.to_vec();
        bytes.extend_from_slice(&self.place_tag(list, position));
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The position in a text; an error when this deployment did not make it, or for another list.
    pub fn verify_place(&self, list: &str, text: &str) -> Result<Vec<u8>, Problem> {
        let refuse = || Problem::of_parameter(Code::InvalidCursor, "cursor", "not a cursor of this list");
        self.open_place(list, text).ok_or_else(refuse)
    }

    fn open_place(&self, list: &str, text: &str) -> Option<Vec<u8>> {
        let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        let tag = bytes.split_off(bytes.len().checked_sub(TAG)?);
        bool::from(self.place_tag(list, &bytes).ct_eq(&tag)).then_some(bytes)
    }

    fn place_tag(&self, list: &str, position: &[u8]) -> [u8; TAG] {
        // The length keeps one list's name from running into another's position.
        let named = [&[u8::try_from(list.len()).unwrap_or(u8::MAX)], list.as_bytes(), position].concat();
        self.tag(&named)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::ApiKey;

    #[test]
    fn a_position_comes_back_from_its_own_list_only() {
        let (key, other) = (ApiKey::from("k".to_owned()), ApiKey::from("l".to_owned()));
        let signer = Signer::new(Some(&key));
        let text = signer.sign_place("a", b"bc");
        assert_eq!(signer.verify_place("a", &text).unwrap(), b"bc");
        assert!(signer.verify_place("ab", &text).is_err());
        assert!(Signer::new(Some(&other)).verify_place("a", &text).is_err());
        for bad in ["", "AAAA", "%00", &text[1..]] {
            assert!(signer.verify_place("a", bad).is_err(), "{bad}");
        }
    }
}

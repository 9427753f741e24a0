//! What tells failures of one kind from others: a task's name, its error's kind, and the error's message without what changes
//! from one failure to the next.

mod pattern;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{TaskFailure, TaskName};

/// Failures that are probably the same one: 16 hexadecimal digits in lower case, the same in every process and version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Digits of a fingerprint.
    pub const LEN: usize = 16;

    /// The fingerprint of a task's failure.
    #[must_use]
    pub fn of(name: &TaskName, failure: &TaskFailure) -> Self {
        Self::of_pattern(name, &Self::pattern(failure))
    }

    /// The same, from what [`Self::pattern`] said of the failure: the first digits of the SHA-256 of name, line feed, pattern.
    /// (PostgreSQL computes it itself, in the statement that records the failure.)
    #[must_use]
    pub fn of_pattern(name: &TaskName, pattern: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(name.as_str().as_bytes());
        hash.update(b"\n");
        hash.update(pattern.as_bytes());
        let digest: [u8; 32] = hash.finalize().into();
        Self(digest.iter().take(Self::LEN / 2).map(|byte| format!("{byte:02x}")).collect())
    }

    /// What the failures of one fingerprint share, beside the task's name: the kind, and the message with numbers, hexadecimal
    /// numbers and UUIDs as `#`, quoted texts as `"?"`. At most 512 bytes of the message, no NUL characters.
    #[must_use]
    pub fn pattern(failure: &TaskFailure) -> String {
        format!("{}\n{}", failure.kind.replace(['\n', '\0'], " "), pattern::of(&failure.message))
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The text is no fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a fingerprint: expected 16 hexadecimal digits in lower case")]
pub struct InvalidFingerprint;

impl FromStr for Fingerprint {
    type Err = InvalidFingerprint;

    fn from_str(text: &str) -> Result<Self, InvalidFingerprint> {
        let digits = text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if text.len() == Self::LEN && digits { Ok(Self(text.to_owned())) } else { Err(InvalidFingerprint) }
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = InvalidFingerprint;

    fn try_from(text: String) -> Result<Self, InvalidFingerprint> {
        text.parse()
    }
}

impl From<Fingerprint> for String {
    fn from(fingerprint: Fingerprint) -> Self {
        fingerprint.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn print(name: &str, kind: &str, message: &str) -> Fingerprint {
        Fingerprint::of(&TaskName::new(name).unwrap(), &TaskFailure::new(kind, message))
    }

    #[test]
    fn it_never_changes() {
        // Stored in databases: a change here parts the failures of today from those of tomorrow.
        assert_eq!(print("http.request", "http_status", "answered 503 after 12 ms").as_str(), "ec90270c9863766d");
    }

    #[test]
    fn name_kind_and_wording_tell_failures_apart() {
        let base = print("a", "k", "no route to 10.0.0.1");
        assert_eq!(base, print("a", "k", "no route to 10.20.30.41"));
        for other in [print("b", "k", "no route to 1"), print("a", "l", "no route to 1"), print("a", "k", "no way to 1")] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn only_its_own_form_is_read() {
        let print = print("a", "k", "m");
        assert_eq!(print.to_string().parse(), Ok(print.clone()));
        for bad in ["", "0123456789abcde", "0123456789abcdef0", "0123456789ABCDEF", "0123456789abcdeg", "é123456789abcde"] {
            assert_eq!(bad.parse::<Fingerprint>(), Err(InvalidFingerprint), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn every_failure_has_one(kind in ".{0,40}", message in ".{0,2000}") {
            let failure = TaskFailure::new(&kind, message);
            let pattern = Fingerprint::pattern(&failure);
            prop_assert!(pattern.len() <= pattern::MAX + failure.kind.len() + 1);
            prop_assert!(!pattern.contains('\0'));
            let print = Fingerprint::of(&TaskName::new("a").unwrap(), &failure);
            prop_assert_eq!(print.as_str().parse(), Ok(print.clone()));
        }
    }
}

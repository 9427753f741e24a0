//! Who may do what: roles, the ids of API keys and sessions, the form of their tokens, and quotas on attempts.

pub mod quota;
pub mod role;
pub mod token;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $type:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $type(Uuid);

        impl $type {
            /// The UUID behind the id.
            #[must_use]
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $type {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl From<$type> for Uuid {
            fn from(id: $type) -> Self {
                id.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }
    };
}

id!(
    /// An API key's id; no secret.
    KeyId
);

id!(
    /// A browser session's id; no secret.
    SessionId
);

/// The text is not a key's id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a key id: expected a UUID such as 01890a5d-ac96-774b-bcce-b302099a8057")]
pub struct ParseKeyIdError;

impl FromStr for KeyId {
    type Err = ParseKeyIdError;

    /// Only the hyphenated form, so that a key has one address.
    fn from_str(text: &str) -> Result<Self, ParseKeyIdError> {
        if text.len() != 36 {
            return Err(ParseKeyIdError);
        }
        Uuid::try_parse(text).map(Self).map_err(|_| ParseKeyIdError)
    }
}

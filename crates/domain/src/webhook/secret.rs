//! What a webhook's requests are signed with.

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::STANDARD};

/// A signing secret as the Standard Webhooks specification writes it: `whsec_` and base64 of 24 to 64 bytes. It has to be kept
/// readable, as signing needs it; `Debug` hides it, and it has no other form.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret(String);

/// The text is no such secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a webhook's secret: expected whsec_ and base64 of 24 to 64 bytes")]
pub struct InvalidWebhookSecret;

impl WebhookSecret {
    /// A secret of 256 bits that nobody can guess; see [`crate::Clock::secret`].
    #[must_use]
    pub fn new(bits: &[u8; 32]) -> Self {
        Self(format!("whsec_{}", STANDARD.encode(bits)))
    }

    /// The secret itself: for its owner once, and to sign with. Not for logs, not for errors.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for WebhookSecret {
    type Err = InvalidWebhookSecret;

    fn from_str(text: &str) -> Result<Self, InvalidWebhookSecret> {
        let key = text.strip_prefix("whsec_").and_then(|encoded| STANDARD.decode(encoded).ok());
        if key.is_some_and(|key| (24..=64).contains(&key.len())) { Ok(Self(text.to_owned())) } else { Err(InvalidWebhookSecret) }
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(..)")
    }
}

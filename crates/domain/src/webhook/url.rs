//! Where a webhook goes.

use std::{fmt, str::FromStr};

/// An address: `http` or `https`, a host, no user name, no fragment. Whether it may be reached is for the worker to say, which resolves
/// the host. `Debug` shows scheme and host only: paths and queries of such addresses are often secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookUrl(String);

/// The text is no such address; the message says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidWebhookUrl(&'static str);

impl WebhookUrl {
    /// Longest address, in bytes.
    pub const MAX_LEN: usize = 2_048;

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Scheme, host and port.
    #[must_use]
    pub fn origin(&self) -> &str {
        let begin = self.0.find("://").map_or(0, |at| at + 3);
        let end = self.0[begin..].find(['/', '?']).map_or(self.0.len(), |at| begin + at);
        &self.0[..end]
    }
}

impl FromStr for WebhookUrl {
    type Err = InvalidWebhookUrl;

    /// The rules that need no parser; who has one asks it as well.
    fn from_str(text: &str) -> Result<Self, InvalidWebhookUrl> {
        if text.len() > Self::MAX_LEN {
            return Err(InvalidWebhookUrl("longer than 2048 bytes"));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(InvalidWebhookUrl("only visible ASCII characters; others have to be percent-encoded"));
        }
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let rest = rest.ok_or(InvalidWebhookUrl("must begin with http:// or https://"))?;
        let authority = &rest[..rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len())];
        if authority.contains('@') {
            return Err(InvalidWebhookUrl("must not contain a user name or password"));
        }
        if authority.is_empty() || authority.starts_with(':') {
            return Err(InvalidWebhookUrl("has no host"));
        }
        if text.contains('#') || text.contains('\\') {
            return Err(InvalidWebhookUrl("must not contain a fragment or a backslash"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WebhookUrl({}/..)", self.origin())
    }
}

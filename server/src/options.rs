//! How the API behaves, from the configuration.

use std::{fmt, time::Duration};

use ipnet::IpNet;
use serde::Deserialize;

/// A secret that is never shown.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub struct ApiKey(String);

impl From<String> for ApiKey {
    /// Takes the key; white space around it (a file's last newline) does not count.
    fn from(key: String) -> Self {
        Self(key.trim().to_owned())
    }
}

impl ApiKey {
    /// The key itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(***)")
    }
}

/// How the API behaves.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServerOptions {
    /// What callers of `/api` present as `Authorization: Bearer`; without one everybody may call it. Probes, metrics and the
    /// documentation are open in any case.
    pub api_key: Option<ApiKey>,
    /// Whether callers need a key even without [`Self::api_key`]: one of the database.
    pub require_key: bool,
    /// How long a browser stays logged in.
    #[serde(skip)]
    pub session: Duration,
    /// Proxies whose `X-Forwarded-*` headers are believed.
    #[serde(skip)]
    pub trusted_proxies: Vec<IpNet>,
    /// Whether the audit log has an entry for each request that enqueues.
    pub audit_enqueue: bool,
    /// Whether tasks may be enqueued that no worker has registered (a Celery fleet's, say); their arguments are not checked.
    pub accept_unregistered_tasks: bool,
    /// Largest request body, in bytes; larger ones are answered with 413.
    pub max_body_bytes: usize,
    /// Live event streams served at once; more are answered with 503.
    pub max_event_streams: usize,
    /// Events kept for clients that reconnect with `Last-Event-ID`.
    pub event_replay: usize,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            api_key: None,
            require_key: false,
            session: Duration::from_secs(12 * 3_600),
            trusted_proxies: Vec::new(),
            audit_enqueue: false,
            accept_unregistered_tasks: false,
            max_body_bytes: 16 * 1024 * 1024,
            max_event_streams: 256,
            event_replay: 4_096,
        }
    }
}

impl ServerOptions {
    /// Whether everybody is let in, as an administrator.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.api_key.is_none() && !self.require_key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_trimmed_and_never_shown() {
        let options: ServerOptions = serde_json::from_str(r#"{"api_key":"s3cret\n"}"#).unwrap();
        assert_eq!(options.api_key.as_ref().map(ApiKey::expose), Some("s3cret"));
        assert!(!format!("{options:?}").contains("s3cret"));
    }

    #[test]
    fn unknown_options_are_refused() {
        assert!(serde_json::from_str::<ServerOptions>(r#"{"api_keys":"x"}"#).is_err());
    }
}

//! `[http]`

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{value_or_file, within};
use crate::config::{ConfigError, Secret};

/// The API's address and key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct HttpConfig {
    /// Address and port to listen on. Addresses other than loopback need an API key.
    pub listen: SocketAddr,
    /// Key that requests have to bring (`Authorization: Bearer ...`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_key: Option<Secret>,
    /// File that holds the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_key_file: Option<PathBuf>,
    /// Whether callers need a key even if none is configured here: one that `ruche keys create` made. Such a server may listen
    /// beyond loopback.
    pub require_key: bool,
    /// Addresses or networks of proxies, e.g. `10.0.0.0/8`, whose `X-Forwarded-For`, `-Proto` and `-Host` are believed. They must
    /// set these headers themselves or add to them.
    pub trusted_proxies: Vec<String>,
    /// How long a browser stays logged in, in hours.
    pub session_hours: u32,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 8000).into(),
            api_key: None,
            api_key_file: None,
            require_key: false,
            trusted_proxies: Vec::new(),
            session_hours: 12,
        }
    }
}

impl HttpConfig {
    /// Shortest API key, in bytes.
    pub const SHORTEST_KEY: usize = 16;

    /// Networks whose proxies are believed.
    ///
    /// # Errors
    /// When one is neither an address nor a network.
    pub fn proxies(&self) -> Result<Vec<IpNet>, ConfigError> {
        let network = |text: &String| {
            let network = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
            let reason = || "expected addresses or networks, e.g. 10.0.0.0/8".to_owned();
            network.ok_or_else(|| ConfigError::Invalid { key: "http.trusted_proxies", reason: reason() })
        };
        self.trusted_proxies.iter().map(network).collect()
    }

    /// How long a browser stays logged in.
    #[must_use]
    pub const fn session(&self) -> Duration {
        Duration::from_secs(self.session_hours as u64 * 3_600)
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        self.key()?;
        self.proxies()?;
        within("http.session_hours", self.session_hours, 1..=720)
    }

    /// The API key, if there is one. Its absence is an error where [`Self::listen`] is not loopback, unless callers need a key
    /// all the same.
    ///
    /// # Errors
    /// When it is given twice, its file cannot be read, it is too short, or it is needed and missing.
    pub fn key(&self) -> Result<Option<Secret>, ConfigError> {
        let key = value_or_file("http.api_key", self.api_key.as_ref(), self.api_key_file.as_deref(), Secret::new)?;
        match &key {
            None if !self.require_key && !self.listen.ip().to_canonical().is_loopback() => {
                Err(ConfigError::NoApiKey(self.listen))
            }
            Some(secret)
                if secret.reveal().len() < Self::SHORTEST_KEY || !secret.reveal().bytes().all(|b| b.is_ascii_graphic()) =>
            {
                let reason = format!("expected at least {} visible ASCII characters", Self::SHORTEST_KEY);
                Err(ConfigError::Invalid { key: "http.api_key", reason })
            }
            _ => Ok(key),
        }
    }
}

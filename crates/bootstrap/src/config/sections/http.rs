//! `[http]`

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::value_or_file;
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
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self { listen: (Ipv4Addr::LOCALHOST, 8000).into(), api_key: None, api_key_file: None }
    }
}

impl HttpConfig {
    /// Shortest API key, in bytes.
    pub const SHORTEST_KEY: usize = 16;

    /// The API key, if there is one. Its absence is an error where [`Self::listen`] is not loopback.
    ///
    /// # Errors
    /// When it is given twice, its file cannot be read, it is too short, or it is needed and missing.
    pub fn key(&self) -> Result<Option<Secret>, ConfigError> {
        let key = value_or_file("http.api_key", self.api_key.as_ref(), self.api_key_file.as_deref(), Secret::new)?;
        match &key {
            None if !self.listen.ip().to_canonical().is_loopback() => Err(ConfigError::NoApiKey(self.listen)),
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

//! `[server]`

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::within;
use crate::config::ConfigError;

/// The API's limits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ServerConfig {
    /// Whether this process runs the maintenance duties. At least one server of a deployment has to.
    pub maintenance: bool,
    /// How long requests that are being answered may take when the server stops, in seconds.
    pub shutdown_seconds: u64,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self { maintenance: true, shutdown_seconds: 10 }
    }
}

impl ServerConfig {
    /// How long requests that are being answered may take when the server stops.
    #[must_use]
    pub const fn shutdown(&self) -> Duration {
        Duration::from_secs(self.shutdown_seconds)
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        within("server.shutdown_seconds", self.shutdown_seconds, 0..=300)
    }
}

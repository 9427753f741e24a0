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
    /// Whether tasks may be enqueued that no worker has registered (a Celery fleet's, say); their arguments are not checked.
    pub accept_unregistered_tasks: bool,
    /// Largest request body, in bytes.
    pub max_body_bytes: usize,
    /// Live event streams served at once.
    pub max_event_streams: usize,
    /// Events kept for clients that reconnect.
    pub event_replay: usize,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            maintenance: true,
            shutdown_seconds: 10,
            accept_unregistered_tasks: false,
            max_body_bytes: 16 * 1024 * 1024,
            max_event_streams: 256,
            event_replay: 4_096,
        }
    }
}

impl ServerConfig {
    /// How long requests that are being answered may take when the server stops.
    #[must_use]
    pub const fn shutdown(&self) -> Duration {
        Duration::from_secs(self.shutdown_seconds)
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        within("server.shutdown_seconds", self.shutdown_seconds, 0..=300)?;
        within("server.max_body_bytes", self.max_body_bytes, 1_024..=256 * 1024 * 1024)?;
        within("server.max_event_streams", self.max_event_streams, 1..=100_000)?;
        within("server.event_replay", self.event_replay, 1..=1_000_000)
    }
}

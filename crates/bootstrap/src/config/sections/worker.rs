//! `[worker]`

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use ruche_domain::{QueueName, WorkerName};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::within;
use crate::config::ConfigError;

/// How tasks are run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WorkerConfig {
    /// Node name, unique among live workers; `ruche@<host>-<process number>` if not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Queues to serve. Webhooks are delivered by who serves `webhooks`.
    pub queues: Vec<String>,
    /// Attempts to run at once.
    pub concurrency: u32,
    /// How long a lease holds without renewal, in seconds; a lost worker's tasks run elsewhere after it.
    pub lease_seconds: u64,
    /// How long running attempts may take to finish when the worker stops, in seconds; then they are handed back.
    pub drain_seconds: u64,
    /// How long a cancelled attempt may take to stop by itself, in seconds; then it is dropped.
    pub cancel_grace_seconds: u64,
    /// Address and port of the worker's own health checks and metrics. No API key guards them: keep the port within the cluster.
    pub listen: SocketAddr,
}

impl Default for WorkerConfig {
    fn default() -> Self {
        Self {
            name: None,
            queues: vec![QueueName::default_queue().to_string(), QueueName::webhooks().to_string()],
            concurrency: 128,
            lease_seconds: 30,
            drain_seconds: 20,
            cancel_grace_seconds: 5,
            listen: (Ipv4Addr::LOCALHOST, 8001).into(),
        }
    }
}

impl WorkerConfig {
    /// The node name: the one set, else `ruche@`, the host's name and the process's number, so that several may share a host.
    ///
    /// # Errors
    /// When a name is set that is none.
    pub fn node_name(&self) -> Result<WorkerName, ConfigError> {
        let invalid = |error: ruche_domain::InvalidName| ConfigError::Invalid { key: "worker.name", reason: error.to_string() };
        match &self.name {
            Some(name) => WorkerName::new(name).map_err(invalid),
            None => WorkerName::new(&format!("ruche@{}-{}", host(), std::process::id())).map_err(invalid),
        }
    }

    /// The queues to serve, checked.
    ///
    /// # Errors
    /// When there is none, or a name is invalid.
    pub fn queue_names(&self) -> Result<Vec<QueueName>, ConfigError> {
        let invalid = |reason| ConfigError::Invalid { key: "worker.queues", reason };
        if self.queues.is_empty() {
            return Err(invalid("name at least one queue".to_owned()));
        }
        self.queues.iter().map(|name| QueueName::new(name).map_err(|error| invalid(error.to_string()))).collect()
    }

    /// How long a lease holds without renewal.
    #[must_use]
    pub const fn lease(&self) -> Duration {
        Duration::from_secs(self.lease_seconds)
    }

    /// How long running attempts may take to finish when the worker stops.
    #[must_use]
    pub const fn drain(&self) -> Duration {
        Duration::from_secs(self.drain_seconds)
    }

    /// How long a cancelled attempt may take to stop by itself.
    #[must_use]
    pub const fn cancel_grace(&self) -> Duration {
        Duration::from_secs(self.cancel_grace_seconds)
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        within("worker.concurrency", self.concurrency, 1..=10_000)?;
        within("worker.lease_seconds", self.lease_seconds, 3..=3_600)?;
        within("worker.drain_seconds", self.drain_seconds, 0..=86_400)?;
        within("worker.cancel_grace_seconds", self.cancel_grace_seconds, 0..=3_600)?;
        self.node_name()?;
        self.queue_names().map(drop)
    }
}

/// The host's name, with `-` for what a node name may not hold.
fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let name = name.or_else(|| std::env::var("HOSTNAME").ok()).unwrap_or_default();
    let clean: String =
        name.trim().chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).take(200).collect();
    if clean.is_empty() { "localhost".to_owned() } else { clean }
}

//! `[audit]`

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::within;
use crate::config::ConfigError;

/// What the audit log holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AuditConfig {
    /// Whether each request that enqueues is entered too. The tasks themselves tell what was enqueued and when, only not by
    /// whom; a busy server writes one more row per request for it.
    pub enqueue: bool,
    /// How long entries are kept, and API keys that were revoked or expired, in days.
    pub keep_days: u32,
}

impl Default for AuditConfig {
    fn default() -> Self {
        Self { enqueue: false, keep_days: 365 }
    }
}

impl AuditConfig {
    /// How long entries are kept.
    #[must_use]
    pub fn retention(&self) -> Duration {
        Duration::from_secs(u64::from(self.keep_days) * 86_400)
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        within("audit.keep_days", self.keep_days, 1..=3_660)
    }
}

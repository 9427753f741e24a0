//! `[maintenance]`

use std::time::Duration;

use ruche_store::Retention;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::within;
use crate::config::ConfigError;

/// How long ended tasks are kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MaintenanceConfig {
    /// Succeeded tasks, in days.
    pub keep_succeeded_days: u32,
    /// Failed tasks, the dead letters, in days.
    pub keep_failed_days: u32,
    /// Cancelled and expired tasks, in days.
    pub keep_other_days: u32,
    /// Idempotency keys, in hours.
    pub keep_idempotency_keys_hours: u32,
}

impl Default for MaintenanceConfig {
    fn default() -> Self {
        Self { keep_succeeded_days: 7, keep_failed_days: 30, keep_other_days: 7, keep_idempotency_keys_hours: 24 }
    }
}

impl MaintenanceConfig {
    /// The same as durations.
    #[must_use]
    pub fn retention(&self) -> Retention {
        let hours = |count: u32| Duration::from_secs(u64::from(count) * 3_600);
        Retention {
            succeeded: hours(self.keep_succeeded_days * 24),
            failed: hours(self.keep_failed_days * 24),
            other: hours(self.keep_other_days * 24),
            idempotency_keys: hours(self.keep_idempotency_keys_hours),
        }
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let ten_years = 3_660;
        within("maintenance.keep_succeeded_days", self.keep_succeeded_days, 0..=ten_years)?;
        within("maintenance.keep_failed_days", self.keep_failed_days, 0..=ten_years)?;
        within("maintenance.keep_other_days", self.keep_other_days, 0..=ten_years)?;
        within("maintenance.keep_idempotency_keys_hours", self.keep_idempotency_keys_hours, 1..=8_784)
    }
}

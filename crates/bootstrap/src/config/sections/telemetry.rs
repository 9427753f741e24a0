//! `[telemetry]`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;

use crate::config::ConfigError;

/// Logs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TelemetryConfig {
    /// How log lines look.
    pub log_format: LogFormat,
    /// What is logged, e.g. `info`, `debug` or `info,ruche_worker=debug`.
    pub log_filter: String,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// Text on a terminal, JSON lines elsewhere.
    #[default]
    Auto,
    /// For people.
    Text,
    /// One JSON object per line.
    Json,
}

impl Default for TelemetryConfig {
    fn default() -> Self {
        Self { log_format: LogFormat::Auto, log_filter: "info".to_owned() }
    }
}

impl TelemetryConfig {
    /// What libraries say is of interest only when something is wrong with them; the configured filter comes last and wins.
    const QUIET: &'static str = "lapin=off,sqlx=warn,hyper=warn,h2=warn,rustls=warn,poem=warn";

    /// The filter, with the libraries' noise lowered.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn filter(&self) -> Result<EnvFilter, ConfigError> {
        let invalid = |error: tracing_subscriber::filter::ParseError| ConfigError::Invalid {
            key: "telemetry.log_filter",
            reason: error.to_string(),
        };
        EnvFilter::builder().parse(&self.log_filter).map_err(invalid)?;
        EnvFilter::builder().parse(format!("{},{}", Self::QUIET, self.log_filter)).map_err(invalid)
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        self.filter().map(drop)
    }
}

//! Logs.

use std::io::{self, IsTerminal};

use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::{ConfigError, LogFormat, TelemetryConfig};

/// Starts logging to standard error, for the whole process. A second call changes nothing.
///
/// # Errors
/// When the filter cannot be read.
pub fn start_logs(config: &TelemetryConfig) -> Result<(), ConfigError> {
    let registry = tracing_subscriber::registry().with(config.filter()?);
    let for_people = match config.log_format {
        LogFormat::Auto => io::stderr().is_terminal(),
        LogFormat::Text => true,
        LogFormat::Json => false,
    };
    let layer = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    // An error means that a subscriber is there already: a test's, or an earlier call's.
    if for_people {
        drop(registry.with(layer.with_ansi(io::stderr().is_terminal())).try_init());
    } else {
        drop(registry.with(layer.json().flatten_event(true).with_current_span(true).with_span_list(false)).try_init());
    }
    Ok(())
}

//! What the command lines of all programs share.

use std::{path::PathBuf, time::Duration};

use clap::Args;

use crate::config::{ConfigError, Sources};

/// Where the configuration is.
#[derive(Debug, Clone, Args)]
pub struct ConfigArgs {
    /// Configuration file; ./ruche.toml is read if it is there
    #[arg(long, env = "RUCHE_CONFIG", hide_env_values = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// How patient to be with services.
#[derive(Debug, Clone, Copy, Args)]
pub struct WaitArgs {
    /// Wait so long for a database that cannot be reached yet
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub wait_for_services: u64,
}

/// How a program asks itself, as it runs on this machine, how it is.
#[derive(Debug, Clone, Args)]
pub struct HealthcheckArgs {
    /// Where the configuration is.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Ask only whether the process lives, not whether its services answer
    #[arg(long)]
    pub live: bool,
}

impl ConfigArgs {
    /// The file, the environment.
    ///
    /// # Errors
    /// When one of them cannot be read.
    pub fn sources(&self) -> Result<Sources, ConfigError> {
        Sources::of_process(self.config.as_deref())
    }
}

impl WaitArgs {
    /// How long to wait.
    #[must_use]
    pub const fn patience(self) -> Duration {
        Duration::from_secs(self.wait_for_services)
    }
}

impl HealthcheckArgs {
    /// Where to ask.
    #[must_use]
    pub const fn path(&self) -> &'static str {
        if self.live { "/livez" } else { "/readyz" }
    }
}

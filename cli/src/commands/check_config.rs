//! `ruche check-config`

use ruche_bootstrap::{ExitCode, Failure};
use ruche_worker::settings;

use super::{FullConfig, misconfigured, sources};
use crate::{args::ConfigArgs, output};

/// Loads and checks the configuration, and prints what results.
pub fn run(args: &ConfigArgs) -> Result<ExitCode, Failure> {
    let config: FullConfig = sources(args).and_then(|sources| sources.load()).map_err(misconfigured)?;
    config.check().map_err(misconfigured)?;
    let resulting = config.to_toml();
    settings::registry(config.tasks)?;
    output::line("# The configuration is valid. What results, without the section tasks:")?;
    output::line(resulting.trim_end())?;
    Ok(ExitCode::Success)
}

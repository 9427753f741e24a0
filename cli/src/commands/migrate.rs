//! `ruche migrate`

use ruche_bootstrap::{ExitCode, Failure, migrate_store};

use super::{FullConfig, misconfigured, sources};
use crate::{args::MigrateArgs, output};

/// Applies pending migrations.
pub async fn run(args: MigrateArgs) -> Result<ExitCode, Failure> {
    let sources = sources(&args.config).map_err(misconfigured)?.flag("--database-url", "database.url", args.database_url);
    let config: FullConfig = sources.load().map_err(misconfigured)?;
    let url = config.database.required_address().map_err(misconfigured)?;
    ruche_bootstrap::start_logs(&config.telemetry).map_err(misconfigured)?;
    migrate_store(&url, args.wait.patience()).await?;
    output::line(format!("{url} has this version's schema"))?;
    Ok(ExitCode::Success)
}

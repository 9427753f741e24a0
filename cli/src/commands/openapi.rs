//! `ruche openapi`

use ruche_bootstrap::{ExitCode, Failure};
use ruche_worker::{settings, tasks::BuiltInConfig};

use crate::output;

/// Prints the document that a server with the built-in tasks has at `/openapi.json`.
pub fn run() -> Result<ExitCode, Failure> {
    output::line(document()?.trim_end())?;
    Ok(ExitCode::Success)
}

/// The document; what `server/openapi.json` is a snapshot of.
///
/// # Errors
/// When the built-in tasks cannot be registered: a defect.
pub fn document() -> Result<String, Failure> {
    let registry = settings::registry(BuiltInConfig::default())?;
    Ok(ruche_server::openapi(&registry.definitions()))
}

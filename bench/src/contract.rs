//! Holds the running API against its own description, with Schemathesis.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

use crate::{
    binaries::Binaries,
    stack::{Settings, Stack},
};

/// Runs `program` (Schemathesis) against `ruche up` with the checks that `bench/schemathesis.toml` sets.
///
/// # Errors
/// When a check fails; the message holds what Schemathesis printed.
pub async fn check(program: &Path) -> Result<()> {
    let (stack, _) = Stack::embedded(Binaries::locate()?, Settings::new()).await?;
    let address = &stack.servers.first().context("no server runs")?.address;
    let output = Command::new(program)
        .arg("--config-file")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("schemathesis.toml"))
        .args(["run", &format!("http://{address}/openapi.json")])
        .current_dir(stack.folder())
        .output()
        .await
        .context("couldn't run Schemathesis")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    Ok(())
}

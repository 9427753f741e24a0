//! The programs under test, built the same way as this one.

use std::{path::PathBuf, process::Command};

use anyhow::{Context, Result, ensure};

/// Where the programs are.
#[derive(Debug, Clone)]
pub struct Binaries {
    folder: PathBuf,
}

impl Binaries {
    /// Builds `ruche`, `ruche-server` and `ruche-worker` in this program's own profile.
    ///
    /// # Errors
    /// When cargo fails.
    pub fn build() -> Result<Self> {
        let this = std::env::current_exe().context("couldn't find this program")?;
        let folder = this.parent().context("this program is in no folder")?.to_owned();
        let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["build", "--quiet", "--profile", profile, "-p", "ruche", "-p", "ruche-server", "-p", "ruche-worker"]);
        eprintln!("building ruche, ruche-server and ruche-worker ({profile})");
        ensure!(cargo.status().context("couldn't run cargo")?.success(), "cargo couldn't build the programs");
        Ok(Self { folder })
    }

    /// One of them.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

//! Licences, sources, bans and advisories of dependencies, by cargo-deny.

use std::env;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::{cargo, run};

const VERSION: &str = "0.20.2";

/// Checks `deny.toml`. Without network the advisories are left out, and it says so.
pub fn check() -> Result<()> {
    let tools = cargo::target_directory().join("tools");
    if !run::succeeds(&mut deny(&tools, &["--version"])?) {
        eprintln!("cargo-deny {VERSION} is not installed; building it takes some minutes, once");
        let install = ["install", "--quiet", "--locked", "--version", VERSION, "cargo-deny", "--root"];
        // Its objects go to a temporary directory, not among those of the workspace.
        let command = &mut cargo::at_root(&install);
        run::to_success(command.arg(&tools).env_remove("CARGO_TARGET_DIR"), "cargo install cargo-deny")?;
    }
    let fetched = deny(&tools, &["fetch", "db"])?.output().context("couldn't run cargo-deny")?;
    let mut checks = vec!["check", "licenses", "bans", "sources"];
    if fetched.status.success() {
        checks.push("advisories");
    } else {
        eprintln!("{}", String::from_utf8_lossy(&fetched.stderr).trim());
        eprintln!("warning: ADVISORIES WERE NOT CHECKED: their database could not be fetched, see above");
    }
    run::to_success(&mut deny(&tools, &checks)?, "cargo deny")
}

/// `cargo deny`, ours where there is no other.
fn deny(tools: &Path, arguments: &[&str]) -> Result<Command> {
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths(env::split_paths(&path).chain([tools.join("bin")]))?;
    let mut command = cargo::at_root(&["deny"]);
    command.args(arguments).env("PATH", path);
    Ok(command)
}

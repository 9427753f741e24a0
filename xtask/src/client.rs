//! `cargo xtask client`: the web client, compiled for browsers and made ready to be served.

mod toolchain;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result};

use self::toolchain::Toolchain;
use crate::{cargo, run};

/// What the compiler makes.
const PROGRAM: &str = "wasm32-unknown-unknown/wasm/ruche-client.wasm";

/// What the client is made of: when none of it has changed since the last time, nothing is done.
const SOURCES: [&str; 5] = ["client", "crates/api", "crates/domain", "Cargo.toml", "Cargo.lock"];

/// Where the files to be served are.
pub fn folder() -> PathBuf {
    cargo::target_directory().join("client/dist")
}

/// Builds it, unless it is there and newer than all it is made of.
pub fn build() -> Result<u8> {
    let made = folder().join("index.html");
    if is_fresh(&made)? {
        return Ok(0);
    }
    eprintln!("building the client");
    let toolchain = Toolchain::find()?;
    let own = cargo::target_directory().join("wasm");
    let mut compile = cargo::at_root(&["build", "--quiet", "--package", "ruche-client", "--profile", "wasm"]);
    compile.args(["--target", "wasm32-unknown-unknown", "--target-dir"]).arg(&own);
    // Features that servers need of shared crates stay out of it.
    compile.env("CARGO_RESOLVER_FEATURE_UNIFICATION", "selected");
    toolchain.apply(&mut compile);
    run::to_success(&mut compile, "cargo build for wasm32-unknown-unknown")?;
    let mut bundle = cargo::at_root(&["run", "--quiet", "--package", "ruche-client-bundler", "--"]);
    bundle.arg(own.join(PROGRAM)).arg(cargo::root().join("client/assets")).arg(folder());
    run::to_success(&mut bundle, "bundling the client")?;
    Ok(0)
}

fn is_fresh(made: &Path) -> Result<bool> {
    let Ok(since) = fs::metadata(made).and_then(|facts| facts.modified()) else { return Ok(false) };
    let newest = SOURCES.iter().map(|source| newest(&cargo::root().join(source))).collect::<Result<Vec<_>>>()?;
    Ok(newest.into_iter().all(|changed| changed < since))
}

/// When the newest file of a folder was changed.
fn newest(path: &Path) -> Result<SystemTime> {
    let facts = fs::metadata(path).with_context(|| format!("couldn't look at {}", path.display()))?;
    let mut latest = facts.modified()?;
    if facts.is_dir() {
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            if entry.file_name() != "e2e" {
                latest = latest.max(newest(&entry.path())?);
            }
        }
    }
    Ok(latest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_is_stale_when_any_of_its_sources_is_newer() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("deep")).unwrap();
        fs::write(root.path().join("deep/file"), "1").unwrap();
        let before = newest(root.path()).unwrap();
        let later = before + std::time::Duration::from_secs(5);
        fs::File::options().write(true).open(root.path().join("deep/file")).unwrap().set_modified(later).unwrap();
        assert_eq!(newest(root.path()).unwrap(), later);
    }
}

//! Docker Compose, the second one: Debian 12 has the first, which does not know the Compose file of today.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{cargo, run};

/// Debian's release that has it, from the same mirror as this machine's packages.
const RELEASE: &str = "trixie";

/// Where Docker keeps its plugins, below the user's folder and below the system's.
const PLUGINS: [&str; 4] = [
    "/usr/local/lib/docker/cli-plugins",
    "/usr/local/libexec/docker/cli-plugins",
    "/usr/lib/docker/cli-plugins",
    "/usr/libexec/docker/cli-plugins",
];

/// Compose's program: the machine's own, else Debian's, unpacked under the target directory.
pub fn ensure() -> Result<PathBuf> {
    if let Some(found) = found() {
        return Ok(found);
    }
    let folder = cargo::target_directory().join("tools/compose").join(RELEASE);
    let program = folder.join("usr/libexec/docker/cli-plugins/docker-compose");
    if !is_second(&program) {
        eprintln!("unpacking Debian {RELEASE}'s docker-compose into {}", folder.display());
        unpack(&folder).context(
            "there is no Docker Compose 2 (a plugin of Docker, or docker-compose on PATH), and it couldn't be taken from Debian",
        )?;
    }
    if is_second(&program) { Ok(program) } else { bail!("{} is no Docker Compose 2", program.display()) }
}

fn found() -> Option<PathBuf> {
    let home = env::var_os("HOME").map(|home| PathBuf::from(home).join(".docker/cli-plugins"));
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = home.into_iter().chain(PLUGINS.map(PathBuf::from)).chain(env::split_paths(&path));
    folders.map(|folder| folder.join("docker-compose")).find(|program| is_second(program))
}

fn is_second(program: &Path) -> bool {
    let said = Command::new(program).args(["version", "--short"]).output();
    said.is_ok_and(|output| {
        let version = String::from_utf8_lossy(&output.stdout);
        output.status.success() && !version.trim_start_matches('v').starts_with("1.")
    })
}

fn unpack(folder: &Path) -> Result<()> {
    let package = super::apt::download(RELEASE, "docker-compose", folder)?;
    run::to_success(Command::new("dpkg-deb").arg("--extract").arg(&package).arg(folder), "dpkg-deb")?;
    fs::remove_file(&package).with_context(|| format!("couldn't remove {}", package.display()))
}

//! Installing Debian packages without a question and without starting a service.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use xtask::interrupt;

use crate::run;

/// invoke-rc.d(8) asks this program before a package starts its service; 101 means "forbidden".
const POLICY: &str = "#!/bin/sh\n# Put here by `cargo xtask` while it installs packages.\nexit 101\n";

/// Installs `packages` from fresh package lists.
pub fn install(packages: &[&str]) -> Result<()> {
    interrupt::listen().context("couldn't listen to signals")?;
    eprintln!("installing {}", packages.join(" "));
    let _policy = Policy::forbid_starts(Path::new("/usr/sbin/policy-rc.d"))?;
    if run::to_end(&mut apt(&["update"]))? != 0 {
        eprintln!("warning: apt-get update failed; trying with the package lists as they are");
    }
    let install = &mut apt(&["install", "--yes", "--no-install-recommends"]);
    run::to_success(install.args(packages), "apt-get install")
}

fn apt(arguments: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command.arg("-qq").args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    command
}

/// Keeps services from being started until it is dropped; then everything is as it was.
struct Policy {
    path: PathBuf,
    /// Where the policy that was there before waits.
    saved: PathBuf,
}

impl Policy {
    fn forbid_starts(path: &Path) -> Result<Self> {
        let saved = path.with_extension("d.before-xtask");
        // A run that was killed may have left ours there: that one is not worth keeping.
        let is_ours = fs::read_to_string(path).is_ok_and(|text| text == POLICY);
        if path.exists() && !is_ours {
            fs::rename(path, &saved).with_context(|| format!("couldn't put {} aside", path.display()))?;
        }
        let policy = Self { path: path.to_owned(), saved };
        fs::write(path, POLICY).with_context(|| format!("couldn't write {}", path.display()))?;
        fs::set_permissions(path, Permissions::from_mode(0o755))
            .with_context(|| format!("couldn't make {} executable", path.display()))?;
        Ok(policy)
    }
}

impl Drop for Policy {
    fn drop(&mut self) {
        let restored = if self.saved.exists() { fs::rename(&self.saved, &self.path) } else { fs::remove_file(&self.path) };
        if let Err(error) = restored {
            eprintln!("warning: couldn't put {} back as it was: {error}", self.path.display());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_that_was_there_before_comes_back_as_it_was() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("policy-rc.d");
        fs::write(&path, "#!/bin/sh\nexit 0\n").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o700)).unwrap();
        let policy = Policy::forbid_starts(&path).unwrap();
        assert!(run::succeeds(Command::new("sh").arg("-c").arg(format!("{}; test $? = 101", path.display()))));
        drop(policy);
        assert_eq!(fs::read_to_string(&path).unwrap(), "#!/bin/sh\nexit 0\n");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn without_a_policy_before_there_is_none_after() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("policy-rc.d");
        drop(Policy::forbid_starts(&path).unwrap());
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_policy_that_a_killed_run_left_behind_does_not_stay() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("policy-rc.d");
        fs::write(&path, "#!/bin/sh\nexit 0\n").unwrap();
        std::mem::forget(Policy::forbid_starts(&path).unwrap());
        drop(Policy::forbid_starts(&path).unwrap());
        assert_eq!(fs::read_to_string(&path).unwrap(), "#!/bin/sh\nexit 0\n");
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1);
    }
}

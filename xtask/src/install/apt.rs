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

/// Fresh package lists, for those who download packages themselves.
pub fn refresh() -> Result<()> {
    run::to_success(&mut apt(&["update"]), "apt-get update")
}

/// The file of one package of another Debian release, from this machine's mirror, put into `folder`.
pub fn download(release: &str, package: &str, folder: &Path) -> Result<PathBuf> {
    let own = folder.join("apt");
    for part in ["lists/partial", "archives/partial"] {
        fs::create_dir_all(own.join(part)).with_context(|| format!("couldn't make {}", own.display()))?;
    }
    let keys = "/usr/share/keyrings/debian-archive-keyring.gpg";
    let list = own.join("sources.list");
    fs::write(&list, format!("deb [signed-by={keys}] {} {release} main\n", mirror()?))
        .context("couldn't write a list of sources")?;
    let options = [
        format!("Dir::Etc::SourceList={}", list.display()),
        "Dir::Etc::SourceParts=/dev/null".to_owned(),
        format!("Dir::State::Lists={}", own.join("lists").display()),
        format!("Dir::Cache::Archives={}", own.join("archives").display()),
        "Dir::Cache::PkgCache=".to_owned(),
        "Dir::Cache::SrcPkgCache=".to_owned(),
        "APT::Sandbox::User=root".to_owned(),
    ];
    let with_options = |arguments: &[&str]| {
        let mut command = apt(arguments);
        command.args(options.iter().flat_map(|option| ["-o", option])).current_dir(folder);
        command
    };
    run::to_success(&mut with_options(&["update"]), "apt-get update")?;
    run::to_success(&mut with_options(&["download", package]), "apt-get download")?;
    let prefix = format!("{package}_");
    let files = fs::read_dir(folder).with_context(|| format!("couldn't list {}", folder.display()))?;
    let found = files.flatten().find(|entry| entry.file_name().to_string_lossy().starts_with(&prefix));
    let file = found.with_context(|| format!("apt-get downloaded no {package}"))?.path();
    fs::remove_dir_all(&own).with_context(|| format!("couldn't remove {}", own.display()))?;
    Ok(file)
}

/// Where this machine gets its Debian packages from.
fn mirror() -> Result<String> {
    let mut command = apt(&["indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]);
    let said = command.output().context("couldn't run apt-get")?;
    let said = String::from_utf8_lossy(&said.stdout);
    let main = said.lines().find(|uri| !uri.trim_end_matches('/').ends_with("-security"));
    main.map(str::to_owned).context("apt-get names no mirror")
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

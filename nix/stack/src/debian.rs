//! A folder with Debian's programs in it, from packages that are unpacked and not installed: no script of theirs is run.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

use crate::command;

/// What stands in for the images that the flake builds of nixpkgs.
const PACKAGES: [&str; 17] = [
    "base-files",
    "ca-certificates",
    "coreutils",
    "dash",
    "findutils",
    "grep",
    "hostname",
    "libc-bin",
    "mawk",
    "nginx-light",
    "postgresql",
    "procps",
    "prometheus",
    "prometheus-nginx-exporter",
    "prometheus-postgres-exporter",
    "rabbitmq-server",
    "sed",
];

/// What no container reads.
const LEFT_OUT: [&str; 4] = ["./usr/share/doc", "./usr/share/man", "./usr/share/locale", "./usr/share/fonts"];

/// The folder, made below `folder` if it is not there yet.
///
/// # Errors
/// When packages cannot be had or unpacked.
pub async fn root(folder: &Path) -> Result<PathBuf> {
    let root = folder.join("debian");
    let whole = folder.join("debian.whole");
    if whole.is_file() {
        return Ok(root);
    }
    let packages = download(folder).await?;
    drop(fs::remove_dir_all(&root));
    for name in ["bin", "sbin", "lib", "lib64"] {
        fs::create_dir_all(root.join("usr").join(name))?;
        std::os::unix::fs::symlink(format!("usr/{name}"), root.join(name))?;
    }
    for package in packages {
        unpack(&package, &root).await.with_context(|| format!("couldn't unpack {}", package.display()))?;
    }
    command::output(Command::new("ldconfig").arg("-r").arg(&root)).await?;
    certificates(&root)?;
    fs::write(whole, "")?;
    Ok(root)
}

/// What the package's own script would do.
fn certificates(root: &Path) -> Result<()> {
    let mut bundle = Vec::new();
    for entry in fs::read_dir(root.join("usr/share/ca-certificates/mozilla"))? {
        bundle.extend(fs::read(entry?.path())?);
    }
    Ok(fs::write(root.join("etc/ssl/certs/ca-certificates.crt"), bundle)?)
}

/// The packages and all they depend on, as if nothing were installed.
async fn download(folder: &Path) -> Result<Vec<PathBuf>> {
    let archives = folder.join("packages");
    fs::create_dir_all(archives.join("partial"))?;
    let nothing = folder.join("nothing-installed");
    fs::write(&nothing, "")?;
    let mut command = Command::new("apt-get");
    command
        .args(["-qq", "--yes", "--download-only", "--no-install-recommends", "-o", "APT::Sandbox::User=root"])
        .arg("-o")
        .arg(format!("Dir::State::Status={}", nothing.display()))
        .arg("-o")
        .arg(format!("Dir::Cache::Archives={}", archives.display()))
        .arg("install")
        .args(PACKAGES);
    command::output(&mut command).await?;
    let mut packages = Vec::new();
    for entry in fs::read_dir(&archives)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "deb") {
            packages.push(path);
        }
    }
    ensure!(packages.len() > PACKAGES.len(), "apt-get downloaded {} packages", packages.len());
    packages.sort();
    Ok(packages)
}

/// Folders that are links stay links, as `/bin` is one to `/usr/bin`.
async fn unpack(package: &Path, root: &Path) -> Result<()> {
    let mut tar = std::process::Command::new("dpkg-deb");
    let mut tar = tar.arg("--fsys-tarfile").arg(package).stdout(std::process::Stdio::piped()).spawn()?;
    let files = tar.stdout.take().context("dpkg-deb has no output")?;
    let mut extract = std::process::Command::new("tar");
    extract.args(["--extract", "--keep-directory-symlink", "--directory"]).arg(root).stdin(files);
    extract.args(LEFT_OUT.map(|folder| format!("--exclude={folder}")));
    let extracted = tokio::task::spawn_blocking(move || extract.status()).await??;
    ensure!(extracted.success() && tar.wait()?.success(), "tar failed");
    Ok(())
}

//! Debian's compiler for browsers. Its packages are downloaded by apt-get and unpacked, not installed: they would push out a `rustc` that
//! somebody has installed. For that nobody needs to be root.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::Toolchain;
use crate::run;

/// Where Debian has libraries.
const LIBRARIES: &str = "usr/lib/x86_64-linux-gnu";

/// Downloads and unpacks what is needed into `folder`, if it is not there yet.
pub fn unpack(folder: &Path) -> Result<Toolchain> {
    let done = folder.join("unpacked");
    if !done.is_file() {
        ensure!(run::succeeds(Command::new("apt-get").arg("--version")), "there is no apt-get");
        ensure!(cfg!(target_arch = "x86_64"), "it is only known how to do it on x86-64");
        fs::create_dir_all(folder.join("packages")).with_context(|| format!("couldn't make {}", folder.display()))?;
        let packages = packages()?;
        eprintln!("unpacking {}", packages.join(" "));
        let mut download = Command::new("apt-get");
        download.arg("-qq").arg("download").args(&packages).current_dir(folder.join("packages"));
        run::to_success(&mut download, "apt-get download")?;
        for package in fs::read_dir(folder.join("packages"))? {
            run::to_success(Command::new("dpkg").arg("-x").arg(package?.path()).arg(folder), "dpkg -x")?;
        }
        fs::write(&done, "")?;
    }
    Ok(Toolchain::Debian { compiler: compiler(folder)?, linker: linker(folder)? })
}

/// The packages, in the versions that fit each other: what the compiler depends on says which.
fn packages() -> Result<Vec<String>> {
    let standard = found(&depends("libstd-rust-web-dev")?, "libstd-rust-web-")
        .context("libstd-rust-web-dev depends on no version of its own")?;
    let llvm = found(&depends(&standard)?, "libllvm").context("the compiler depends on no libllvm")?;
    let number = llvm.trim_start_matches("libllvm").to_owned();
    let more = ["rustc-web", "libstd-rust-web-dev", "rust-web-src"].map(str::to_owned);
    Ok([&more[..], &[standard, llvm, format!("lld-{number}")]].concat())
}

fn depends(package: &str) -> Result<String> {
    let output = Command::new("apt-cache").args(["depends", package]).output().context("couldn't run apt-cache")?;
    ensure!(output.status.success(), "apt-cache knows no {package}");
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The package that is depended on and whose name begins so, with a number after it.
fn found(depends: &str, prefix: &str) -> Option<String> {
    let names = depends.lines().filter_map(|line| line.trim().strip_prefix("Depends: "));
    let numbered = |name: &&str| name.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    names.map(|name| name.split(':').next().unwrap_or(name)).find(numbered).map(str::to_owned)
}

/// A script that runs the compiler with its own libraries.
fn compiler(folder: &Path) -> Result<PathBuf> {
    let script = folder.join("rustc");
    let root = folder.display();
    let text = format!("#!/bin/sh\nLD_LIBRARY_PATH='{root}/{LIBRARIES}' exec '{root}/usr/bin/rustc' \"$@\"\n");
    executable(&script, &text)?;
    ensure!(run::succeeds(Command::new(&script).arg("--version")), "Debian's compiler does not run");
    Ok(script)
}

/// The same for its linker.
fn linker(folder: &Path) -> Result<PathBuf> {
    let bin = folder.join("usr/bin");
    let names = fs::read_dir(&bin)?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let name = names.into_iter().find(|name| name.starts_with("wasm-ld")).context("lld has no wasm-ld")?;
    let script = folder.join("wasm-ld");
    let root = folder.display();
    executable(&script, &format!("#!/bin/sh\nLD_LIBRARY_PATH='{root}/{LIBRARIES}' exec '{root}/usr/bin/{name}' \"$@\"\n"))?;
    Ok(script)
}

fn executable(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("couldn't write {}", path.display()))?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
        .with_context(|| format!("couldn't make {} executable", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compilers_own_versions_are_taken() {
        let depends =
            "rustc-web\n  Depends: libc6\n  Depends: libstd-rust-web-dev\n  Depends: libstd-rust-web-1.96\n  Depends: gcc\n";
        assert_eq!(found(depends, "libstd-rust-web-").as_deref(), Some("libstd-rust-web-1.96"));
        assert_eq!(found("  Depends: libllvm22:any\n", "libllvm").as_deref(), Some("libllvm22"));
    }
}

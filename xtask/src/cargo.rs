//! Calling cargo from within `cargo run`.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What `cargo run` tells a program about itself. A cargo below it would hand it
/// to build scripts, and some of those (ring's) then build everything again.
const ABOUT_ITS_CALLER: [&str; 5] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_NAME", "CARGO_PRIMARY_"];

/// The repository's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the repository")
}

/// The cargo that runs this program, with `arguments`, in the caller's directory.
pub fn here(arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(|name| ABOUT_ITS_CALLER.iter().any(|prefix| name.starts_with(prefix))) {
            command.env_remove(name);
        }
    }
    command.args(arguments);
    command
}

/// The same, in the repository's root.
pub fn at_root(arguments: &[&str]) -> Command {
    let mut command = here(arguments);
    command.current_dir(root());
    command
}

/// `cargo run` for one package's program, with `subcommand` and `rest` as its arguments.
pub fn package(package: &str, options: &[&str], subcommand: &str, rest: &[String]) -> Command {
    let mut command = here(&["run", "--quiet", "--package", package]);
    command.arg("--manifest-path").arg(root().join("Cargo.toml"));
    command.args(options).args(["--", subcommand]).args(rest);
    command
}

/// Where cargo puts what it builds.
pub fn target_directory() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

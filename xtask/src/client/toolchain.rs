//! A compiler with a standard library for WebAssembly: the one at hand if it has one, else rustup's, else Debian's.

mod debian;

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::{cargo, run};

const TARGET: &str = "wasm32-unknown-unknown";

/// What compiles the client.
#[derive(Debug, PartialEq, Eq)]
pub enum Toolchain {
    /// The compiler that everything else is compiled with.
    AtHand,
    /// Debian's, unpacked below the target directory; its standard library is compiled along.
    Debian { compiler: PathBuf, linker: PathBuf },
}

impl Toolchain {
    /// Looks for one, and gets one where there is none.
    pub fn find() -> Result<Self> {
        if has_target() {
            return Ok(Self::AtHand);
        }
        if run::succeeds(Command::new("rustup").arg("--version")) {
            eprintln!("adding the target {TARGET} with rustup");
            if run::succeeds(Command::new("timeout").args(["60", "rustup", "target", "add", TARGET]).current_dir(cargo::root()))
                && has_target()
            {
                return Ok(Self::AtHand);
            }
            eprintln!("rustup could not; taking Debian's rustc-web");
        }
        match debian::unpack(&cargo::target_directory().join("tools/rustc-web")) {
            Ok(debian) => Ok(debian),
            Err(error) => bail!(
                "the compiler has no standard library for {TARGET}, and there is no other way to get one here ({error:#})\n\
                 with rustup: rustup target add {TARGET}"
            ),
        }
    }

    /// Has `cargo build` use it.
    pub fn apply(&self, build: &mut Command) {
        if let Self::Debian { compiler, linker } = self {
            build.env("RUSTC", compiler).env("RUSTC_BOOTSTRAP", "1").env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
            build.arg("-Zbuild-std=std,panic_abort");
        }
    }
}

/// Whether the compiler at hand can compile for browsers.
fn has_target() -> bool {
    let compiler = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let answer = Command::new(compiler).args(["--print", "sysroot"]).current_dir(cargo::root()).output();
    let Ok(answer) = answer else { return false };
    let sysroot = String::from_utf8_lossy(&answer.stdout);
    Path::new(sysroot.trim()).join("lib/rustlib").join(TARGET).join("lib").is_dir()
}

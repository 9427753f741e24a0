//! Schemathesis, which holds the running API against its own description; from PyPI, in a virtual environment of its own.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::{cargo, run};

const VERSION: &str = "4.32.5";

/// The program, installed under the target directory if it is not there yet.
pub fn ensure() -> Result<PathBuf> {
    let folder = cargo::target_directory().join("tools/schemathesis").join(VERSION);
    let program = folder.join("bin/st");
    if !run::succeeds(Command::new(&program).arg("--version")) {
        eprintln!("installing Schemathesis {VERSION} into {}", folder.display());
        run::to_success(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder), "python3 -m venv")?;
        let mut pip = Command::new(folder.join("bin/pip"));
        pip.args(["--quiet", "--disable-pip-version-check", "install", &format!("schemathesis=={VERSION}")]);
        run::to_success(&mut pip, "pip install schemathesis")?;
    }
    Ok(program)
}

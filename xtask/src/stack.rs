//! `cargo xtask stack`.

use std::process::Command;

use anyhow::{Context, Result};
use xtask::interrupt;

use crate::{
    cargo, client,
    install::{self, compose},
    run,
};

/// The programs that go into images, and the one that tries them.
const PACKAGES: [&str; 5] = ["ruche", "ruche-server", "ruche-worker", "ruche-container", "ruche-stack"];

/// What is built before: the programs and no more, or all that the tests need as well, so that nothing is compiled twice.
#[derive(Clone, Copy)]
pub enum Scope {
    Programs,
    Everything,
}

/// Builds and runs the rendered compose file with it; the exit code.
pub fn run(scope: Scope, arguments: &[String]) -> Result<u8> {
    interrupt::listen().context("couldn't listen to signals")?;
    install::for_stack()?;
    let compose = compose::ensure()?;
    client::build()?;
    let mut build = cargo::at_root(&["build", "--quiet"]);
    match scope {
        Scope::Programs => build.args(PACKAGES.iter().flat_map(|package| ["--package", package])),
        Scope::Everything => build.args(["--workspace", "--all-targets"]),
    };
    run::to_success(&mut build, "cargo build")?;
    let target = cargo::target_directory();
    let mut program = Command::new(target.join("debug/ruche-stack"));
    program.arg("--compose").arg(compose);
    program.arg("--folder").arg(target.join("stack"));
    program.arg("--client").arg(client::folder());
    run::to_end(program.args(arguments))
}

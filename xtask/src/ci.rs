//! `cargo xtask ci`: what must hold before a change is merged.

use std::env;

use anyhow::{Context, Result};
use xtask::interrupt;

use crate::{cargo, deny, install, run, stack, test};

/// Cheap checks first, the tests last: the test runner's closing line ends the output.
pub fn run() -> Result<u8> {
    interrupt::listen().context("couldn't listen to signals")?;
    install::for_tests()?;

    step("format");
    run::to_success(&mut cargo::at_root(&["fmt", "--all", "--check"]), "cargo fmt --all --check")?;

    step("lints");
    let clippy = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
    run::to_success(&mut cargo::at_root(&clippy), "cargo clippy")?;
    // All packages together have the features that any of them asks for; alone, each has to ask for its own.
    for alone in ["ruche-server", "ruche-worker"] {
        run::to_success(&mut cargo::at_root(&["check", "--package", alone]), "cargo check of one package")?;
    }

    step("documentation");
    let flags = format!("{} -D warnings", env::var("RUSTDOCFLAGS").unwrap_or_default());
    let doc = &mut cargo::at_root(&["doc", "--workspace", "--no-deps"]);
    run::to_success(doc.env("RUSTDOCFLAGS", flags.trim()), "cargo doc")?;

    step("dependencies");
    deny::check()?;

    step("deployment");
    match stack::run(stack::Scope::Everything, &[])? {
        0 => {}
        code => return Ok(code),
    }

    step("tests");
    test::run(&[])
}

fn step(name: &str) {
    eprintln!("==> {name}");
}

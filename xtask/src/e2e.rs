//! `cargo xtask e2e`: the client in a real browser, against a real `ruche up`.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use xtask::interrupt;

use crate::install::{self, node::Node};
use crate::{cargo, client, run};

/// Tells the tests which program to start.
const PROGRAM: &str = "RUCHE_E2E_PROGRAM";
/// Tells the tests where pictures of what failed go.
const RESULTS: &str = "RUCHE_E2E_RESULTS";
/// Tells the tests where the pictures of the documentation go; without it none are kept.
const PICTURES: &str = "RUCHE_E2E_PICTURES";

/// Builds the client and Ruche around it and runs the tests whose names `arguments` match, or all. `--pictures` makes the documentation's
/// pictures anew. Gives the test runner's exit code.
pub fn run(arguments: &[String]) -> Result<u8> {
    interrupt::listen().context("couldn't listen to signals")?;
    install::for_browsers()?;
    let node = Node::find()?;
    client::build()?;
    // With the features that the whole workspace asks for, as the other tests are built: nothing is compiled twice.
    run::to_success(&mut cargo::at_root(&["build", "--quiet", "--workspace", "--bin", "ruche"]), "cargo build")?;

    let folder = cargo::root().join("client/e2e");
    if !is_installed(&folder)? {
        let mut install = node.npm(&["ci", "--silent"]);
        run::to_success(install.current_dir(&folder), "npm ci")?;
        std::fs::copy(folder.join(LOCK), folder.join(INSTALLED)).context("couldn't note what is installed")?;
    }
    let (pictures, names): (Vec<_>, Vec<_>) = arguments.iter().partition(|argument| *argument == "--pictures");
    let mut tests = node.command();
    tests.args(["--test", "--test-concurrency=1", "--test-timeout=600000"]);
    tests.args(names.iter().map(|name| format!("--test-name-pattern={name}")));
    tests.args(files(&folder)?).current_dir(&folder);
    tests.env(PROGRAM, program()?).env(RESULTS, cargo::target_directory().join("e2e"));
    if !pictures.is_empty() {
        tests.env(PICTURES, cargo::root().join("docs/images"));
    }
    run::to_end(&mut tests)
}

const LOCK: &str = "package-lock.json";
/// What was installed last.
const INSTALLED: &str = "node_modules/.installed-lock.json";

fn is_installed(folder: &std::path::Path) -> Result<bool> {
    let wanted = std::fs::read(folder.join(LOCK)).context("couldn't read the lock file")?;
    Ok(std::fs::read(folder.join(INSTALLED)).is_ok_and(|installed| installed == wanted))
}

/// The tests, one file each.
fn files(folder: &std::path::Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder.join("tests")).context("couldn't list the tests")?;
    let mut files: Vec<_> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    files.retain(|path| path.to_string_lossy().ends_with(".test.js"));
    files.sort();
    Ok(files)
}

fn program() -> Result<PathBuf> {
    let program = cargo::target_directory().join("debug/ruche");
    // The tests are run elsewhere.
    Ok(env::current_dir().context("couldn't tell the current directory")?.join(program))
}

impl Node {
    /// `npm`, which finds this very Node.
    fn npm(&self, arguments: &[&str]) -> Command {
        let mut npm = Command::new(self.folder().join("npm"));
        let path = env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(self.folder().to_owned()).chain(env::split_paths(&path));
        npm.args(arguments).env("PATH", env::join_paths(folders).expect("folders of PATH have no colons"));
        npm
    }

    fn command(&self) -> Command {
        Command::new(self.folder().join("node"))
    }
}

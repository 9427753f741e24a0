//! Node.js and npm, which run the client's tests in a browser.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::pypi;

/// The oldest that will do: `node --test` of 20.10 knows `--test-concurrency`.
const OLDEST: (u32, u32) = (20, 10);

/// A Node.js with its npm beside it.
#[derive(Debug)]
pub struct Node {
    folder: PathBuf,
}

impl Node {
    /// The one on `PATH` if it is young enough; else one from PyPI, as Debian's is too old for Playwright.
    pub fn find() -> Result<Self> {
        let path = env::var_os("PATH").unwrap_or_default();
        let found = env::split_paths(&path).find(|folder| folder.join("npm").exists() && is_young(&folder.join("node")));
        if let Some(folder) = found {
            return Ok(Self { folder });
        }
        let program = pypi::NODE.ensure()?;
        Ok(Self { folder: program.parent().map_or_else(PathBuf::new, Path::to_owned) })
    }

    /// Where its programs are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

fn is_young(program: &Path) -> bool {
    let output = Command::new(program).arg("--version").output();
    output.is_ok_and(|output| version(&String::from_utf8_lossy(&output.stdout)) >= Some(OLDEST))
}

/// Major and minor number of `v20.10.0`.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim().strip_prefix('v')?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(version("v20.10.0\n") >= Some(OLDEST) && version("v100.0.1") >= Some(OLDEST));
        assert!(version("v18.20.4") < Some(OLDEST) && version("v20.9.9") < Some(OLDEST));
        assert!(version("") < Some(OLDEST) && version("node: not found") < Some(OLDEST));
    }
}

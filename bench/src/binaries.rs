//! The programs under test.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

/// Where the programs are.
#[derive(Debug, Clone)]
pub struct Binaries {
    folder: PathBuf,
}

impl Binaries {
    /// Finds `ruche`, `ruche-server` and `ruche-worker` beside this program (or its folder, for tests), built in the same profile.
    ///
    /// # Errors
    /// When one is missing.
    pub fn locate() -> Result<Self> {
        let this = std::env::current_exe().context("couldn't find this program")?;
        let mut folder = this.parent().context("this program is in no folder")?.to_owned();
        if folder.ends_with("deps") {
            folder.pop();
        }
        for name in ["ruche", "ruche-server", "ruche-worker"] {
            let path = folder.join(name);
            ensure!(path.is_file(), "{} is missing: run this as `cargo xtask bench`, `demo` or `chaos`", path.display());
        }
        Ok(Self { folder })
    }

    /// One of them.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

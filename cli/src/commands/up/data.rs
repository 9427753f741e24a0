//! The data directory: one process at a time.

use std::{
    env,
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

use ruche_bootstrap::{ExitCode, Failure, config::ServiceUrl};

/// A directory that this process alone uses, until dropped.
#[derive(Debug)]
pub struct DataDirectory {
    path: PathBuf,
    _lock: File,
}

impl DataDirectory {
    /// Makes the directory if need be, and locks it.
    ///
    /// # Errors
    /// [`ExitCode::CannotCreate`] when it cannot be written, [`ExitCode::Temporary`] when another process uses it.
    pub fn open(path: Option<&Path>) -> Result<Self, Failure> {
        let path = path.map_or_else(default_path, Path::to_owned);
        let cannot = |error| {
            let what = format!("couldn't write to the data directory {}; choose another with --data-dir", path.display());
            Failure::new(ExitCode::CannotCreate, anyhow::Error::new(error).context(what))
        };
        fs::create_dir_all(&path).map_err(cannot)?;
        let lock = File::options().create(true).truncate(false).write(true).open(path.join("ruche.lock")).map_err(cannot)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, _lock: lock }),
            Err(TryLockError::WouldBlock) => {
                let message = format!(
                    "another `ruche up` uses the data directory {}; stop it or choose another with --data-dir",
                    path.display()
                );
                Err(Failure::message(ExitCode::Temporary, message))
            }
            Err(TryLockError::Error(error)) => Err(cannot(error)),
        }
    }

    /// The database in it.
    pub fn database(&self) -> ServiceUrl {
        ServiceUrl::new(format!("sqlite:{}", self.path.join("ruche.db").display()))
    }
}

/// As the XDG base directory specification has it; beside the caller where there is no home.
fn default_path() -> PathBuf {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    match (absolute("XDG_DATA_HOME"), absolute("HOME")) {
        (Some(data), _) => data.join("ruche"),
        (None, Some(home)) => home.join(".local/share/ruche"),
        (None, None) => PathBuf::from(".ruche"),
    }
}

//! Where a server lives: its directory, its account, its log, its reaper.

use std::env;
use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::account::{Account, is_open_to_others};
use super::process::Process;
use super::reaper::Reaper;

/// The last lines of a log that an error message quotes.
const QUOTED_LINES: usize = 20;

/// Drops in the order of its fields: the directory goes first, then the reaper stands down.
#[derive(Debug)]
pub(super) struct Home {
    directory: TempDir,
    account: Option<Account>,
    reaper: Reaper,
}

impl Home {
    /// A new directory for `server`, owned by the first of `accounts` that exists when this process is root.
    pub(super) fn new(server: &str, accounts: &[&str]) -> Result<Self> {
        let account = Account::to_drop_to(accounts)?;
        let parent = parent(account.is_some());
        let directory = tempfile::Builder::new()
            .prefix(&format!("ruche-{server}-"))
            .tempdir_in(&parent)
            .with_context(|| format!("couldn't make a directory in {}", parent.display()))?;
        if let Some(Account { uid, gid }) = account {
            chown(directory.path(), Some(uid), Some(gid)).context("couldn't give the directory to its account")?;
        }
        let reaper = Reaper::start(directory.path())?;
        Ok(Self { directory, account, reaper })
    }

    pub(super) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Writes a file that the server can read.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<PathBuf> {
        let path = self.path().join(name);
        fs::write(&path, text).with_context(|| format!("couldn't write {}", path.display()))?;
        if let Some(Account { uid, gid }) = self.account {
            chown(&path, Some(uid), Some(gid)).with_context(|| format!("couldn't give away {}", path.display()))?;
        }
        Ok(path)
    }

    /// Starts `program` in this directory, under this account, with nothing of
    /// this process's environment but `PATH` and what `set_up` adds.
    pub(super) fn spawn(&mut self, program: &Path, set_up: impl FnOnce(&mut Command)) -> Result<Process> {
        let log = self.log()?;
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap_or_else(|| "/usr/bin:/bin".into()))
            .env("HOME", self.path())
            .env("LANG", "C.UTF-8")
            .current_dir(self.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone().context("couldn't share the log")?)
            .stderr(log);
        if let Some(account) = self.account {
            account.apply(&mut command);
        }
        set_up(&mut command);
        let process = Process::spawn(&mut command)?;
        self.reaper.watch(process.pid())?;
        Ok(process)
    }

    /// To be called when a process from [`Home::spawn`] has ended.
    pub(super) fn forget(&mut self, process: &Process) {
        self.reaper.forget(process.pid());
    }

    /// The end of what the server wrote, for an error message.
    pub(super) fn last_words(&self) -> String {
        let log = fs::read(self.log_path()).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(QUOTED_LINES)..].join("\n")
    }

    fn log(&self) -> Result<File> {
        let path = self.log_path();
        OpenOptions::new().create(true).append(true).open(&path).with_context(|| format!("couldn't open {}", path.display()))
    }

    fn log_path(&self) -> PathBuf {
        self.path().join("output.log")
    }
}

/// `TMPDIR`, else `/var/tmp`, which is on a disk where `/tmp` may be memory: durable writes
/// should cost what they cost. A directory that the server's account cannot reach is no use.
fn parent(other_account: bool) -> PathBuf {
    let usable = |dir: &PathBuf| dir.is_dir() && (!other_account || is_open_to_others(dir));
    env::var_os("TMPDIR")
        .map(PathBuf::from)
        .into_iter()
        .chain([PathBuf::from("/var/tmp")])
        .find(usable)
        .unwrap_or_else(env::temp_dir)
}

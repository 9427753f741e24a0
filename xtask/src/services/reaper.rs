//! Cleaning up after a process that could not do so itself.
//!
//! A reaper is a shell in a process group of its own that reads from a pipe whose
//! other end only this process holds. Whatever ends this process, even `kill -9`,
//! closes the pipe; the reaper then kills the servers and removes their directory.
//! It needs neither a signal handler nor unsafe code.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

/// Each line that comes names the processes to end, and replaces the line before.
///
/// PostgreSQL's processes lead groups of their own, so its postmaster is asked
/// to take them along (SIGQUIT, "immediate shutdown"), and gets two seconds for it.
const SCRIPT: &str = r#"
trap '' INT TERM HUP
leaders=
while read -r line; do leaders=$line; done
for pid in $leaders; do kill -QUIT "$pid"; done
for tick in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  alive=
  for pid in $leaders; do kill -0 "$pid" && alive=yes; done
  [ -n "$alive" ] || break
  sleep 0.1
done
for pid in $leaders; do kill -KILL "-$pid"; done
rm -rf -- "$1" || { sleep 1; rm -rf -- "$1"; }
"#;

/// Stands ready from [`Reaper::start`] until it is dropped.
#[derive(Debug)]
pub(super) struct Reaper {
    shell: Child,
    leaders: Vec<u32>,
}

impl Reaper {
    /// A reaper that will remove `directory`.
    pub(super) fn start(directory: &Path) -> Result<Self> {
        let shell = Command::new("sh")
            .args(["-c", SCRIPT, "ruche-reaper"])
            .arg(directory)
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("couldn't start sh")?;
        Ok(Self { shell, leaders: Vec::new() })
    }

    /// Has the process group that `pid` leads killed, should it come to that.
    pub(super) fn watch(&mut self, pid: u32) -> Result<()> {
        self.leaders.push(pid);
        self.tell()
    }

    /// To be called when the process has ended, before its id goes to another one.
    pub(super) fn forget(&mut self, pid: u32) {
        self.leaders.retain(|leader| *leader != pid);
        // A reaper that is gone has nothing to forget.
        let _ = self.tell();
    }

    fn tell(&mut self) -> Result<()> {
        let mut line = self.leaders.iter().map(u32::to_string).collect::<Vec<_>>().join(" ");
        line.push('\n');
        let stdin = self.shell.stdin.as_mut().context("the reaper has no pipe")?;
        stdin.write_all(line.as_bytes()).context("couldn't write to the reaper")
    }
}

impl Drop for Reaper {
    /// Whoever drops it has cleaned up already.
    fn drop(&mut self) {
        let _ = self.shell.kill();
        let _ = self.shell.wait();
    }
}

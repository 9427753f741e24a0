//! A container engine of our own: its data, its socket and its containers are nobody else's.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;
use tokio::process::Command;

use crate::command;

/// Longest time until it answers, and until it has ended.
const PATIENCE: Duration = Duration::from_secs(60);

/// `dockerd`, ended with all its containers when dropped.
pub struct Engine {
    daemon: Child,
    /// Short, as the paths of sockets below it must be.
    runtime: TempDir,
    log: PathBuf,
    /// Images, volumes, layers: gigabytes that nobody wants to keep.
    data: PathBuf,
}

impl Engine {
    /// Starts it with its data in `folder`.
    ///
    /// # Errors
    /// When it cannot be started here: it has to be root's.
    pub async fn start(folder: &Path) -> Result<Self> {
        let runtime = TempDir::with_prefix_in("ruche-", "/run").context("couldn't make a folder in /run")?;
        let (log, data) = (folder.join("engine.log"), folder.join("engine"));
        remove(&data).context("couldn't remove what an engine before has left")?;
        let output = File::create(&log).with_context(|| format!("couldn't write {}", log.display()))?;
        let daemon = std::process::Command::new("dockerd")
            .arg("--data-root")
            .arg(&data)
            .arg("--exec-root")
            .arg(runtime.path().join("exec"))
            .arg("--pidfile")
            .arg(runtime.path().join("pid"))
            .arg("--host")
            .arg(format!("unix://{}", runtime.path().join("socket").display()))
            // Compose makes the networks; the default one would be nobody's.
            .args(["--bridge", "none"])
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()
            .context("couldn't start dockerd")?;
        let mut engine = Self { daemon, runtime, log, data };
        engine.answers().await?;
        Ok(engine)
    }

    async fn answers(&mut self) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(status) = self.daemon.try_wait()? {
                bail!("dockerd ended with {status}; see {}", self.log.display());
            }
            if command::output(self.docker().args(["version", "--format", "{{.Server.Version}}"])).await.is_ok() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        bail!("dockerd does not answer; see {}", self.log.display())
    }

    /// The engine's address, for programs that are told by `DOCKER_HOST`.
    pub fn host(&self) -> String {
        format!("unix://{}", self.runtime.path().join("socket").display())
    }

    /// `docker`, talking to this engine.
    pub fn docker(&self) -> Command {
        let mut command = Command::new("docker");
        // The builder that needs no plugin.
        command.env("DOCKER_HOST", self.host()).env("DOCKER_BUILDKIT", "0").kill_on_drop(true);
        command
    }

    fn ends(&mut self) -> bool {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if self.daemon.try_wait().is_ok_and(|status| status.is_some()) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        false
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // Asked to end, it ends its containers; killed, it would leave them.
        let asked = std::process::Command::new("kill").arg(self.daemon.id().to_string()).status();
        if !asked.is_ok_and(|status| status.success()) || !self.ends() {
            eprintln!("warning: dockerd did not end by itself; see {}", self.log.display());
            drop(self.daemon.kill());
            drop(self.daemon.wait());
        }
        if let Err(error) = remove(&self.data) {
            eprintln!("warning: couldn't remove {}: {error}", self.data.display());
        }
    }
}

fn remove(folder: &Path) -> std::io::Result<()> {
    if folder.exists() { std::fs::remove_dir_all(folder) } else { Ok(()) }
}

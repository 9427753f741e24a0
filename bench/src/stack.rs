//! Deployments of Ruche to measure and to break: one process on SQLite, or servers and workers on PostgreSQL and RabbitMQ.

use std::{
    fs::File,
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;
use xtask::services::{Durability, Postgres, Rabbit};

use crate::{api::Api, binaries::Binaries};

/// A process of Ruche. Killed when dropped.
pub struct Process {
    pub name: String,
    /// Where it answers HTTP.
    pub address: String,
    child: Child,
    log: PathBuf,
}

impl Process {
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`.
    pub fn kill9(&mut self) {
        // Errors mean that it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }

    /// Waits until `/readyz` says yes; how long that took from now.
    ///
    /// # Errors
    /// When it ends, or is not ready in time.
    pub async fn ready(&mut self, patience: Duration) -> Result<Duration> {
        let (start, api) = (Instant::now(), Api::new(&self.address)?);
        while start.elapsed() < patience {
            if let Some(status) = self.child.try_wait()? {
                bail!("{} ended at start with {status}: {}", self.name, self.log_tail());
            }
            if api.is_ready().await {
                return Ok(start.elapsed());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        bail!("{} was not ready within {patience:?}: {}", self.name, self.log_tail())
    }

    fn log_tail(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(12)..].join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill9();
    }
}

/// What every process of a stack is told by its environment.
pub type Settings = Vec<(String, String)>;

/// A folder for data and logs, and the programs.
pub struct Workshop {
    pub binaries: Binaries,
    pub folder: TempDir,
    pub settings: Settings,
    started: u32,
}

impl Workshop {
    /// # Errors
    /// When there is no room for temporary files.
    pub fn new(binaries: Binaries, settings: Settings) -> Result<Self> {
        Ok(Self { binaries, folder: tempfile::tempdir().context("couldn't make a folder")?, settings, started: 0 })
    }

    fn start(&mut self, program: &str, arguments: &[&str], environment: &[(&str, &str)], address: String) -> Result<Process> {
        self.started += 1;
        let name = format!("{program}-{}", self.started);
        let log = self.folder.path().join(format!("{name}.log"));
        let out = File::create(&log).context("couldn't make a log file")?;
        let child = Command::new(self.binaries.path(program))
            .args(arguments)
            .envs(self.settings.iter().map(|(key, value)| (key, value)))
            .envs(environment.iter().copied())
            .env("RUCHE_TELEMETRY__LOG_FILTER", std::env::var("RUCHE_TELEMETRY__LOG_FILTER").unwrap_or_else(|_| "info".into()))
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(out.try_clone()?)
            .stderr(out)
            .spawn()
            .with_context(|| format!("couldn't start {program}"))?;
        Ok(Process { name, address, child, log })
    }
}

/// A running deployment.
pub struct Stack {
    pub workshop: Workshop,
    pub services: Option<Services>,
    pub servers: Vec<Process>,
    pub workers: Vec<Process>,
}

/// Private servers.
pub struct Services {
    pub postgres: Postgres,
    pub rabbit: Rabbit,
}

impl Services {
    /// Starts both, PostgreSQL with its default durability.
    ///
    /// # Errors
    /// When one does not come up.
    pub fn start() -> Result<Self> {
        let (postgres, rabbit) = xtask::services::start_both(Durability::Default)?;
        Ok(Self { postgres, rabbit })
    }

    pub fn pids(&self) -> (Vec<u32>, Vec<u32>) {
        (self.postgres.pids(), self.rabbit.pids())
    }
}

const PATIENCE: Duration = Duration::from_secs(30);

impl Stack {
    /// `ruche up`: one process on SQLite.
    ///
    /// # Errors
    /// When it is not ready in time.
    pub async fn embedded(binaries: Binaries, settings: Settings) -> Result<(Self, Duration)> {
        let mut workshop = Workshop::new(binaries, settings)?;
        let address = free_address()?;
        let data = workshop.folder.path().join("data").display().to_string();
        let mut up = workshop.start("ruche", &["up", "--data-dir", &data, "--listen", &address], &[], address.clone())?;
        let ready = up.ready(PATIENCE).await?;
        Ok((Self { workshop, services: None, servers: vec![up], workers: Vec::new() }, ready))
    }

    /// Servers and workers on PostgreSQL and RabbitMQ; the time is that of the first server.
    ///
    /// # Errors
    /// When one is not ready in time.
    pub async fn on_services(
        binaries: Binaries,
        settings: Settings,
        services: Services,
        servers: usize,
        workers: usize,
    ) -> Result<(Self, Duration)> {
        let mut stack = Self {
            workshop: Workshop::new(binaries, settings)?,
            services: Some(services),
            servers: Vec::new(),
            workers: Vec::new(),
        };
        stack.migrate()?;
        let mut first = None;
        for _ in 0..servers {
            let ready = stack.add_server().await?;
            first.get_or_insert(ready);
        }
        for _ in 0..workers {
            stack.add_worker().await?;
        }
        Ok((stack, first.unwrap_or_default()))
    }

    fn migrate(&self) -> Result<()> {
        let output = Command::new(self.workshop.binaries.path("ruche-server"))
            .arg("migrate")
            .envs(self.addresses()?)
            .current_dir(self.workshop.folder.path())
            .output()
            .context("couldn't run ruche-server migrate")?;
        ensure!(output.status.success(), "couldn't migrate: {}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }

    fn addresses(&self) -> Result<Vec<(&'static str, String)>> {
        let services = self.services.as_ref().context("this stack has no services")?;
        Ok(vec![("RUCHE_DATABASE__URL", services.postgres.url()), ("RUCHE_BROKER__URL", services.rabbit.url())])
    }

    /// Starts another server; how long until it was ready.
    ///
    /// # Errors
    /// When it is not ready in time.
    pub async fn add_server(&mut self) -> Result<Duration> {
        let address = free_address()?;
        let addresses = self.addresses()?;
        let mut environment: Vec<(&str, &str)> = addresses.iter().map(|(key, value)| (*key, value.as_str())).collect();
        environment.push(("RUCHE_HTTP__LISTEN", &address));
        let mut server = self.workshop.start("ruche-server", &["serve"], &environment, address.clone())?;
        let ready = server.ready(PATIENCE).await?;
        self.servers.push(server);
        Ok(ready)
    }

    /// Starts another worker; how long until it was ready.
    ///
    /// # Errors
    /// When it is not ready in time.
    pub async fn add_worker(&mut self) -> Result<Duration> {
        let address = free_address()?;
        let name = format!("ruche@bench-{}", self.workshop.started + 1);
        let addresses = self.addresses()?;
        let mut environment: Vec<(&str, &str)> = addresses.iter().map(|(key, value)| (*key, value.as_str())).collect();
        environment.extend([("RUCHE_WORKER__LISTEN", address.as_str()), ("RUCHE_WORKER__NAME", &name)]);
        let mut worker = self.workshop.start("ruche-worker", &["run"], &environment, address.clone())?;
        let ready = worker.ready(PATIENCE).await?;
        self.workers.push(worker);
        Ok(ready)
    }

    /// The API of the first server.
    ///
    /// # Errors
    /// When no client can be made.
    pub fn api(&self) -> Result<Api> {
        Api::new(&self.servers.first().context("no server runs")?.address)
    }

    /// Ruche's own processes.
    pub fn pids(&self) -> Vec<u32> {
        self.servers.iter().chain(&self.workers).map(Process::pid).collect()
    }
}

impl Stack {
    /// Where data and logs are.
    pub fn folder(&self) -> &std::path::Path {
        self.workshop.folder.path()
    }
}

/// A loopback address with a port that was free a moment ago.
///
/// # Errors
/// When there is none.
pub fn free_address() -> Result<String> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}

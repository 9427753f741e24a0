//! What is watched: Ruche on PostgreSQL and RabbitMQ, nginx, and the exporters.

use std::{
    fs::File,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use ruche_bench::{
    api::Api,
    binaries::Binaries,
    stack::{Services, Settings, Stack, free_address},
};
use tempfile::TempDir;
use xtask::services::{Durability, MONITORING, Postgres, Rabbit, program};

/// How long a program may take to answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// Slots of each worker: few, so that they can be filled.
pub const SLOTS: u32 = 8;

pub struct Deployment {
    pub stack: Stack,
    pub api: Api,
    /// Job and address of everything but Prometheus.
    pub targets: Vec<(&'static str, String)>,
    pub folder: TempDir,
    _beside: Vec<Running>,
}

/// A program that ends with the test.
pub struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Errors mean that it has ended already.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Starts a program; its output goes to a file in the folder.
pub fn run(names: &[&str], folder: &Path, set_up: impl FnOnce(&mut Command)) -> Result<Running> {
    let name = names[0];
    let path = program(names).with_context(|| format!("{name} is missing: `cargo xtask test` installs it or says how"))?;
    let log = File::create(folder.join(format!("{name}.log")))?;
    let mut command = Command::new(path);
    command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).current_dir(folder);
    set_up(&mut command);
    Ok(Running(command.spawn().with_context(|| format!("couldn't start {name}"))?))
}

/// Waits until a page answers.
pub async fn answers(url: &str) -> Result<()> {
    let start = Instant::now();
    loop {
        match reqwest::get(url).await {
            Ok(answer) if answer.status().is_success() => return Ok(()),
            other => ensure!(start.elapsed() < PATIENCE, "{url}: {other:?}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

impl Deployment {
    pub async fn start() -> Result<Self> {
        let settings: Settings = [
            ("RUCHE_WORKER__CONCURRENCY", SLOTS.to_string()),
            ("RUCHE_WORKER__LEASE_SECONDS", "5".to_owned()),
            ("RUCHE_TASKS__HTTP__ALLOWED_NETWORKS", "[\"127.0.0.1/32\"]".to_owned()),
        ]
        .map(|(key, value)| (key.to_owned(), value))
        .into();
        let services = tokio::task::spawn_blocking(|| -> Result<Services> {
            Ok(Services { postgres: Postgres::start(Durability::Fast)?, rabbit: Rabbit::start_observed()? })
        });
        let services = services.await??;
        let (postgres, rabbit) = (services.postgres.url(), services.rabbit.metrics_address().context("it shows its figures")?);
        let (stack, _) = Stack::on_services(Binaries::locate()?, settings, services, 1, 2).await?;
        let folder = tempfile::tempdir()?;
        let mut targets = vec![("server", stack.servers[0].address.clone()), ("rabbitmq", rabbit)];
        targets.extend(stack.workers.iter().map(|worker| ("worker", worker.address.clone())));
        let (exporter, address) = postgres_exporter(&postgres, folder.path()).await?;
        targets.push(("postgres-exporter", address));
        let (nginx, status) = nginx(folder.path()).await?;
        let (nginx_exporter, address) = nginx_exporter(&status, folder.path()).await?;
        targets.push(("nginx-exporter", address));
        Ok(Self { api: stack.api()?, stack, targets, folder, _beside: vec![exporter, nginx, nginx_exporter] })
    }
}

async fn postgres_exporter(url: &str, folder: &Path) -> Result<(Running, String)> {
    let address = free_address()?;
    let running = run(MONITORING[2], folder, |command| {
        let source = format!("{url}?sslmode=disable");
        command.env("DATA_SOURCE_NAME", source).arg(format!("--web.listen-address={address}"));
    })?;
    answers(&format!("http://{address}/metrics")).await?;
    Ok((running, address))
}

/// nginx with nothing but its counters.
async fn nginx(folder: &Path) -> Result<(Running, String)> {
    let (address, at) = (free_address()?, folder.display());
    let configuration = format!(
        "daemon off; master_process off; pid {at}/nginx.pid; error_log stderr;\n\
         events {{}}\n\
         http {{\n\
           access_log off; client_body_temp_path {at}; proxy_temp_path {at}; fastcgi_temp_path {at};\n\
           uwsgi_temp_path {at}; scgi_temp_path {at};\n\
           server {{ listen {address}; location /nginx_status {{ stub_status; }} }}\n\
         }}\n"
    );
    std::fs::write(folder.join("nginx.conf"), configuration)?;
    let running = run(MONITORING[4], folder, |command| {
        command.arg("-p").arg(folder).args(["-e", "stderr", "-c"]).arg(folder.join("nginx.conf"));
    })?;
    let status = format!("http://{address}/nginx_status");
    answers(&status).await?;
    Ok((running, status))
}

async fn nginx_exporter(status: &str, folder: &Path) -> Result<(Running, String)> {
    let address = free_address()?;
    let running = run(MONITORING[3], folder, |command| {
        command.args([format!("--nginx.scrape-uri={status}"), format!("--web.listen-address={address}")]);
    })?;
    answers(&format!("http://{address}/metrics")).await?;
    Ok((running, address))
}

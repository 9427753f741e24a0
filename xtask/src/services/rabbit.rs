//! A private RabbitMQ.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::process::Signal;

use super::home::Home;
use super::process::{Process, tree};
use super::{find, ports, ready};
use crate::interrupt;

/// A RabbitMQ node of one's own; stopped, and its data removed, when dropped.
#[derive(Debug)]
pub struct Rabbit {
    script: PathBuf,
    ports: Ports,
    /// Erlang's port mapper. Left to itself RabbitMQ starts a daemon that outlives it.
    epmd: Process,
    server: Option<Process>,
    home: Home,
}

#[derive(Clone, Copy, Debug)]
struct Ports {
    amqp: u16,
    epmd: u16,
    distribution: u16,
    /// Where its figures are for Prometheus, if it shows them.
    metrics: Option<u16>,
}

impl Rabbit {
    /// Starts a new node; four to nine seconds.
    ///
    /// # Errors
    /// When RabbitMQ or Erlang's `epmd` is not installed, or it does not come up; the error quotes its log.
    pub fn start() -> Result<Self> {
        Self::start_with(false)
    }

    /// Like [`Rabbit::start`], with its figures for Prometheus at [`Rabbit::metrics_address`].
    ///
    /// # Errors
    /// As [`Rabbit::start`].
    pub fn start_observed() -> Result<Self> {
        Self::start_with(true)
    }

    fn start_with(observed: bool) -> Result<Self> {
        // Somebody else may take a port between the look and the start.
        let mut attempts = 0;
        loop {
            attempts += 1;
            match Self::start_once(observed) {
                Err(_) if attempts < 3 && interrupt::pending().is_none() => {}
                result => return result,
            }
        }
    }

    fn start_once(observed: bool) -> Result<Self> {
        let script =
            find::rabbitmq_server().context("RabbitMQ is not installed; `cargo xtask services` installs it or says how")?;
        let epmd = find::epmd(&script).context("Erlang's epmd, which RabbitMQ needs, is not on PATH")?;
        let [amqp, epmd_port, distribution, metrics] = ports::free()?;
        let ports = Ports { amqp, epmd: epmd_port, distribution, metrics: observed.then_some(metrics) };
        let mut home = Home::new("rabbitmq", &["rabbitmq"])?;
        write_config(&home, ports)?;
        let epmd = home.spawn(&epmd, |command| {
            command.args(["-port", &ports.epmd.to_string(), "-address", "127.0.0.1"]);
        })?;
        let mut rabbit = Self { script, ports, epmd, server: None, home };
        rabbit.serve()?;
        Ok(rabbit)
    }

    /// `amqp://guest:guest@127.0.0.1:<port>/%2f`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("amqp://guest:guest@127.0.0.1:{}/%2f", self.ports.amqp)
    }

    /// `127.0.0.1:<port>`, where Prometheus finds its figures under `/metrics`, if it was started with them.
    #[must_use]
    pub fn metrics_address(&self) -> Option<String> {
        self.ports.metrics.map(|port| format!("127.0.0.1:{port}"))
    }

    /// Where its data is, as long as it lives.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.home.path()
    }

    /// Its processes, as they are now; empty when stopped.
    #[must_use]
    pub fn pids(&self) -> Vec<u32> {
        self.server.as_ref().map(|server| tree(server.pid())).unwrap_or_default()
    }

    /// Ends it orderly, which takes some seconds. Data and ports are kept for [`Rabbit::restart`].
    pub fn stop(&mut self) {
        if let Some(server) = &mut self.server {
            server.signal(Signal::TERM);
            server.wait(Duration::from_secs(30));
        }
        self.kill9();
    }

    /// `kill -9` to all its processes at once. Data and ports are kept for [`Rabbit::restart`].
    pub fn kill9(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.kill9();
            self.home.forget(&server);
        }
    }

    /// Starts the same node on the same port again, after [`Rabbit::stop`] if it still runs.
    ///
    /// # Errors
    /// When it does not come up; the error quotes its log.
    pub fn restart(&mut self) -> Result<()> {
        self.stop();
        self.serve()
    }

    fn serve(&mut self) -> Result<()> {
        let environment = self.environment();
        let mut server = self.home.spawn(&self.script, |command| {
            command.envs(environment);
        })?;
        let ready = ready::wait(&mut server, || ready::amqp(self.ports.amqp));
        self.server = Some(server);
        ready.with_context(|| format!("couldn't start RabbitMQ:\n{}", self.home.last_words()))
    }

    /// Everything that would otherwise come from `/etc/rabbitmq` or go to `/var`.
    fn environment(&self) -> Vec<(&'static str, String)> {
        let at = |name: &str| self.home.path().join(name).display().to_string();
        vec![
            ("ERL_EPMD_PORT", self.ports.epmd.to_string()),
            ("ERL_EPMD_ADDRESS", "127.0.0.1".into()),
            ("RABBITMQ_NODENAME", format!("ruche{}@localhost", self.ports.amqp)),
            ("RABBITMQ_DIST_PORT", self.ports.distribution.to_string()),
            ("RABBITMQ_BASE", at("")),
            ("RABBITMQ_MNESIA_BASE", at("data")),
            ("RABBITMQ_LOG_BASE", at("log")),
            ("RABBITMQ_LOGS", "-".into()),
            ("RABBITMQ_CONFIG_FILE", at("rabbitmq.conf")),
            ("RABBITMQ_ADVANCED_CONFIG_FILE", at("advanced.config")),
            ("RABBITMQ_CONF_ENV_FILE", at("rabbitmq-env.conf")),
            ("RABBITMQ_ENABLED_PLUGINS_FILE", at("enabled_plugins")),
            ("RABBITMQ_PLUGINS_EXPAND_DIR", at("plugins")),
            ("RABBITMQ_GENERATED_CONFIG_DIR", at("generated")),
            ("RABBITMQ_PID_FILE", at("pid")),
            // Idle schedulers shall not spin: others measure on the same cores.
            ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "+sbwt none +sbwtdcpu none +sbwtdio none".into()),
        ]
    }
}

impl Drop for Rabbit {
    fn drop(&mut self) {
        self.kill9();
        self.epmd.kill9();
        self.home.forget(&self.epmd);
    }
}

fn write_config(home: &Home, ports: Ports) -> Result<()> {
    let conf = format!(
        "listeners.tcp.1 = 127.0.0.1:{}\n\
         distribution.listener.interface = 127.0.0.1\n\
         log.console = true\n\
         log.console.level = warning\n\
         log.file = false\n\
         vm_memory_high_watermark.absolute = 4GB\n\
         disk_free_limit.absolute = 50MB\n",
        ports.amqp
    );
    let metrics = |port| format!("prometheus.tcp.ip = 127.0.0.1\nprometheus.tcp.port = {port}\n");
    home.write("rabbitmq.conf", &(conf + &ports.metrics.map(metrics).unwrap_or_default()))?;
    home.write("advanced.config", "[].\n")?;
    home.write("rabbitmq-env.conf", "")?;
    home.write("enabled_plugins", if ports.metrics.is_some() { "[rabbitmq_prometheus].\n" } else { "[].\n" })?;
    Ok(())
}

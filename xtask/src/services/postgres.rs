//! A private PostgreSQL.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::Signal;

use super::home::Home;
use super::process::{Process, tree};
use super::{find, ports, ready};
use crate::interrupt;

/// For tests that may lose everything in a crash.
const FAST: [&str; 4] = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off"];

/// How safely PostgreSQL keeps what was committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Nothing is forced to disk, and nothing is vacuumed: for tests.
    Fast,
    /// PostgreSQL's own defaults: for measurements, and for tests that kill it.
    Default,
}

/// A PostgreSQL server of one's own; stopped, and its data removed, when dropped.
#[derive(Debug)]
pub struct Postgres {
    bindir: PathBuf,
    durability: Durability,
    port: u16,
    server: Option<Process>,
    /// Killed without a chance to free its shared memory.
    killed: bool,
    home: Home,
}

impl Postgres {
    /// Makes a new cluster and serves it; half a second to two seconds.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not come up; the error quotes its log.
    pub fn start(durability: Durability) -> Result<Self> {
        let bindir =
            find::postgres_bindir().context("PostgreSQL is not installed; `cargo xtask services` installs it or says how")?;
        let mut home = Home::new("postgres", &["postgres"])?;
        init(&bindir, &mut home).with_context(|| format!("couldn't run initdb:\n{}", home.last_words()))?;
        let mut postgres = Self { bindir, durability, port: 0, server: None, killed: false, home };
        // Somebody else may take the port between the look and the start.
        let mut attempts = 0;
        loop {
            attempts += 1;
            [postgres.port] = ports::free()?;
            match postgres.serve() {
                Err(_) if attempts < 3 && interrupt::pending().is_none() => {}
                result => return result.map(|()| postgres),
            }
        }
    }

    /// A superuser's URL: `postgres://postgres@127.0.0.1:<port>/postgres`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Where its data is, as long as it lives.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.home.path()
    }

    /// The postmaster and its children, as they are now; empty when stopped.
    #[must_use]
    pub fn pids(&self) -> Vec<u32> {
        self.server.as_ref().map(|server| tree(server.pid())).unwrap_or_default()
    }

    /// Ends it orderly ("fast shutdown": sessions are cut off). Data and port are kept for [`Postgres::restart`].
    pub fn stop(&mut self) {
        self.end(Signal::INT, Duration::from_secs(30));
    }

    /// `kill -9` to all its processes at once. Data and port are kept for [`Postgres::restart`].
    pub fn kill9(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.kill9();
            self.home.forget(&server);
            self.killed = true;
        }
    }

    /// Serves the same data on the same port again, after [`Postgres::stop`] if it still runs.
    ///
    /// # Errors
    /// When it does not come up; the error quotes its log.
    pub fn restart(&mut self) -> Result<()> {
        self.stop();
        self.serve()
    }

    fn serve(&mut self) -> Result<()> {
        let settings = match self.durability {
            Durability::Fast => &FAST[..],
            Durability::Default => &[],
        };
        let (port, data) = (self.port.to_string(), self.home.path().join("data"));
        let mut server = self.home.spawn(&self.bindir.join("postgres"), |command| {
            command.arg("-D").arg(data).args(["-p", &port, "-h", "127.0.0.1"]);
            for setting in ["unix_socket_directories=", "max_connections=300"].iter().chain(settings) {
                command.args(["-c", setting]);
            }
        })?;
        let ready = ready::wait(&mut server, || ready::postgres(&self.bindir, self.port));
        self.server = Some(server);
        if let Err(error) = ready {
            self.kill9();
            return Err(error.context(format!("couldn't start PostgreSQL:\n{}", self.home.last_words())));
        }
        self.killed = false;
        Ok(())
    }

    fn end(&mut self, signal: Signal, patience: Duration) {
        if let Some(server) = &mut self.server {
            server.signal(signal);
            if server.wait(patience) {
                self.home.forget(server);
                self.server = None;
            } else {
                self.kill9();
            }
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Shared memory outlives a killed server; the next start of the same cluster frees it.
        if self.killed {
            let _ = self.serve();
        }
        // "Immediate shutdown": at once, without writing anything.
        self.end(Signal::QUIT, Duration::from_secs(10));
    }
}

fn init(bindir: &Path, home: &mut Home) -> Result<()> {
    let data = home.path().join("data");
    let mut initdb = home.spawn(&bindir.join("initdb"), |command| {
        command.arg("-D").arg(data);
        command.args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync", "--no-instructions"]);
    })?;
    let ended = loop {
        if let Some(status) = initdb.exit_status()? {
            break Ok(status);
        }
        if let Err(error) = interrupt::check() {
            initdb.kill9();
            break Err(error);
        }
        initdb.wait(Duration::from_millis(100));
    };
    home.forget(&initdb);
    let status = ended?;
    if !status.success() {
        bail!("it ended with {status}");
    }
    Ok(())
}

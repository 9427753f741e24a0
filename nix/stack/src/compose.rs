//! Docker Compose on the rendered file.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;
use tokio::process::Command;

use crate::{command, engine::Engine};

/// The deployment, as Compose sees it.
pub struct Deployment<'a> {
    engine: &'a Engine,
    program: PathBuf,
    files: Vec<PathBuf>,
    environment: Vec<(String, String)>,
}

impl<'a> Deployment<'a> {
    /// The rendered file with `changes` beside it, and `environment` for its variables.
    pub fn new(engine: &'a Engine, program: &Path, changes: &Path, environment: Vec<(String, String)>) -> Self {
        let rendered = ruche_nix_tests::repository().join("nix/rendered/compose.yaml");
        Self { engine, program: program.to_owned(), files: vec![rendered, changes.to_owned()], environment }
    }

    /// `docker compose` with `arguments`.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.env("DOCKER_HOST", self.engine.host()).envs(self.environment.iter().cloned());
        for file in &self.files {
            command.arg("--file").arg(file);
        }
        command.args(["--ansi", "never", "--profile", "monitoring", "--profile", "tls"]).args(arguments).kill_on_drop(true);
        command
    }

    /// Runs it to its end.
    ///
    /// # Errors
    /// When it does not succeed.
    pub async fn run(&self, arguments: &[&str]) -> Result<String> {
        command::output(&mut self.command(arguments)).await.with_context(|| format!("docker compose {}", arguments.join(" ")))
    }

    /// Starts everything and waits until all is well; on failure says what those said that are not.
    ///
    /// # Errors
    /// When something does not come up.
    pub async fn up(&self) -> Result<()> {
        let done = self.run(&["up", "--detach", "--wait", "--wait-timeout", "180"]).await;
        if done.is_err() {
            let states = self.run(&["ps", "--all"]).await.unwrap_or_default();
            let logs = self.run(&["logs", "--no-color", "--tail", "12"]).await.unwrap_or_default();
            eprintln!("{states}\n{logs}");
        }
        done.map(drop)
    }

    /// All containers, as the engine describes them.
    ///
    /// # Errors
    /// When the engine does not answer.
    pub async fn containers(&self) -> Result<Vec<Value>> {
        let ids = self.run(&["ps", "--all", "--quiet"]).await?;
        let text = command::output(self.engine.docker().arg("inspect").args(ids.split_whitespace())).await?;
        Ok(serde_json::from_str(&text)?)
    }
}

/// The name of a container's service.
pub fn service_of(container: &Value) -> &str {
    container["Config"]["Labels"]["com.docker.compose.service"].as_str().unwrap_or_default()
}

//! What the engine itself says of the containers: the order they came up in, and how they are held.

use std::{collections::BTreeMap, process::Stdio, sync::Mutex};

use anyhow::{Context, Result, ensure};
use ruche_nix_tests::rendered;
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Child,
};

use crate::{
    compose::{Deployment, service_of},
    engine::Engine,
};

/// Nanoseconds at which a service was started, first well, and at its end.
#[derive(Debug, Default, Clone, Copy)]
struct Times {
    start: Option<u64>,
    healthy: Option<u64>,
    end: Option<u64>,
}

/// Writes down what happens to containers from now on.
pub struct Watch {
    seen: std::sync::Arc<Mutex<BTreeMap<String, Times>>>,
    _events: Child,
}

impl Watch {
    /// # Errors
    /// When the engine tells nothing.
    pub fn start(engine: &Engine) -> Result<Self> {
        let mut command = engine.docker();
        command.args(["events", "--filter", "type=container", "--format", "{{json .}}"]).stdout(Stdio::piped());
        let mut events = command.spawn().context("couldn't listen to the engine")?;
        let lines = BufReader::new(events.stdout.take().context("the engine's events have no output")?).lines();
        let seen = std::sync::Arc::<Mutex<BTreeMap<String, Times>>>::default();
        let log = std::sync::Arc::clone(&seen);
        tokio::spawn(async move {
            let mut lines = lines;
            while let Ok(Some(line)) = lines.next_line().await {
                if let Ok(event) = serde_json::from_str::<Value>(&line) {
                    note(&mut log.lock().unwrap_or_else(std::sync::PoisonError::into_inner), &event);
                }
            }
        });
        Ok(Self { seen, _events: events })
    }

    /// Holds the model's order against what happened.
    ///
    /// # Errors
    /// When one was started before another that it had to wait for.
    pub fn check(&self, version: &str) -> Result<()> {
        let compose = rendered("composeAttributes", version).map_err(anyhow::Error::msg)?;
        let seen = self.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut waits = 0;
        for (name, times) in seen.iter() {
            let start = times.start.with_context(|| format!("nobody saw {name} start"))?;
            for (other, wait) in compose["services"][name]["depends_on"].as_object().into_iter().flatten() {
                let before = seen.get(other).copied().unwrap_or_default();
                let ready = if wait["condition"] == "service_healthy" { before.healthy } else { before.end };
                let ready = ready.with_context(|| format!("{other} was never ready, and {name} was started"))?;
                ensure!(ready <= start, "{name} was started before {other} was ready");
                waits += 1;
            }
        }
        ensure!(waits > 10, "only {waits} waits were seen");
        println!("{} containers came up in order: {waits} waits were kept", seen.len());
        Ok(())
    }
}

fn note(seen: &mut BTreeMap<String, Times>, event: &Value) {
    let name = event["Actor"]["Attributes"]["com.docker.compose.service"].as_str().unwrap_or_default();
    let (Some(at), false) = (event["timeNano"].as_u64(), name.is_empty()) else { return };
    let times = seen.entry(name.to_owned()).or_default();
    match event["status"].as_str().unwrap_or_default() {
        "start" => times.start = times.start.or(Some(at)),
        "health_status: healthy" => times.healthy = times.healthy.or(Some(at)),
        "die" => times.end = times.end.or(Some(at)),
        _ => {}
    }
}

/// Holds what the engine says of running containers against what the file asks for.
///
/// # Errors
/// When one is held less tightly.
pub async fn held(deployment: &Deployment<'_>) -> Result<()> {
    let containers = deployment.containers().await?;
    for container in &containers {
        let (name, host) = (service_of(container), &container["HostConfig"]);
        ensure!(container["Config"]["User"] == "10001:10001", "{name} runs as {}", container["Config"]["User"]);
        ensure!(host["ReadonlyRootfs"] == true, "{name} can write to its image");
        ensure!(host["CapDrop"] == serde_json::json!(["ALL"]) && host["CapAdd"].is_null(), "{name} has capabilities");
        ensure!(host["Privileged"] == false, "{name} is privileged");
        ensure!(host["Memory"].as_u64() > Some(0) && host["PidsLimit"].as_u64() > Some(0), "{name} has no limits");
        let running = container["State"]["Status"] == "running";
        let status = container["State"]["Health"]["Status"].as_str();
        ensure!(!running || status == Some("healthy"), "{name} is {status:?}");
        ensure!(running || container["State"]["ExitCode"] == 0, "{name} ended with {}", container["State"]["ExitCode"]);
        ensure!(container["State"]["OOMKilled"] == false, "{name} ran out of memory");
    }
    println!("{} containers are held as the file says", containers.len());
    Ok(())
}

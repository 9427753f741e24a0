//! A real Celery client sends tasks to Ruche's workers.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::{
    binaries::Binaries,
    stack::{Services, Settings, Stack},
};

/// Runs `bench/celery/client.py` with `python`, in whose environment Celery is, against one server and one worker; what became
/// of each task, as the client was told. The API has to tell the same.
///
/// # Errors
/// When a process cannot be started, the client fails, or the API knows something else.
pub async fn check(python: &Path) -> Result<Value> {
    let (stack, _) = Stack::on_services(Binaries::locate()?, Settings::new(), Services::start()?, 1, 1).await?;
    let broker = stack.services.as_ref().context("this stack has services")?.rabbit.url();
    let output = Command::new(python)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("celery/client.py"))
        .env("BROKER_URL", broker)
        .current_dir(stack.folder())
        .output()
        .await
        .context("couldn't run Python")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).context("the client printed no JSON")?;
    let address = &stack.servers.first().context("no server runs")?.address;
    for (name, outcome) in told.as_object().context("no object")? {
        let id = outcome["id"].as_str().context("a task has no id")?;
        let task: Value = reqwest::get(format!("http://{address}/api/v1/tasks/{id}")).await?.json().await?;
        let expected = if outcome["state"] == json!("SUCCESS") { "succeeded" } else { "failed" };
        if task["state"] != json!(expected) {
            bail!("{name}: the client was told {outcome}, the API says {task}");
        }
    }
    Ok(told)
}

//! Running programs to their end.

use std::process::Stdio;

use anyhow::{Context, Result, bail};
use tokio::process::Command;

/// What `command` writes to its standard output.
///
/// # Errors
/// When it does not succeed; the message has the end of what it said.
pub async fn output(command: &mut Command) -> Result<String> {
    let program = command.as_std().get_program().display().to_string();
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output();
    let output = output.await.with_context(|| format!("couldn't start {program}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let lines: Vec<&str> = said.lines().collect();
    bail!("{program}: {}\n{}", output.status, lines[lines.len().saturating_sub(40)..].join("\n"))
}

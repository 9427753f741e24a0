//! `command.run`: one program from the configuration's list.
//!
//! There is no shell, the caller gives no path, and what the caller gives cannot become an option unless the configuration says
//! so. The program gets a process group of its own ([`group`]), which does not outlive the attempt.

mod allow;
mod config;
mod error;
mod group;
mod lines;
mod output;
mod run;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) use config::Programs;
pub use config::{CommandConfig, InvalidCommandConfig, ProgramConfig};

use crate::{Task, TaskContext, TaskDefaults, TaskError};

/// Longest time a program may run, in milliseconds: one day.
const LONGEST_MS: u64 = 86_400_000;

/// Runs a program that the worker's configuration allows, without a shell. Its output becomes the attempt's log. It is stopped,
/// with everything it started, when the task is cancelled or out of time.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(example = serde_json::json!({"program": "backup", "args": ["customers"], "timeout_ms": 600_000}))]
pub struct CommandRun {
    /// Name of a program in the worker's configuration.
    #[schemars(length(min = 1, max = 128))]
    program: String,
    /// Arguments, after those of the configuration. Those that begin with `-` are refused unless the configuration allows them.
    #[serde(default)]
    #[schemars(length(max = 64))]
    args: Vec<String>,
    /// Environment variables; only those that the configuration names.
    #[serde(default)]
    env: BTreeMap<String, String>,
    /// What the program reads from its standard input; at most 1 MiB.
    #[serde(default)]
    stdin: Option<String>,
    /// Exit codes that mean success.
    #[serde(default = "zero")]
    #[schemars(length(min = 1, max = 32))]
    expected_exit_codes: Vec<i32>,
    /// Longest time the program may run, in milliseconds; without it the task's own time limit holds.
    #[serde(default)]
    #[schemars(range(min = 1, max = LONGEST_MS))]
    timeout_ms: Option<u64>,
}

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CommandOutcome {
    /// Its exit code.
    pub exit_code: i32,
    /// How long it ran.
    pub duration_ms: u64,
    /// Lines it wrote that are in the log.
    pub logged_lines: u64,
    /// Whether it wrote more than is in the log.
    pub truncated: bool,
}

fn zero() -> Vec<i32> {
    vec![0]
}

impl Task for CommandRun {
    const NAME: &'static str = "command.run";
    type Output = CommandOutcome;

    /// An hour; a task that needs more says so.
    fn defaults() -> TaskDefaults {
        TaskDefaults { timeout: Some(Duration::from_secs(3600)), ..TaskDefaults::default() }
    }

    async fn run(self, context: &TaskContext) -> Result<CommandOutcome, TaskError> {
        let programs = context.resource::<Programs>();
        let program = programs.get(&self.program)?;
        allow::check(&self, program)?;
        Ok(run::run(&self, program, context).await?)
    }
}

//! The programs that may be run.

use std::{collections::BTreeMap, path::PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;

use super::error::CommandError;

/// The section `command`. Nothing is allowed by default.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CommandConfig {
    /// The programs by the name that tasks use.
    pub programs: BTreeMap<String, ProgramConfig>,
}

/// A program that may be run, and what callers may add to it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgramConfig {
    /// The program's file, as an absolute path. Do not name a shell or an interpreter here without arguments that fix what it runs.
    pub path: PathBuf,
    /// Arguments that come before the caller's.
    #[serde(default)]
    pub args_prefix: Vec<String>,
    /// Environment variables besides PATH, LANG, HOME, RUCHE_TASK_ID, RUCHE_ATTEMPT and TRACEPARENT. The worker's own environment
    /// is not handed on.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// Names of environment variables that callers may set.
    #[serde(default)]
    pub allowed_env: Vec<String>,
    /// Where the program runs; the worker's own directory by default.
    #[serde(default)]
    pub working_directory: Option<PathBuf>,
    /// Most bytes of output that go into the log; the rest is read and thrown away.
    #[serde(default = "mebibyte")]
    pub max_output_bytes: usize,
    /// Whether callers may give arguments.
    #[serde(default = "yes")]
    pub allow_args: bool,
    /// Whether callers' arguments may begin with `-`, that is, be options. Where the program understands `--`, better end
    /// `args_prefix` with it.
    #[serde(default)]
    pub allow_options: bool,
    /// How long the program has to end after SIGTERM before it is killed, in milliseconds.
    #[serde(default = "three_seconds")]
    pub stop_grace_ms: u64,
}

fn mebibyte() -> usize {
    1024 * 1024
}

fn yes() -> bool {
    true
}

fn three_seconds() -> u64 {
    3_000
}

/// What is wrong with the section `command`.
#[derive(Debug, thiserror::Error)]
pub enum InvalidCommandConfig {
    /// Found by searching, a program could be somebody else's.
    #[error("command.programs.{0}.path must be an absolute path")]
    RelativePath(String),
    /// An environment variable's name or value, or an argument, cannot be handed on.
    #[error("command.programs.{0} has an environment variable or argument with NUL, or a variable's name with '=' or none")]
    Unpassable(String),
}

/// The checked section.
#[derive(Debug)]
pub(crate) struct Programs(BTreeMap<String, ProgramConfig>);

impl Programs {
    pub(crate) fn new(config: CommandConfig) -> Result<Self, InvalidCommandConfig> {
        for (name, program) in &config.programs {
            if !program.path.is_absolute() {
                return Err(InvalidCommandConfig::RelativePath(name.clone()));
            }
            let passable = program.args_prefix.iter().chain(program.env.values()).all(|text| !text.contains('\0'))
                && program.env.keys().chain(&program.allowed_env).all(|name| !name.is_empty() && !name.contains(['=', '\0']));
            if !passable {
                return Err(InvalidCommandConfig::Unpassable(name.clone()));
            }
        }
        Ok(Self(config.programs))
    }

    pub(super) fn get(&self, name: &str) -> Result<&ProgramConfig, CommandError> {
        self.0.get(name).ok_or(CommandError::NotAllowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn programs(program: &str) -> Result<Programs, InvalidCommandConfig> {
        Programs::new(CommandConfig { programs: BTreeMap::from([("p".to_owned(), serde_json::from_str(program).unwrap())]) })
    }

    #[test]
    fn a_program_is_named_by_an_absolute_path() {
        assert!(programs(r#"{"path":"/bin/true"}"#).is_ok());
        for path in ["true", "./true", "../bin/true", ""] {
            assert!(matches!(programs(&format!(r#"{{"path":"{path}"}}"#)), Err(InvalidCommandConfig::RelativePath(_))), "{path}");
        }
    }

    #[test]
    fn what_cannot_be_handed_to_a_program_is_refused() {
        for bad in [r#""args_prefix":["a\u0000"]"#, r#""env":{"A=B":"c"}"#, r#""env":{"A":"\u0000"}"#, r#""allowed_env":[""]"#] {
            assert!(programs(&format!(r#"{{"path":"/bin/true",{bad}}}"#)).is_err(), "{bad}");
        }
    }
}

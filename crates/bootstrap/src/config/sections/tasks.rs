//! `[tasks]`

use std::{collections::BTreeMap, path::PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::value_or_file;
use crate::config::{ConfigError, Secret, ServiceUrl};

/// What the built-in tasks may do.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TasksConfig {
    /// `http.request`.
    pub http: HttpTaskConfig,
    /// `command.run`.
    pub command: CommandConfig,
    /// `email.send`.
    pub email: EmailConfig,
}

/// What `http.request` may reach.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct HttpTaskConfig {
    /// Private networks that may be reached all the same, e.g. `10.1.0.0/16`.
    pub allow_networks: Vec<String>,
    /// Secrets that webhooks are signed with, by the name that tasks give.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub signing_secrets: BTreeMap<String, Secret>,
    /// Files that hold such secrets, by the name that tasks give.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub signing_secret_files: BTreeMap<String, PathBuf>,
}

/// What `command.run` may start.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CommandConfig {
    /// Programs, by the name that tasks give. None may be started that is not here.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub programs: BTreeMap<String, CommandProgram>,
}

/// A program that may be started.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommandProgram {
    /// The program, an absolute path.
    pub path: PathBuf,
}

/// How `email.send` sends.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EmailConfig {
    /// `smtps://user:password@host`, or `smtp://...` with `?tls=required`. Without it `email.send` fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smtp_url: Option<ServiceUrl>,
    /// File that holds the URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smtp_url_file: Option<PathBuf>,
    /// Sender of mails that name none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

impl EmailConfig {
    /// The mail server's address, if there is one.
    ///
    /// # Errors
    /// When it is given twice, or its file cannot be read.
    pub fn address(&self) -> Result<Option<ServiceUrl>, ConfigError> {
        value_or_file("tasks.email.smtp_url", self.smtp_url.as_ref(), self.smtp_url_file.as_deref(), ServiceUrl::new)
    }
}

impl HttpTaskConfig {
    /// All signing secrets, those in files read.
    ///
    /// # Errors
    /// When a name is given twice, or a file cannot be read.
    pub fn secrets(&self) -> Result<BTreeMap<String, Secret>, ConfigError> {
        let mut secrets = self.signing_secrets.clone();
        for (name, path) in &self.signing_secret_files {
            let key = "tasks.http.signing_secret";
            let given = self.signing_secrets.get(name);
            if let Some(secret) = value_or_file(key, given, Some(path), Secret::new)? {
                secrets.insert(name.clone(), secret);
            }
        }
        Ok(secrets)
    }
}

impl TasksConfig {
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        self.http.secrets()?;
        self.email.address().map(drop)
    }
}
